"""Small helpers that several components share."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Write keyword arguments as attributes: ``hx_get`` becomes ``hx-get``; None and False are left out."""
    # Django's flatatt does the same several times slower, and a list has hundreds of buttons.
    return SafeString("".join(_attribute(name, value) for name, value in attrs.items()))


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    written = conditional_escape(name.rstrip("_").replace("_", "-"))
    return f" {written}" if value is True else f' {written}="{conditional_escape(value)}"'


def component(template: str, /, **context: Any) -> SafeString:
    """Render ``templates/components/<template>.html``."""
    return render_to_string(f"components/{template}.html", context)


def fresh_id(prefix: str) -> str:
    """Return an id that no other part of the page has, even one that htmx brings later."""
    return f"{prefix}-{secrets.token_hex(4)}"
