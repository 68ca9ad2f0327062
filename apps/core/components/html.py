"""Small helpers that several components share."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Write keyword arguments as attributes: ``hx_get`` becomes ``hx-get``; None and False are left out."""
    return flatatt({name.rstrip("_").replace("_", "-"): value for name, value in attrs.items() if value is not None})


def component(template: str, /, **context: Any) -> SafeString:
    """Render ``templates/components/<template>.html``."""
    return render_to_string(f"components/{template}.html", context)


def fresh_id(prefix: str) -> str:
    """Return an id that no other part of the page has, even one that htmx brings later."""
    return f"{prefix}-{secrets.token_hex(4)}"
