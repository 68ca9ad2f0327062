"""Django admin as support staff see it: a place to look things up, with Slipway's own sign-in."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.urls import URLPattern, URLResolver

_OWN_SIGN_IN = {"login", "logout", "password_change", "password_change_done"}


class SlipwayAdminSite(AdminSite):
    """Accounts and sessions are the console's: admin's own views of them would write past the trail."""

    site_header = site_title = "Slipway support"
    index_title = "Look things up"
    site_url = "/"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out sign-in and passwords."""
        return [url for url in super().get_urls() if getattr(url, "name", None) not in _OWN_SIGN_IN]


class SlipwayAdminConfig(AdminConfig):
    default_site = "apps.core.admin_site.SlipwayAdminSite"
