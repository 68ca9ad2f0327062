"""Components that only show something."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import clock
from apps.core.badges import Badge, HasBadge
from apps.core.components import highlight, moments
from apps.core.components.html import attributes, component, fresh_id

register = Library()

NOTHING = "\N{EN DASH}"


@register.simple_tag
def icon(name: str, label: str = "", **attrs: Any) -> SafeString:
    """Draw an icon of Tabler. Without ``label`` it is an ornament that screen readers skip."""
    return _icon(name, label, f"icon {attrs.pop('class', '')}".strip(), tuple(attrs.items()))


# A list shows the same few icons hundreds of times.
@lru_cache(maxsize=1024)
def _icon(name: str, label: str, classes: str, attrs: tuple[tuple[str, Any], ...]) -> SafeString:
    role = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return format_html(
        '<svg class="{}"{}><use href="{}#{}"/></svg>',
        classes,
        attributes({**role, **dict(attrs)}),
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def badge(
    state: Badge | HasBadge | str, *, tone: str = "gray", icon: str = "", meaning: str = "", plain: bool = False
) -> SafeString:
    """Show a state. Its meaning opens on click, touch and hover; ``plain`` (inside links) keeps it as a title."""
    if isinstance(state, HasBadge):
        state = state.badge
    shown = state if isinstance(state, Badge) else Badge(str(state), meaning, tone, icon)  # type: ignore[arg-type]
    return component("badge", badge=shown, plain=plain, id=fresh_id("meaning"))


@register.simple_tag
def when(moment: datetime | None, *, exact: bool = False, missing: str = "never") -> SafeString:
    """Show a moment relative to now ("3 hours ago"), the exact one on hover; ``exact`` shows it in full."""
    if moment is None:
        return format_html('<span class="text-secondary">{}</span>', missing)
    full = moments.exactly(moment)
    shown = full if exact else moments.relatively(moment, now=clock.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, shown)


@register.simple_tag
def duration(seconds: float | None) -> str:
    """Show a length of time: 850 ms, 4.2 s, 3 min 5 s, 2 h 10 min."""
    return NOTHING if seconds is None else moments.length(seconds)


@register.simple_tag
def person(who: Any, *, detail: str = "") -> SafeString:
    """Show who: a user, or a plain name such as that of a scheduler."""
    name = getattr(who, "display_name", "") or str(who or "Nobody")
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    hue = sum(map(ord, name)) % 6 + 1
    return component("person", name=name, initials=initials, hue=hue, detail=detail)


@register.simple_block_tag
def alert(content: str, *, tone: str = "blue", title: str = "", icon: str = "", **attrs: Any) -> SafeString:
    """Say something about the whole page. ``tone``: blue, green, amber, red."""
    icons = {"green": "circle-check", "amber": "alert-triangle", "red": "alert-circle"}
    shown = icon or icons.get(tone, "info-circle")
    return component("alert", content=content, tone=tone, title=title, icon=shown, attrs=attributes(attrs))


@register.simple_block_tag
def empty_state(content: str, title: str, *, icon: str = "inbox", text: str = "") -> SafeString:
    """Say that there is nothing yet and what to do; the block holds the action."""
    return component("empty_state", content=content, title=title, icon=icon, text=text)


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    *,
    icon: str = "",
    text: str = "",
    flush: bool = False,
    actions: str = "",
    **attrs: Any,
) -> SafeString:
    """Group things under a heading. ``flush`` lets a table or list reach the edges."""
    return component(
        "card",
        content=content,
        title=title,
        icon=icon,
        text=text,
        flush=flush,
        actions=actions,
        attrs=attributes(attrs),
    )


@register.simple_block_tag
def key_values(content: str, *, columns: int = 1) -> SafeString:
    """Hold ``{% kv %}`` rows."""
    return format_html('<dl class="kv kv-{}">{}</dl>', columns, content)


@register.simple_tag
def kv(label: str, value: Any = "") -> SafeString:
    """Show one name and its value; an empty value is a dash."""
    shown = format_html('<span class="text-secondary">{}</span>', NOTHING) if value in ("", None) else value
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, shown)


@register.simple_block_tag
def kv_block(content: str, label: str) -> SafeString:
    """Show one name and markup as its value."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_tag
def progress(value: float, maximum: float, label: str, *, tone: str = "accent") -> SafeString:
    """Show how far something is, in words and as a bar."""
    percent = round(100 * value / maximum) if maximum else 0
    return component("progress", value=value, maximum=maximum, label=label, percent=percent, tone=tone)


@register.simple_tag
def diff_line(label: str, before: Any, after: Any) -> SafeString:
    """Show what a value was and what it is now; None means that it did not exist."""
    return component("diff_line", label=label, before=before, after=after)


@register.simple_tag
def code(
    text: str, *, language: str = "", first: int = 1, marked: Any = (), title: str = "", copy: bool = True
) -> SafeString:
    """Show text with line numbers. ``marked``: line numbers to point at. ``language``: yaml or json is coloured."""
    lines = highlight.lines(text, language)
    numbered = [(number, line, number in marked) for number, line in enumerate(lines, first)]
    return component("code", lines=numbered, text=text, language=language, title=title, copy=copy)


@register.simple_tag
def copy_button(text: str, label: str = "Copy", *, compact: bool = False) -> SafeString:
    """Copy ``text``; not shown without JavaScript."""
    return component("copy_button", text=text, label=label, compact=compact)


@register.simple_tag
def skeleton(lines: int = 3) -> SafeString:
    """Hold the place of something that is on its way."""
    return component("skeleton", lines=range(lines))


@register.simple_tag
def lazy_panel(
    id: str,  # noqa: A002 - reads as the attribute that it becomes
    url: str,
    label: str,
    *,
    trigger: str = "load",
    lines: int = 3,
) -> SafeString:
    """Load a part of the page from ``url`` into ``#id``; without JavaScript it is a link named ``label``.

    ``trigger`` is htmx's: ``load``, ``revealed``, ``load, release-published from:body``.
    """
    return component("lazy_panel", id=id, url=url, label=label, trigger=trigger, lines=range(lines))


@register.simple_tag
def development() -> bool:
    """Tell whether this is a developer's machine."""
    return bool(settings.DEBUG)
