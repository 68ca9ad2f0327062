"""Opening a form and saving it without a change alters no byte; a change alters nothing outside its part."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from apps.deployments.previewing import preview_pages, sample_edit
from apps.releases.building.settings.about import about, change_about
from apps.releases.building.settings.configuration import configuration_of, page_of, raw_fields, required_names
from apps.releases.building.settings.field_edits import change_field
from apps.releases.building.settings.page_edits import change_page
from apps.releases.building.settings.triggers import change_triggers, triggers_of
from apps.releases.definition import Asks, Definition, DefinitionError, parse
from apps.releases.settings_forms import AboutForm, FieldForm, PageForm, TriggersForm
from apps.releases.starters import all_starters
from tests.releases.sending import sent

STARTERS = [starter.text for starter in all_starters()]
# What the starters do not say, each in a way that people write and forms could spoil.
ODD = """\
document: {dsl: '1.0.3', title: "Odd  ", summary: ' two words '}   # flow style
metadata: &not-ours {a: 1}
schedule:
  every: PT15M # half of an hour
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          required: [mail, 'no']
          additionalProperties: false
          properties:
            mail: {type: string, format: email, default: ''}
            'no': {type: boolean, title: "No?", default: false}
            ratio: {type: number, minimum: 0.0, maximum: 1, default: 1.0}
            big: {type: integer, default: 9007199254740993}
            level: {enum: [1, 2.0, 3], default: 2.0}
            long:
              type: string
              maxLength: 4000
              description: |
                Two lines,
                and an end.
              default: >-
                folded
                text
            names: {type: array, items: {type: string}, default: []}
            brackets: {type: array, items: {type: string}, default: ["[x]", " padded"]}
            days: {type: array, items: {type: string, format: date}, default: ['2026-01-01'], minItems: 1}
            place:
              type: object
              required: [city]
              properties:
                city: {type: string, title: City}   # the town
                zip-code: {type: string, minLength: 4}
              default: {city: Berlin}
            rows: {type: array, items: {type: object, properties: {a: {type: integer}}}}
            either: {oneOf: [{type: string}, {type: number}]}
            several: {type: array, uniqueItems: true, items: {enum: [a, b]}}
            null-able: {type: [string, 'null']}
            wrong: {type: string, default: 5}
            empty: {type: string, default: null}
do:
  - greet:
      set: {words: '${ $workflow.input.config.mail }'}
"""


def _conformance(shared: Path) -> Iterator[str]:
    for path in sorted((shared / "conformance" / "workflow-dsl").rglob("*.yaml")):
        text = path.read_text()
        try:
            parse(text)
        except (DefinitionError, yaml.YAMLError):
            continue
        yield text


def _saved_untouched(definition: Definition) -> Iterator[tuple[str, str]]:
    """Every form of the definition with the text after it was saved as it was opened."""
    triggers = triggers_of(definition)
    form = TriggersForm(sent(TriggersForm(triggers=triggers).as_p()), triggers=triggers)
    assert form.is_valid(), form.errors
    yield "triggers", change_triggers(form.said())(definition)
    known = about(definition)
    said = AboutForm(sent(AboutForm(known=known).as_p()), known=known)
    assert said.is_valid(), said.errors
    yield "about", change_about(said.changes(*said.fields))(definition)
    yield from _fields_untouched(definition)
    for page in configuration_of(definition).pages:
        if page.number is not None and page.title:
            known_page = {"title": page.title, "help": page.help}
            page_form = PageForm(sent(PageForm(initial=known_page).as_p()), initial=known_page)
            assert page_form.is_valid()
            yield f"page {page.title}", change_page(page.number, page_form.changes("title", "help"))(definition)
    for audience in Asks:
        shown = "".join(page.form.as_p() for page in preview_pages(definition, audience))
        pages = preview_pages(definition, audience, sent(shown))
        for shown_page in pages:
            shown_page.form.is_valid()
        yield f"sample {audience}", sample_edit(pages)(definition)


def _fields_untouched(definition: Definition) -> Iterator[tuple[str, str]]:
    for row in configuration_of(definition).fields:
        if row.kind is None:
            continue
        form = _field_form(definition, row.name)
        html = form.as_p() + "".join(member.as_p() for member in form.members)
        again = _field_form(definition, row.name, sent(html, **{"member-rows": str(form.row_count)}))
        assert again.is_valid(), (row.name, again.errors, [member.errors for member in again.members])
        yield row.name, change_field(row.name, again.schema_changes(), **again.place)(definition)


def _field_form(definition: Definition, name: str, data: object = None) -> FieldForm:
    page = page_of(definition, name)
    initial = {
        "page": "" if page is None else str(page),
        "audience": definition.audience(name),
        "required": name in required_names(definition),
    }
    pages = [(each.key, each.title) for each in configuration_of(definition).pages]
    return FieldForm(data, name=name, field=raw_fields(definition)[name], taken=[], pages=pages, initial=initial)


@pytest.mark.parametrize("text", [*STARTERS, ODD], ids=["orders", "check", "customers", "blank", "odd"])
def test_forms_saved_as_they_were_opened_alter_no_byte(text: str) -> None:
    after = dict(_saved_untouched(parse(text)))

    assert len(after) > 3
    assert {name for name, each in after.items() if each != text} == set()


def test_forms_alter_no_byte_of_the_examples_of_the_specification(shared: Path) -> None:
    texts = list(_conformance(shared))
    altered = [
        f"{name}:\n{''.join(difflib.unified_diff(text.splitlines(True), after.splitlines(True)))}"
        for text in texts
        for name, after in _saved_untouched(parse(text))
        if after != text
    ]

    assert len(texts) > 50
    assert altered == []
