"""Buttons, menus, drawers and dialogs."""

from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.components.html import attributes, component, fresh_id

register = Library()


@register.simple_tag
def button(
    label: str,
    *,
    variant: str = "",
    icon: str = "",
    type: str = "submit",  # noqa: A002 - reads as the attribute that it becomes
    because: str = "",
    small: bool = False,
    hide_label: bool = False,
    **attrs: Any,
) -> SafeString:
    """A button that shows that it is busy while its form is on its way. ``variant``: primary, danger, quiet.

    ``because`` disables it and says why.
    """
    return component(
        "button",
        label=label,
        classes=_button_classes(variant, small, hide_label, attrs.pop("class", "")),
        icon=icon,
        type=type,
        because=because,
        hide_label=hide_label,
        id=fresh_id("why"),
        attrs=attributes(attrs),
    )


@register.simple_tag
def link_button(
    label: str,
    url: str,
    *,
    variant: str = "",
    icon: str = "",
    because: str = "",
    small: bool = False,
    hide_label: bool = False,
    **attrs: Any,
) -> SafeString:
    """A link that looks like a button. ``because`` disables it and says why."""
    if because:
        return button(
            label, variant=variant, icon=icon, type="button", because=because, small=small, hide_label=hide_label
        )
    return component(
        "link_button",
        label=label,
        url=url,
        classes=_button_classes(variant, small, hide_label, attrs.pop("class", "")),
        icon=icon,
        hide_label=hide_label,
        attrs=attributes(attrs),
    )


@register.simple_tag
def drawer_button(label: str, url: str, **options: Any) -> SafeString:
    """A link button whose page opens in the drawer."""
    return link_button(label, url, **{**options, **_opens(url, "drawer")})


@register.simple_tag
def dialog_button(label: str, url: str, **options: Any) -> SafeString:
    """A link button whose page opens in the dialog."""
    return link_button(label, url, **{**options, **_opens(url, "dialog")})


@register.simple_tag
def opens_drawer(url: str) -> SafeString:
    """The attributes of an ``<a>`` (with ``href``) whose page opens in the drawer."""
    return format_html(' href="{}"{}', url, attributes(_opens(url, "drawer")))


@register.simple_tag
def opens_dialog(url: str) -> SafeString:
    """The attributes of an ``<a>`` (with ``href``) whose page opens in the dialog."""
    return format_html(' href="{}"{}', url, attributes(_opens(url, "dialog")))


@register.simple_tag
def overlay_header(title: str, close_url: str, *, text: str = "", icon: str = "") -> SafeString:
    """The head of a drawer or dialog. ``close_url`` is the page behind it: where closing leads."""
    return component("overlay_header", title=title, close_url=close_url, text=text, icon=icon)


@register.simple_tag
def overlay_cancel(close_url: str, label: str = "Cancel") -> SafeString:
    """The link that closes a drawer or dialog without doing anything."""
    return format_html('<a class="btn" href="{}" data-close>{}</a>', close_url, label)


@register.simple_block_tag
def menu(
    content: str,
    label: str = "More actions",
    *,
    icon: str = "dots",
    hide_label: bool = False,
    small: bool = False,
    variant: str = "",
    **attrs: Any,
) -> SafeString:
    """A button that opens a list of ``{% menu_item %}``."""
    return component(
        "menu",
        content=content,
        label=label,
        icon=icon,
        hide_label=hide_label,
        classes=_button_classes(variant, small, hide_label, ""),
        id=fresh_id("menu"),
        attrs=attributes(attrs),
    )


@register.simple_tag
def menu_item(
    label: str, url: str = "", *, icon: str = "", danger: bool = False, because: str = "", opens: str = "", **attrs: Any
) -> SafeString:
    """A line of a menu. ``opens``: drawer or dialog. Without ``url`` it is a submit button; put it in a form."""
    if opens:
        attrs |= _opens(url, opens)
    return component(
        "menu_item", label=label, url=url, icon=icon, danger=danger, because=because, attrs=attributes(attrs)
    )


def _opens(url: str, slot: str) -> dict[str, str]:
    return {"hx_get": url, "hx_target": f"#{slot}", "hx_swap": "innerHTML", "aria_haspopup": "dialog"}


def _button_classes(variant: str, small: bool, hide_label: bool, more: str) -> str:
    names = ["btn"]
    if variant:
        names.append(f"btn-{variant}")
    if small:
        names.append("btn-sm")
    if hide_label:
        names.append("btn-square")
    return " ".join([*names, more]).strip()
