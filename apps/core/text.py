"""Text that people wrote, made safe to show."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
# Some texts take the renderer the square of their length.
LONGEST = 100_000
_TAGS = set("a blockquote br code em h1 h2 h3 h4 hr li ol p pre strong table tbody td th thead tr ul".split())


def markdown(text: str) -> SafeString:
    """Render Markdown to HTML without scripts, styles, forms, images or htmx attributes; at most ``LONGEST`` of it."""
    html = nh3.clean(
        _MARKDOWN.render(text[:LONGEST]),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    # What is left are tags of our own list, cleaned by nh3 just above; escaped once more, people would read "<p>".
    return mark_safe(html)  # noqa: S308 - the one place that marks HTML safe
