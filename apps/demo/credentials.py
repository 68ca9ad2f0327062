"""The well-known credentials of the demo APIs. They open nothing but the demo, and its own pages show them."""

SHOP_API_KEY_HEADER = "X-Api-Key"
SHOP_API_KEY = "demo-shop-key-4f9c2a71"

CRM_TOKEN_PATH = "/crm/oauth/token"  # noqa: S105 - a path
CRM_CLIENT_ID = "demo-crm-client"
CRM_CLIENT_SECRET = "demo-crm-secret-81d7e35b"  # noqa: S105 - meant to be known
