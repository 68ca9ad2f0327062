"""What surrounds a page: navigation, breadcrumbs, theme, steps."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.template import Context, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import navigation
from apps.core.components.html import component

register = Library()

THEMES = ("auto", "light", "dark")


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """Return the theme that the person chose: auto, light or dark."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request else "auto"
    return chosen if chosen in THEMES else "auto"


@register.simple_tag(takes_context=True)
def navigation_sections(context: Context) -> list[navigation.Section]:
    """Return the navigation as the person may see it."""
    request: HttpRequest | None = context.get("request")
    return navigation.sections_for(request) if request else []


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the way to this page; put them into the ``crumbs`` block."""
    return format_html('<li><a href="{}">{}</a></li>', url, label) if url else format_html("<li>{}</li>", label)


@register.simple_tag
def steps(items: Sequence[Any], current: int) -> SafeString:
    """Show where in a wizard a person is. Items have ``label`` and, where one may go, ``url``.

    ``current`` counts from 1.
    """
    numbered = [(number, item, _state(number, current)) for number, item in enumerate(items, 1)]
    return component("steps", items=numbered, current=current, total=len(items))


def _state(number: int, current: int) -> str:
    if number == current:
        return "current"
    return "done" if number < current else "ahead"
