"""Tables and the ways through long lists."""

from typing import Any

from django.core.paginator import Page
from django.template import Context, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.components.html import attributes, component

register = Library()


@register.simple_block_tag
def table(content: str, caption: str, *, stack: bool = True, show_caption: bool = False, **attrs: Any) -> SafeString:
    """Hold thead and tbody. On a phone each row becomes a card whose cells are named by ``<td data-label="…">``;
    with ``stack=False`` the table scrolls sideways instead."""
    return component(
        "table", content=content, caption=caption, stack=stack, show_caption=show_caption, attrs=attributes(attrs)
    )


@register.simple_tag(takes_context=True)
def sort_heading(context: Context, label: str, key: str, *, by: str = "sort", default: str = "") -> SafeString:
    """A column heading that sorts by ``?sort=key``, and by ``?sort=-key`` on the second click."""
    query = context["request"].GET.copy()
    now = query.get(by, default)
    query[by] = f"-{key}" if now == key else key
    query.pop("page", None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return component("sort_heading", label=label, query=query.urlencode(), direction=direction)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any], *, target: str = "", noun: str = "entries") -> SafeString:
    """Lead through the pages of a list. ``target``: id of the fragment that htmx fills instead of the whole page."""
    query = context["request"].GET.copy()

    def link(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    numbers = [(number, link(number) if isinstance(number, int) else "") for number in elided]
    before = link(page.previous_page_number()) if page.has_previous() else ""
    after = link(page.next_page_number()) if page.has_next() else ""
    return component("pagination", page=page, numbers=numbers, before=before, after=after, target=target, noun=noun)


@register.simple_tag(takes_context=True)
def search_box(
    context: Context, label: str, *, name: str = "q", target: str = "", placeholder: str = "", url: str = ""
) -> SafeString:
    """Search a list by ``?q=``; as you type where ``target`` names the fragment to refresh."""
    request = context["request"]
    kept = [(key, value) for key, value in request.GET.items() if key not in (name, "page")]
    return component(
        "search_box",
        label=label,
        name=name,
        value=request.GET.get(name, ""),
        target=target,
        placeholder=placeholder or label,
        url=url or request.path,
        kept=kept,
    )


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    """Hold ``{% tab %}`` links to pages that belong together."""
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, content)


@register.simple_tag(takes_context=True)
def tab(
    context: Context, label: str, url: str, *, icon: str = "", count: int | None = None, active: bool | None = None
) -> SafeString:
    """One tab; the current one unless told otherwise is that of the page's own address."""
    current = context["request"].path == url if active is None else active
    return component("tab", label=label, url=url, icon=icon, count=count, active=current)


@register.simple_block_tag
def filters(content: str, **attrs: Any) -> SafeString:
    """Hold the search box and filters above a list."""
    return format_html('<div class="filters"{}>{}</div>', attributes(attrs), content)
