"""Versions of templates that call one operation of Orders API v1."""

from apps.releases import services
from apps.releases.models import Release
from tests.factories.releases import SETUP, a_template, the_draft

TEXT = """\
document:
  dsl: '1.0.3'
  title: Orders
  metadata:
    slipway:
      slots:
        shop: {{connector: orders-api, version: 1, title: Your shop, help: Orders are read here.}}
do:
  - ask:
      call: openapi
      with:
        document: {{endpoint: connector://shop}}
        operationId: {operation}
{more}"""


def that_calls(name: str, operation: str) -> Release:
    """Version 1 of a new template; its draft calls the operation too, which the newest build must have."""
    more = "        parameters: {id: '1'}\n" if operation == "getOrder" else ""
    integration_template = a_template(name, content=TEXT.format(operation=operation, more=more))
    return services.create_version(by=SETUP, draft=the_draft(integration_template), name="1.0.0")
