"""Texts become data: YAML 1.2 as people type it, and kind words for what cannot be read."""

import json
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.releases.definition import DefinitionError, dumped, parse
from apps.releases.definition.reader import Limits, read
from apps.releases.definition.worker import read as read_in_child

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=20), inner, max_size=4),
    max_leaves=20,
)


def document_of(text: str) -> object:
    return read(text.encode()).document


def refusal(text: str) -> str:
    with pytest.raises(DefinitionError) as caught:
        read(text.encode())
    (finding,) = caught.value.findings
    return f"{finding.place}: {finding.message}"


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("017", 17),
        ("0xff", 255),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.0.3", "1.0.3"),
        ("2026-03-09", "2026-03-09"),
        ("!!str 12", "12"),
        ("'12'", "12"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(plain: str, value: object) -> None:
    assert document_of(f"key: {plain}\n") == {"key": value}


def test_keys_are_always_the_text_that_was_typed() -> None:
    assert document_of("on: 1\n200: ok\ntrue: x\n") == {"on": 1, "200": "ok", "true": "x"}


def test_json_is_read_with_all_its_escapes_and_tabs() -> None:
    text = '{\n\t"path\\/to": "\\ud83d\\ude00 \\\\ud83d",\n\t"items": [1,\n\t2]\n}'
    assert document_of(text) == json.loads(text)


def test_every_node_keeps_its_line() -> None:
    lines = read(b"# first\ndocument:\n  dsl: '1.0.3'\ndo:\n  - greet:\n      set: {a/b: 1}\n").lines
    assert {path: lines[path] for path in ("/document", "/document/dsl", "/do/0", "/do/0/greet/set/a~1b")} == {
        "/document": 2,
        "/document/dsl": 3,
        "/do/0": 5,
        "/do/0/greet/set/a~1b": 6,
    }


def test_aliases_are_copies() -> None:
    document = document_of("a: &x {b: [1]}\nc: *x\n")
    assert document == {"a": {"b": [1]}, "c": {"b": [1]}}
    assert document["a"] is not document["c"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("do: 1\ndo: 2\n", "line 2, column 1: The key “do” stands here twice."),
        ("a:\n\t- 1\n", "line 2, column 1: A tab or a reserved character"),
        ("a: b: c\n", "line 1, column 5: There is a colon where none can stand"),
        ("a: 'open\n", "line 2, column 1: A quoted text is opened here and never closed."),
        ("a: [1, 2\n", "line 2, column 1: A list in brackets is not closed, or a comma is missing."),
        ("a: *gone\n", "line 1, column 4: This alias (*) names an anchor"),
        ("a: &a [*a]\n", "line 1, column 8: This alias (*) names an anchor"),
        (
            "a: !!python/object:os.system x\n",
            "line 1, column 4: The tag tag:yaml.org,2002:python/object:os.system is not",
        ),
        ("a: .inf\n", "line 1, column 4: Infinite numbers"),
        ("a: 1e999\n", "line 1, column 4: Infinite numbers"),
        (f"a: {'9' * 5000}\n", "line 1, column 4: This number has more than 100 digits."),
        ("<<: {a: 1}\n", "line 1, column 1: Merge keys (<<) are not part of YAML 1.2."),
        ("? [a]\n: b\n", "line 1, column 3: A key must be a plain text here."),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: A second document starts here."),
        ("", "line 1: The text is empty."),
        ("# only a comment\n", "line 1: The text is empty."),
        ("a: 1\nb: \x07\n", "line 2: There is an invisible control character in the text."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, told: str) -> None:
    assert refusal(text).startswith(told)


@pytest.mark.parametrize("text", ["[" * 50_000, '{"a":' * 50_000, "- " * 50_000, "? " * 50_000, "a: " + "[[" * 600])
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    started = monotonic()
    assert refusal(text).startswith("line 1")
    assert monotonic() - started < 2


def test_aliases_that_grow_are_refused_before_they_are_built() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "grows too large" in refusal("\n".join(lines))


def test_budgets_are_budgets() -> None:
    with pytest.raises(DefinitionError, match="larger than 1 kB"):
        read(b"a: " + b"x" * 2000, Limits(size=1000))
    with pytest.raises(DefinitionError, match="too many parts"):
        read(b"[1, 2, 3, 4, 5, 6]", Limits(events=5))
    with pytest.raises(DefinitionError, match="More than 1 aliases"):
        read(b"a: &a 1\nb: *a\nc: *a\n", Limits(aliases=1))


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    assert read_in_child(b"a: 1\nb: \xff\n")["findings"][0]["line"] == 2
    with pytest.raises(DefinitionError, match="not UTF-8"):
        parse("a: \ud800")


def test_only_an_object_is_a_definition() -> None:
    with pytest.raises(DefinitionError, match="object with the keys document and do"):
        parse("- a\n- b\n")


def test_the_worker_answers_in_json() -> None:
    answer = read_in_child(b"document: {dsl: '1.0.3'}\ndo: []\n")
    assert json.loads(json.dumps(answer)) == answer
    assert parse("ignored", reader=lambda _: answer).document == {"document": {"dsl": "1.0.3"}, "do": []}


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    answer = read_in_child(text.encode("utf-8", "surrogatepass"))
    json.dumps(answer)
    assert answer.keys() in ({"document", "lines"}, {"findings"})


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@\n \t?,<"))
def test_text_that_looks_like_yaml_is_read_or_refused(text: str) -> None:
    assert read_in_child(text.encode()).keys() in ({"document", "lines"}, {"findings"})


@given(json_values)
def test_json_means_what_it_means_elsewhere(value: object) -> None:
    text = json.dumps({"value": value})
    assert document_of(text) == json.loads(text)


# Lone surrogates are no text: no document can hold one.
any_text = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x85\u2028\u2029\ufeff \t\n\r:#-"))


@given(st.dictionaries(any_text.filter(bool), any_text | st.integers(-1000, 1000) | st.booleans(), min_size=1))
def test_what_is_written_reads_the_same(document: dict[str, object]) -> None:
    assert document_of(dumped({"value": document})) == {"value": document}


@pytest.mark.parametrize(
    "value", ["on", "1e3", "0o17", "null", "", "# no", "a: b", "x\n  y\n", "12", "2026-03-09", "\x85", "a\x85\n b"]
)
def test_texts_that_look_like_something_else_stay_texts(value: str) -> None:
    assert document_of(dumped({"a": value})) == {"a": value}
