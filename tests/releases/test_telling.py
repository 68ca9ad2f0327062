"""What is different is told in words of the pages, not in keys of the document."""

import pytest

from apps.releases.definition import parse
from apps.releases.definition.diff import compare
from apps.releases.definition.telling import described

TEXT = """\
document:
  dsl: '1.0.3'
  title: Orders
  metadata:
    slipway:
      icon: cart
      wizard:
        pages:
        - title: First
do:
- first:
    set: {a: 1}
"""


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("title: First", "title: Second", "Changes the pages of the configuration."),
        ("icon: cart", "icon: users", "Changes the icon."),
        ("title: Orders", "title: All orders", "Changes the title."),
    ],
)
def test_a_changed_setting_has_a_plain_name(before, after, sentence):
    assert described(compare(parse(TEXT), parse(TEXT.replace(before, after)))) == sentence
