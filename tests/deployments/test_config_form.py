"""From schema to form and back: the schema has the last word."""

import json
import string
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.deployments.config_form import ConfigForm, Kind, carry, changes, faults, questions, told, unusable
from apps.deployments.config_form.judge import faults_of

SCHEMA = {
    "type": "object",
    "required": ["source", "size"],
    "properties": {
        "source": {"type": "string", "title": "Shop", "description": "Its name.", "minLength": 2, "maxLength": 60},
        "notes": {"type": "string", "maxLength": 2000},
        "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
        "rate": {"type": ["number", "null"], "exclusiveMinimum": 0},
        "active": {"type": "boolean", "default": True},
        "status": {"enum": ["paid", "shipped", 3, True]},
        "level": {"oneOf": [{"const": 1, "title": "Low"}, {"const": 2, "title": "High"}]},
        "days": {"type": "array", "uniqueItems": True, "items": {"enum": ["mon", "tue", "wed"]}},
        "since": {"type": "string", "format": "date"},
        "mail": {"type": "string", "format": "email"},
        "site": {"type": "string", "format": "uri"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}, "maxItems": 3},
        "address": {
            "type": "object",
            "required": ["city"],
            "properties": {"city": {"type": "string"}, "zip": {"type": "integer"}},
        },
        "extra": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}},
        "token": {"type": "string", "writeOnly": True},
    },
}
ASKED = questions(SCHEMA)

words = st.text(string.ascii_letters + string.digits + "äß “”'<&", min_size=2, max_size=20).map(str.strip)
texts = words.filter(lambda text: len(text) >= 2)
VALUES = {
    "source": texts,
    "notes": texts,
    "size": st.integers(1, 100),
    "rate": st.one_of(st.integers(1, 10**20), st.floats(0.001, 1e12, allow_nan=False)),
    "active": st.booleans(),
    "status": st.sampled_from(["paid", "shipped", 3, True]),
    "level": st.sampled_from([1, 2]),
    "days": st.lists(st.sampled_from(["mon", "tue", "wed"]), unique=True, min_size=1).map(sorted),
    "since": st.dates(date(1970, 1, 1)).map(date.isoformat),
    "mail": st.sampled_from(["a@example.com", "bea.builder@slipway.example"]),
    "site": st.sampled_from(["https://example.com", "http://localhost:8000/x?y=1"]),
    "tags": st.lists(texts.filter(lambda text: len(text) <= 5), min_size=1, max_size=3),
    "address": st.fixed_dictionaries({"city": texts}, optional={"zip": st.integers(0, 99999)}),
    "extra": st.lists(st.fixed_dictionaries({"a": st.integers()}), min_size=1, max_size=3),
}
OPTIONAL = [name for name in VALUES if name not in SCHEMA["required"] and name != "active"]
configs = st.fixed_dictionaries(
    {name: VALUES[name] for name in (*SCHEMA["required"], "active")}, optional={name: VALUES[name] for name in OPTIONAL}
)


def posted(form: ConfigForm) -> QueryDict:
    """What a browser sends for the form as it stands."""
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.field.prepare_value(bound.initial) if hasattr(bound.field, "prepare_value") else bound.initial
        if bound.field.__class__.__name__ == "BooleanField":
            if value:
                data[bound.html_name] = "on"
        elif isinstance(value, list):
            data.setlist(bound.html_name, value)
        elif value is not None:
            data[bound.html_name] = str(value)
    return data


def filled(data: dict[str, str | list[str]], **options) -> ConfigForm:
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(f"answer-{name}", value if isinstance(value, list) else [value])
    return ConfigForm(SCHEMA, ASKED, data=query, answers={}, **options)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(configs)
def test_answers_go_into_the_form_and_come_back_unchanged(config):
    assert faults(SCHEMA, config) == []
    shown = ConfigForm(SCHEMA, ASKED, answers=config, asked=list(ASKED))
    back = ConfigForm(SCHEMA, ASKED, data=posted(shown), answers=config, asked=list(ASKED))
    assert back.is_valid(), back.errors
    assert json.dumps(back.answers_given, sort_keys=True) == json.dumps(config, sort_keys=True)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(VALUES)), st.one_of(texts, st.lists(texts, max_size=4))))
def test_whatever_is_typed_the_form_gives_only_what_the_schema_accepts(typed):
    form = filled({"source": "Shop", "size": "5", **typed})
    if form.is_valid():
        assert faults(SCHEMA, form.answers_given) == []


def test_every_property_is_asked_in_its_way():
    assert {name: question.kind.value for name, question in ASKED.items()} == {
        "source": "text",
        "notes": "long_text",
        "size": "integer",
        "rate": "number",
        "active": "boolean",
        "status": "choice",
        "level": "choice",
        "days": "choices",
        "since": "date",
        "mail": "email",
        "site": "uri",
        "tags": "text_list",
        "address": "object",
        "extra": "json",
        "token": "secret",
    }
    assert (ASKED["source"].title, ASKED["source"].help, ASKED["notes"].title) == ("Shop", "Its name.", "Notes")


def test_secrets_are_never_asked():
    form = ConfigForm(SCHEMA, ASKED, answers={"token": "s3cret"})
    assert "token" not in form.fields
    assert "s3cret" not in str(form)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"source": "S"}, "source", "This needs at least 2 characters."),
        ({"size": "0"}, "size", "This must be 1 or more."),
        ({"size": "many"}, "size", "Enter a whole number."),
        ({"rate": "-1"}, "rate", "This must be more than 0."),
        ({"rate": "nan"}, "rate", "Enter a number."),
        ({"status": '"other"'}, "status", None),
        ({"since": "2026-02-30"}, "since", "Enter a valid date."),
        ({"mail": "nobody"}, "mail", "Enter a valid email address."),
        ({"site": "example"}, "site", None),
        ({"tags": ["toolong"]}, "tags", "entry 1: This holds at most 5 characters."),
        ({"address.zip": "12345"}, "address.city", "This needs an answer."),
        ({"extra": "{"}, "extra", "This is not JSON. Text stands in double quotes, keys too."),
        ({"extra": '[{"a": "x"}]'}, "extra", "entry 1, a: This must be a whole number."),
    ],
)
def test_a_bad_answer_is_said_at_its_field(typed, field, message):
    form = filled({"source": "Shop", "size": "5", **typed})
    assert list(form.errors) == [field]
    if message:
        assert form.errors[field] == [message]


def test_what_is_left_blank_is_absent_and_stays_blank():
    form = filled({"source": "Shop", "size": "5", "address.city": ""})
    assert form.is_valid()
    assert form.answers_given == {"source": "Shop", "size": 5, "active": False}
    again = ConfigForm(SCHEMA, ASKED, answers={}, asked=["active", "size"])
    assert (again["active"].initial, again["size"].initial) == (None, None)
    assert ConfigForm(SCHEMA, ASKED, answers={}).initial["size"] == 20


def test_new_questions_are_pointed_out():
    form = ConfigForm(SCHEMA, ASKED, answers={}, asked=["source"], mark_new=True)
    assert {asked.question.name for asked in form.questions if not asked.is_new} == {"source"}


def test_references_never_leave_the_schema():
    outside = {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/schema.json"}}}
    assert "does not contain" in faults(outside, {"a": 1})[0].message
    inside = {"$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}}
    assert faults_of(inside, "a", 1) == []
    assert faults_of(inside, "a", "x")[0].sentence == "This must be a whole number."
    assert questions(inside)["a"].kind is Kind.JSON


def test_a_schema_that_is_none_is_said_once():
    broken = {"type": "object", "properties": {"a": {"type": "strin"}}}
    assert unusable(broken).startswith("The release's configuration schema is not valid")
    assert len(faults(broken, {})) == 1


BEFORE = {"properties": {"a": {"type": "string", "title": "Alpha"}, "old": {"type": "integer"}, "gone": {}, "c": {}}}
AFTER = {"properties": {"a": {"type": "integer"}, "new": {"type": "integer"}, "c": {}, "d": {}}}


def test_answers_are_carried_over_renamed_or_listed_as_lost():
    carried = carry({"a": "text", "old": 5, "gone": "x"}, BEFORE, AFTER, [("old", "new")])
    assert carried.answers == {"new": 5}
    assert carried.asked == ("new", "c")
    assert [(lost.name, lost.title, lost.why) for lost in carried.lost] == [
        ("a", "Alpha", "The release refuses it: This must be a whole number."),
        ("gone", "gone", "The release does not ask this."),
    ]


@settings(max_examples=100, deadline=None)
@given(configs, st.lists(st.sampled_from(sorted(VALUES)), unique=True))
def test_a_surviving_answer_is_never_changed_and_no_answer_vanishes_unlisted(config, dropped):
    after = {**SCHEMA, "properties": {n: field for n, field in SCHEMA["properties"].items() if n not in dropped}}
    carried = carry(config, SCHEMA, after, [])
    assert carried.answers == {name: value for name, value in config.items() if name not in dropped}
    assert {lost.name for lost in carried.lost} == config.keys() & set(dropped)


def test_answers_and_changes_are_told_in_words():
    config = {"level": 2, "active": True, "tags": ["a", "b"], "address": {"city": "Bern", "zip": 3000}, "unknown": 1}
    assert [(answer.title, answer.text) for answer in told(config, ASKED)] == [
        ("Active", "Yes"),
        ("Level", "High"),
        ("Tags", "a, b"),
        ("Address", "City: Bern, Zip: 3000"),
        ("unknown", "1"),
    ]
    found = changes(
        {"size": 1, "level": 1}, {"size": True, "tags": ["x"], "level": 1}, asked_before=ASKED, asked_after=ASKED
    )
    assert [(change.title, change.before, change.after) for change in found] == [
        ("Size", "1", "Yes"),
        ("Tags", None, "x"),
    ]
