"""A draft written by hand, and the tabs of the builder that edit everything but its steps, as browsers use them."""

import difflib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.releases.models import Release
from tests.factories.releases import the_draft
from tests.releases.sending import sent

type Login = Callable[[User], Client]

HTMX = {"HX-Request": "true"}
TABS = ["builder_triggers", "builder_configuration", "builder_slots", "builder_readme"]
# What forms must leave alone: comments, order, styles.
TEXT = """\
# Orders, kept by hand.
document:
  dsl: '1.0.3'
  title: Orders   # the name
  metadata:
    slipway:
      slots:
        # Where orders come from.
        shop: {connector: orders-api, version: 1, title: Your shop}
        crm:
          connector: orders-api
          version: 1
      wizard:
        pages:
          - title: Orders   # asked first
            fields: [since, limit]
          - title: Contacts
            fields: [tags]
        audience: {limit: team}
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          required: [since]
          properties:
            # The first day.
            since: {type: string, format: date, title: Since}
            limit: {type: integer, default: 20, maximum: 100}
            tags: {type: array, items: {type: string}, default: []}
            note: {type: string}
            odd: {oneOf: [{type: string}, {type: integer}]}
do:
  # First of all.
  - fetch:
      call: openapi
      with:
        document: {endpoint: connector://shop}
        operationId: listOrders
        parameters:
          since: ${ $workflow.input.config.since }
  - show:
      set: {count: '${ $workflow.input.config.limit }'}
"""


def at(draft: Release, view: str, /, **query: str) -> str:
    url = reverse(f"releases:{view}", args=[draft.integration_template.slug, draft.pk])
    return f"{url}?{urlencode(query)}" if query else url


def fresh(draft: Release) -> Release:
    return the_draft(draft.integration_template)


def lines_changed(before: str, after: str) -> list[str]:
    """Lines taken out and put in, without those that only stand elsewhere."""
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in diff if not line.startswith(("---", "+++", "@@"))]


def post(client: Client, draft: Release, view: str, query: dict[str, str], /, **typed: str) -> Any:
    """Open a form, type into it, and press its button."""
    url = at(draft, view, **query)
    page = client.get(url).content.decode()
    return client.post(url, sent(page, url.partition("?")[0], **typed))


def save(client: Client, draft: Release, tab: str, view: str, /, **typed: str) -> Any:
    page = client.get(at(draft, tab)).content.decode()
    return client.post(at(draft, view), sent(page, at(draft, view), **typed))
