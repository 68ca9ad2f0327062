"""Colours the lines of YAML and JSON for reading; anything else stays plain."""

import re
from collections.abc import Callable

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

_TOKEN = re.compile(
    r"""(?P<comment>(?:^|(?<=\s))\#.*$)
      | (?P<key>(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[\w./$-]+)(?=\s*:(?:\s|$)))
      | (?P<expression>\$\{.*?\}(?=\s*(?:$|["',\]}\#])))
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')
      | (?P<atom>(?<![\w.-])(?:true|false|null|-?\d+(?:\.\d+)?)(?![\w.-]))""",
    re.VERBOSE,
)


def lines(text: str, language: str) -> list[SafeString]:
    """Return the lines of ``text`` as safe HTML, coloured where we know the language."""
    colour: Callable[[str], SafeString] = _coloured if language in ("yaml", "json") else conditional_escape
    return [colour(line) for line in text.removesuffix("\n").split("\n")]


def _coloured(line: str) -> SafeString:
    pieces: list[tuple[SafeString]] = []
    end = 0
    for match in _TOKEN.finditer(line):
        pieces.append((conditional_escape(line[end : match.start()]),))
        pieces.append((format_html('<span class="hl-{}">{}</span>', match.lastgroup, match[0]),))
        end = match.end()
    pieces.append((conditional_escape(line[end:]),))
    return format_html_join("", "{}", pieces)
