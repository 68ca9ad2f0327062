"""What the linter says: each remark with its step, its line and a way to mend it."""

import json
from collections.abc import Sequence
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.releases.definition import Catalogues, Definition, Finding, lint, parse

HEAD = "document:\n  dsl: '1.0.3'\n"
SLOTS = HEAD + "  metadata:\n    slipway:\n      slots:\n        shop: {connector: demo-shop, version: 1}\n"
OPERATIONS: dict[str, Any] = {
    "listOrders": {"method": "get", "path": "/orders", "parameters": [{"name": "since", "in": "query"}], "body": False},
    "updateOrder": {
        "method": "patch",
        "path": "/orders/{id}",
        "parameters": [
            {"name": "id", "in": "path", "required": True},
            {"name": "id", "in": "query", "required": False},
        ],
        "body": True,
    },
}
CATALOGUES: Catalogues = {"shop": OPERATIONS}


def call(operation: str, parameters: str = "{}", slot: str = "shop") -> str:
    return (
        "do:\n  - ask:\n      call: openapi\n      with:\n        document:\n"
        f"          endpoint: connector://{slot}\n        operationId: {operation}\n        parameters: {parameters}\n"
    )


def findings(text: str, catalogues: Catalogues | None = None, **options: Any) -> list[Finding]:
    return lint(parse(text), catalogues or {}, **options)


def only(text: str, catalogues: Catalogues | None = None, **options: Any) -> Finding:
    (finding,) = findings(text, catalogues, **options)
    return finding


def config(field: str, more: str = "") -> str:
    return (
        HEAD + "input:\n  schema:\n    document:\n      properties:\n        config:\n          properties:\n"
        f"            size: {field}\n{more}"
        "do:\n  - a:\n      set: {size: '${ $workflow.input.config.size }'}\n"
    )


def test_a_good_definition_has_nothing_to_say() -> None:
    assert findings(SLOTS + call("listOrders", "{since: '2026-01-01'}"), CATALOGUES) == []


def test_two_steps_of_one_list_with_the_same_name() -> None:
    found = only(HEAD + "do:\n  - a:\n      set: {x: 1}\n  - a:\n      set: {x: 2}\n")
    assert (found.code, found.line, found.step, found.path) == ("duplicate-step", 6, "a", "/do/1/a")


def test_the_same_name_in_two_lists_is_fine() -> None:
    assert findings(HEAD + "do:\n  - a:\n      do:\n        - a:\n            set: {x: 1}\n") == []


def test_then_to_nowhere_suggests_the_nearest_step() -> None:
    found = only(HEAD + "do:\n  - first:\n      set: {x: 1}\n      then: secnd\n  - second:\n      set: {x: 2}\n")
    assert (found.code, found.line, found.mend) == ("then-nowhere", 6, "Did you mean “second”?")


def test_then_cannot_leave_its_own_list() -> None:
    text = HEAD + "do:\n  - a:\n      do:\n        - b: {set: {x: 1}, then: c}\n  - c:\n      set: {x: 1}\n"
    found = only(text)
    assert (found.step, found.message) == ("a.b", "“then” cannot lead to “c”: that step stands in another list.")


def test_cases_and_catches_lead_somewhere_too() -> None:
    text = HEAD + (
        "do:\n  - choose:\n      switch:\n        - one: {when: .x, then: gone}\n"
        "  - attempt:\n      try:\n        - a:\n            set: {x: 1}\n      catch: {then: lost}\n"
    )
    assert [(found.code, found.line) for found in findings(text)] == [("then-nowhere", 6), ("then-nowhere", 11)]


def test_a_second_default_case() -> None:
    text = HEAD + "do:\n  - choose:\n      switch:\n        - one: {then: end}\n        - two: {then: exit}\n"
    assert only(text).code == "second-default"


def test_an_unknown_slot_suggests_the_nearest() -> None:
    codes = {found.code: found for found in findings(SLOTS + call("listOrders", slot="shopp"), CATALOGUES)}
    assert codes["unknown-slot"].mend == "Did you mean “shop”?"
    assert codes["unused-slot"].level == "warning"


def test_an_unknown_operation_suggests_the_nearest() -> None:
    found = only(SLOTS + call("listOrder"), CATALOGUES)
    assert (found.code, found.step, found.mend) == ("unknown-operation", "ask", "Did you mean “listOrders”?")


def test_an_unknown_parameter_suggests_the_nearest() -> None:
    found = only(SLOTS + call("listOrders", "{sinse: x}"), CATALOGUES)
    assert (found.code, found.path.rpartition("/")[2], found.mend) == (
        "unknown-parameter",
        "sinse",
        "Did you mean “since”?",
    )


def test_a_missing_parameter_is_named_with_its_place() -> None:
    found = only(SLOTS + call("updateOrder", "{body: {}}"), CATALOGUES)
    assert (found.code, found.mend) == ("missing-parameter", "Add path.id: below “parameters”.")


def test_a_name_that_occurs_twice_is_written_with_its_place() -> None:
    codes = {found.code: found.mend for found in findings(SLOTS + call("updateOrder", "{id: 1}"), CATALOGUES)}
    assert codes["ambiguous-parameter"] == "Write path.id or query.id."
    assert findings(SLOTS + call("updateOrder", "{path.id: 1, query.id: 2, body: {}}"), CATALOGUES) == []


def test_a_body_where_none_is_taken() -> None:
    assert only(SLOTS + call("listOrders", "{body: {}}"), CATALOGUES).message == "listOrders takes no request body."


def test_a_connector_that_is_not_built_is_a_warning() -> None:
    found = only(SLOTS + call("anything"), {"shop": None})
    assert (found.level, found.code) == ("warning", "connector-not-built")


def test_a_connector_step_brings_no_credentials_of_its_own() -> None:
    text = SLOTS + call("listOrders") + "        authentication: {bearer: {token: '${ .t }'}}\n"
    assert only(text, CATALOGUES).code == "connector-authentication"


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30])
def test_numbers_that_json_would_round(number: int) -> None:
    assert only(HEAD + f"do:\n  - a:\n      set: {{x: {number}}}\n").code == "number"


@pytest.mark.parametrize(
    "value",
    [
        "password: hunter22",
        "Authorization: 'Bearer abcdefgh12345678'",
        "x-api-key: k1",
        "client_secret: s3cr3t",
        "note: ghp_0123456789abcdefghijklmnopqrstuvwxyz",
        "note: xoxb-1234567890-abcdefghij",
        "note: AKIAABCDEFGHIJKLMNOP",
        "note: 'https://joe:pass@example.com/'",
        "note: '${ \"Bearer abcdefgh12345678\" }'",
        "note: '-----BEGIN RSA PRIVATE KEY-----'",
    ],
)
def test_literal_credentials_are_found_and_never_repeated(value: str) -> None:
    found = only(HEAD + f"do:\n  - a:\n      set: {{{value}}}\n")
    secret = value.partition(": ")[2].strip("'")
    assert found.code == "credential"
    assert secret not in found.message + found.mend


@pytest.mark.parametrize("value", ["password: '${ .p }'", "token: ''", "note: Bearer of news", "next_token: abc"])
def test_what_only_looks_like_a_credential(value: str) -> None:
    assert findings(HEAD + f"do:\n  - a:\n      set: {{{value}}}\n") == []


def test_secrets_of_the_language_are_refused_by_name() -> None:
    text = HEAD + "use:\n  secrets: [mine]\ndo:\n  - a:\n      set: {x: 1}\n"
    found = only(text)
    assert (found.code, found.mend.startswith("Use a connector step")) == ("unsupported-use-secrets", True)


def test_jq_is_compiled_with_the_variables_of_its_place() -> None:
    asked: dict[str, tuple[str, ...]] = {}

    def compiles(source: str, variables: Sequence[str]) -> str | None:
        asked[source] = tuple(variables[8:])
        return "it is broken" if source == ".broken" else None

    text = HEAD + (
        "do:\n  - loop:\n      for: {each: order, in: .orders}\n      do:\n        - a: {set: {x: '${ .a }'}}\n"
        "        - b:\n            try:\n              - c:\n                  set: '${ .c }'\n"
        "            catch:\n              as: problem\n              when: .d\n              do:\n"
        "                - e:\n                    set: {x: '${ .broken }'}\n"
    )
    found = only(text, compiles=compiles)
    assert (found.code, found.step, found.message) == (
        "expression",
        "loop.b.catch.e",
        "This is not valid jq: it is broken",
    )
    assert asked == {
        ".orders": (),
        ".a": ("order", "index"),
        ".c": ("order", "index"),
        ".d": ("problem", "order", "index"),
        ".broken": ("problem", "order", "index"),
    }


def test_an_expression_inside_a_longer_text() -> None:
    assert only(HEAD + "do:\n  - a:\n      set: {x: 'Hello ${ .name }'}\n").code == "embedded-expression"


def test_a_setting_that_nobody_asks_for() -> None:
    text = config("{type: string}").replace("config.size }", "config.siz }")
    assert {found.code: found.mend for found in findings(text)} == {
        "unknown-setting": "Did you mean “size”?",
        "unused-setting": "Remove it, or read it as $workflow.input.config.size.",
    }


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("{oneOf: [{type: string}]}", "it uses “oneOf”"),
        ("{type: [string, 'null']}", "it may have several types"),
        ("{type: object, properties: {a: {type: object}}}", "“a” inside it is an object or a list"),
        ("{type: array, items: {type: array}}", "it is a list of lists"),
        ("{type: object}", "it is an object without known members"),
        ("{}", "it has no type"),
    ],
)
def test_what_the_wizard_shows_as_json(field: str, reason: str) -> None:
    found = only(config(field))
    assert (found.level, found.message) == ("warning", f"The wizard shows “size” as a JSON text, because {reason}.")


@pytest.mark.parametrize(
    "field",
    [
        "{type: integer, minimum: 1, default: 3}",
        "{enum: [a, b]}",
        "{type: string, format: date}",
        "{type: array, items: {type: string}}",
        "{type: object, properties: {a: {type: string}, b: {type: boolean}}}",
        "{type: array, items: {type: object, properties: {a: {type: string}}}}",
    ],
)
def test_what_the_wizard_shows_as_a_form(field: str) -> None:
    assert findings(config(field)) == []


def test_a_schema_that_is_none() -> None:
    assert only(config("{type: text}")).code == "config-schema"


def test_a_default_that_breaks_its_own_rules() -> None:
    assert only(config("{type: integer, minimum: 5, default: 1}")).code == "config-default"


def test_a_pattern_that_is_none() -> None:
    assert only(config("{type: string, pattern: '(['}")).code == "config-schema"


def test_a_schema_stands_on_its_own() -> None:
    found = findings(config("{type: object, properties: {a: {$ref: 'https://example.com/x.json'}}}"))
    assert [finding.code for finding in found if finding.is_error] == ["config-schema"]


def test_no_text_keeps_the_linter_busy() -> None:
    started = monotonic()
    for value in ("x://" * 20_000, "eyJ" + "a" * 90_000, "a+" * 45_000, "a://b:" * 15_000, "${ " + " " * 90_000):
        findings(HEAD + f"do:\n  - a:\n      set: {{x: '{value}'}}\n")
    findings(config(f"{{type: string, pattern: '^(a+)+$', default: '{'a' * 60}!'}}"))
    assert monotonic() - started < 5


def test_a_required_setting_that_does_not_exist() -> None:
    found = only(config("{type: string}", "          required: [sise]\n"))
    assert (found.code, found.mend) == ("config-schema", "Did you mean “size”?")


def test_pages_name_settings_that_exist_and_each_once() -> None:
    wizard = (
        "  metadata: {slipway: {wizard: {pages: [{title: A, fields: [size, size, gone]}], audience: {siz: team}}}}\n"
    )
    found = findings(config("{type: string}").replace(HEAD, HEAD + wizard))
    assert [finding.code for finding in found] == ["unknown-setting", "wizard", "unknown-setting"]


def test_unknown_keys_of_ours_are_findings() -> None:
    found = only(HEAD + "  metadata: {slipway: {icn: bolt}}\ndo:\n  - a:\n      set: {x: 1}\n")
    assert (found.code, found.message, found.mend) == ("schema", "“icn” is not known here.", "Did you mean “icon”?")


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        ("{cron: '99 * * * *'}", "schedule"),
        ("{cron: '* * * * *', every: {minutes: 1}}", "schedule"),
        ("{every: '${ .x }'}", "schedule"),
        ("{every: {minutes: 0}}", "schedule"),
        ("{after: {minutes: 1}}", "unsupported-schedule-after"),
    ],
)
def test_timers_that_cannot_be(schedule: str, code: str) -> None:
    assert only(HEAD + f"schedule: {schedule}\ndo:\n  - a:\n      set: {{x: 1}}\n").code == code


def test_a_time_zone_is_one_of_the_world() -> None:
    found = only(HEAD + "  metadata: {slipway: {timeZone: Europe/Berlim}}\ndo:\n  - a:\n      set: {x: 1}\n")
    assert (found.code, found.mend) == ("time-zone", "Did you mean “Europe/Berlin”?")


def test_references_are_defined_somewhere() -> None:
    text = (
        HEAD
        + "use:\n  errors:\n    notFound: {type: 'https://x', status: 404}\ndo:\n  - a: {raise: {error: notfund}}\n"
    )
    assert (only(text).code, only(text).mend) == ("unknown-reference", "Did you mean “notFound”?")


def test_a_step_that_does_nothing() -> None:
    found = only(HEAD + "do:\n  - a:\n")
    assert (found.line, found.message) == (4, "This step does nothing that the workflow language knows.")


def test_nesting_as_deep_as_the_reader_allows_is_checked() -> None:
    step: dict[str, Any] = {"set": {"x": 1}}
    for _ in range(18):
        step = {"do": [{"a": step}]}
    assert findings(json.dumps({"document": {"dsl": "1.0.3"}, "do": [{"a": step}]})) == []


words = st.sampled_from(
    "document do input schema properties config use metadata slipway slots wizard pages fields switch then when call "
    "with endpoint operationId parameters for in each try catch retry set raise error schedule every cron openapi "
    "http enum connector://shop required default type items pattern $ref not minimum multipleOf".split()
)
shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | words | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=30,
)


def compiles(source: str, variables: Sequence[str]) -> str | None:
    return f"{source} reads nothing" if not variables else None


@settings(max_examples=200)
@given(st.dictionaries(words, shapes, max_size=5))
def test_any_document_is_linted_without_a_crash(document: dict[str, Any]) -> None:
    definition = Definition(document)
    lint(definition, {"shop": OPERATIONS, "crm": None}, compiles=compiles)
    assert {field for page in definition.config_pages for field in page.fields} == set(
        definition.config_schema.get("properties") or {}
    )
    assert definition.sample_input.keys() == {"config", "event"}
    assert all(slot.address == f"connector://{name}" for name, slot in definition.slots.items())
