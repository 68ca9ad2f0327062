"""Markdown that people wrote: formatted, harmless, and never endless."""

from time import process_time

import pytest

from apps.core.text import markdown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**bold** <b>no</b>", "<p><strong>bold</strong> &lt;b&gt;no&lt;/b&gt;</p>\n"),
        ("[go](javascript:alert(1))", "<p>[go](javascript:alert(1))</p>\n"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("![a](https://example.com/a.png)", "<p></p>\n"),
        ("[go](https://example.com)", '<p><a href="https://example.com" rel="noopener nofollow">go</a></p>\n'),
    ],
)
def test_nothing_but_formatting_comes_through(written: str, shown: str) -> None:
    assert markdown(written) == shown


def test_a_text_without_end_does_not_take_the_renderer_for_ever() -> None:
    began = process_time()
    markdown("![" * 10_000_000)
    assert process_time() - began < 60
