"""Definitions that are written to hurt: they are told what is wrong with them, soon, and hurt nobody else."""

import time

import pytest

from apps.releases.definition import lint, parse
from apps.releases.definition.editing import put
from apps.releases.definition.inside import leaves_between

PATTERN = """\
document: {{dsl: '1.0.3'}}
input:
  schema: {{document: {{properties: {{config: {{properties: {{n: {{type: string, pattern: "{pattern}"}}}}}}}}}}}}
do: [{{a: {{set: {{x: 1}}}}}}]
"""


@pytest.mark.parametrize("pattern", ["a{99999999999}", "(" * 5000])
def test_a_regular_expression_that_breaks_its_reader_is_a_finding(pattern: str) -> None:
    told = lint(parse(PATTERN.format(pattern=pattern)), {}, compiles=lambda _source, _names: None)
    assert "a regular expression in it is too large" in " ".join(finding.message for finding in told)


def test_long_lists_of_few_values_are_compared_and_edited_soon() -> None:
    before = [str(index * 7919 % 7) for index in range(3000)]
    after = [str(index * 104_729 % 11 % 7) for index in range(3050)]
    definition = parse(f"document: {{dsl: '1.0.3'}}\ndo: []\nx: [{', '.join(before)}]\n")
    began = time.process_time()
    assert leaves_between(before, after)
    assert parse(put(definition, "/x", after)).document["x"] == after
    assert time.process_time() - began < 20
