"""What a definition means for the rest of Slipway: steps, slots, pages, digest, and the text for export."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from apps.releases.definition import (
    Asks,
    DefinitionError,
    MissedRuns,
    canonical,
    digest,
    lint,
    parse,
    stamped,
)
from apps.releases.starters import KEYS, all_starters, starter

TEXT = """\
# What we ship to everybody
document:
  dsl: '1.0.3'   # of the language
  title: Sample
  metadata:
    slipway:
      slots: {crm: {connector: demo-crm, version: 2, help: Bind me}}
      wizard:
        pages: [{title: First, fields: [b, gone]}]
        audience: {a: team}
      migrations: [{from: old, to: a}]
do:
  - loop:
      for: {in: .items}
      do:
        - attempt:
            try:
              - save:
                  call: openapi
                  with: {document: {endpoint: 'connector://crm'}, operationId: saveContact}
                  metadata: {slipway: {safeToRepeat: true}}
            catch:
              do:
                - note:
                    set: {x: 1}
        - last:
            if: .ready
            call: http
            with: {method: post, endpoint: {uri: 'https://example.com/x'}}
input: {schema: {document: {properties: {config: {properties: {a: {type: string, default: z}, b: {type: integer}}}}}}}
"""


def test_steps_stand_in_the_order_of_the_text() -> None:
    steps = parse(TEXT).steps
    assert [(step.path, step.kind, step.operation, step.slot, step.depth, step.line) for step in steps] == [
        ("loop", "for", "", "", 0, 13),
        ("loop.attempt", "try", "", "", 1, 16),
        ("loop.attempt.save", "call", "saveContact", "crm", 2, 18),
        ("loop.attempt.catch.note", "set", "", "", 2, 24),
        ("loop.last", "call", "POST https://example.com/x", "", 1, 26),
    ]
    assert steps[2].pointer == "/do/0/loop/do/0/attempt/try/0/save"
    assert (steps[2].safe_to_repeat, steps[4].safe_to_repeat, steps[4].condition) == (True, None, ".ready")


def test_slots_and_the_wizard() -> None:
    definition = parse(TEXT)
    (slot,) = definition.slots.values()
    assert (slot.connector, slot.version, slot.title, slot.help, slot.address) == (
        "demo-crm",
        2,
        "crm",
        "Bind me",
        "connector://crm",
    )
    assert [(page.title, page.fields) for page in definition.config_pages] == [
        ("First", ("b",)),
        ("More settings", ("a",)),
    ]
    assert (definition.audience("a"), definition.audience("b")) == (Asks.TEAM, Asks.CUSTOMER)
    assert definition.migrations == [("old", "a")]
    assert definition.sample_input == {"config": {"a": "z"}, "event": None}


def test_a_schedule_has_a_time_zone_and_a_policy() -> None:
    schedule = starter("customers_to_contacts").definition.schedule
    assert schedule is not None
    assert (schedule.cron, schedule.every, schedule.time_zone, schedule.missed_runs) == (
        "0 6 * * *",
        None,
        "Europe/Berlin",
        MissedRuns.ONCE,
    )
    assert parse(TEXT).schedule is None


def test_the_digest_ignores_order_comments_style_and_stamps() -> None:
    definition = parse(TEXT)
    stamp = stamped(definition, name="sample", number=7)
    reordered = json.dumps(dict(reversed(definition.document.items())))
    assert {parse(text).digest for text in (TEXT, stamp, reordered)} == {definition.digest}
    assert parse(TEXT.replace("x: 1", "x: 2")).digest != definition.digest


def test_numbers_that_json_cannot_keep_have_no_digest() -> None:
    with pytest.raises(DefinitionError, match="too large to be kept exactly"):
        digest({"document": {}, "do": [2**53]})


objects = st.dictionaries(
    st.text(max_size=4),
    st.integers(-1000, 1000) | st.text(max_size=4) | st.lists(st.booleans(), max_size=3),
    max_size=5,
)


@given(objects, st.randoms())
def test_the_digest_is_stable_under_the_order_of_keys(document: dict[str, Any], random: Any) -> None:
    keys = list(document)
    random.shuffle(keys)
    assert canonical({"a": {key: document[key] for key in keys}}) == canonical({"a": document})


def test_export_is_stamped_and_keeps_order_and_comments() -> None:
    text = stamped(parse(TEXT), name="sample-crm", number=7)
    assert text == TEXT.replace(
        "# of the language\n",
        "# of the language\n  namespace: slipway\n  name: sample-crm\n  version: 7.0.0\n",
    )


def test_old_stamps_are_replaced() -> None:
    text = "document:\n  name: other\n  dsl: '1.0.3'\n  version: 1.2.3\n  title: T\ndo: []\n"
    assert stamped(parse(text), name="mine", number=None) == (
        "document:\n  dsl: '1.0.3'\n  namespace: slipway\n  name: mine\n  version: 0.0.0-draft\n  title: T\ndo: []\n"
    )


@pytest.mark.parametrize("text", ['{"document": {"dsl": "1.0.3"}, "do": []}', "document: {dsl: 1.0.3}\ndo: []\n"])
def test_a_header_on_one_line_is_written_anew(text: str) -> None:
    written = parse(stamped(parse(text), name="mine", number=2)).document
    assert written == {
        "document": {"dsl": "1.0.3", "namespace": "slipway", "name": "mine", "version": "2.0.0"},
        "do": [],
    }


def operations_of(name: str) -> dict[str, Any]:
    """The catalogue of one of the demo's documents."""
    path = Path(settings.BASE_DIR) / "apps" / "demo" / "openapi" / f"{name}.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    shared = document["components"]["parameters"]
    return {
        operation["operationId"]: {
            "method": method,
            "path": at,
            "parameters": [
                shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                for each in operation.get("parameters", [])
            ],
            "body": "requestBody" in operation,
        }
        for at, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.mark.parametrize("key", KEYS)
def test_a_starter_has_nothing_to_say_about_itself(key: str) -> None:
    definition = starter(key).definition
    catalogues = {"shop": operations_of("shop"), "crm": operations_of("crm")}
    assert lint(definition, catalogues) == []
    assert definition.unsupported == []


def test_the_first_starter_shows_every_kind_of_field() -> None:
    fields = starter("orders_to_crm").definition.config_schema["properties"]
    assert {(field["type"], field.get("format"), "enum" in field) for field in fields.values()} == {
        ("string", None, False),
        ("string", "date", False),
        ("string", None, True),
        ("boolean", None, False),
        ("integer", None, False),
        ("array", None, False),
    }


def test_starters_introduce_themselves() -> None:
    assert [(each.title, bool(each.summary), bool(each.icon)) for each in all_starters()] == [
        ("Orders to CRM", True, True),
        ("Scheduled HTTP check", True, True),
        ("New customers to CRM contacts", True, True),
        ("Blank", True, True),
    ]
