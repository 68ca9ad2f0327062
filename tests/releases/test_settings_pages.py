"""The tabs of the builder that edit everything but the steps, as people and browsers use them."""

import difflib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.htmx import events_of
from apps.releases import services
from apps.releases.building.settings.typed import plain
from apps.releases.definition import parse
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.starters import all_starters
from tests.factories import builds
from tests.factories.releases import SETUP, a_template, the_draft
from tests.releases.settings_pages import sent

type Login = Callable[[User], Client]

HTMX = {"HX-Request": "true"}
TABS = ["builder_triggers", "builder_configuration", "builder_slots", "builder_readme"]
# What forms must leave alone: comments, order, styles.
TEXT = """\
# Orders, kept by hand.
document:
  dsl: '1.0.3'
  title: Orders   # the name
  metadata:
    slipway:
      slots:
        # Where orders come from.
        shop: {connector: orders-api, version: 1, title: Your shop}
        crm:
          connector: orders-api
          version: 1
      wizard:
        pages:
          - title: Orders   # asked first
            fields: [since, limit]
          - title: Contacts
            fields: [tags]
        audience: {limit: team}
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          required: [since]
          properties:
            # The first day.
            since: {type: string, format: date, title: Since}
            limit: {type: integer, default: 20, maximum: 100}
            tags: {type: array, items: {type: string}, default: []}
            note: {type: string}
            odd: {oneOf: [{type: string}, {type: integer}]}
do:
  # First of all.
  - fetch:
      call: openapi
      with:
        document: {endpoint: connector://shop}
        operationId: listOrders
        parameters:
          since: ${ $workflow.input.config.since }
  - show:
      set: {count: '${ $workflow.input.config.limit }'}
"""


@pytest.fixture
def orders(db: None) -> IntegrationTemplate:
    """A template whose draft is written by hand."""
    return a_template("Orders", content=TEXT)


def at(draft: Release, view: str, /, **query: str) -> str:
    url = reverse(f"releases:{view}", args=[draft.integration_template.slug, draft.pk])
    return f"{url}?{urlencode(query)}" if query else url


def fresh(draft: Release) -> Release:
    return the_draft(draft.integration_template)


def lines_changed(before: str, after: str) -> list[str]:
    """Lines taken out and put in, without those that only stand elsewhere."""
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in diff if not line.startswith(("---", "+++", "@@"))]


def post(client: Client, draft: Release, view: str, query: dict[str, str], /, **typed: str) -> Any:
    """Open a form, type into it, and press its button."""
    url = at(draft, view, **query)
    page = client.get(url).content.decode()
    return client.post(url, sent(page, url.partition("?")[0], **typed))


def save(client: Client, draft: Release, tab: str, view: str, /, **typed: str) -> Any:
    page = client.get(at(draft, tab)).content.decode()
    return client.post(at(draft, view), sent(page, at(draft, view), **typed))


# ---- who sees what ----


@pytest.mark.parametrize("tab", TABS)
def test_tabs_open_for_those_who_look_and_cannot_be_changed_by_them(login: Login, vera, draft, tab):
    page = login(vera).get(at(draft, tab))
    assert page.status_code == 200
    assert not any(words in page.content for words in (b"Save triggers", b"Save readme", b"Add field", b"Add a"))


@pytest.mark.parametrize("tab", TABS)
def test_versions_show_the_same_tabs_without_a_button_to_save(login: Login, bea, orders, tab):
    draft = the_draft(orders)
    whole = services.save_draft(
        by=SETUP, draft=draft, text=all_starters()[0].text.replace("demo-", ""), revision=draft.revision
    )
    version = services.create_version(by=SETUP, draft=whole, name="one")
    page = login(bea).get(at(version, tab)).content.decode()
    assert "is frozen for good" in page
    assert "data-save-key" not in page or "Save triggers" not in page
    assert "Add field" not in page


@pytest.mark.parametrize("tab", TABS)
def test_a_text_that_cannot_be_read_is_mended_in_the_source(login: Login, bea, draft, tab):
    services.save_draft(by=bea, draft=draft, text="do: [", revision=draft.revision)
    page = login(bea).get(at(draft, tab)).content.decode()
    assert "This text cannot be read" in page
    assert "Mend it in the source" in page


def test_strangers_find_nothing(login: Login, mallory, draft):
    assert [login(mallory).get(at(draft, tab)).status_code for tab in TABS] == [404] * 4


def test_people_without_the_right_change_nothing(login: Login, vera, draft):
    urls = [at(draft, name) for name in ("triggers_save", "readme_save", "config_field_move", "slot_move")]
    assert [login(vera).post(url).status_code for url in urls] == [403] * 4


def test_a_version_is_not_edited_by_a_form(login: Login, bea, orders):
    draft = services.save_draft(by=SETUP, draft=the_draft(orders), text=all_starters()[3].text, revision=1)
    version = services.create_version(by=SETUP, draft=draft, name="one")
    answer = login(bea).post(at(version, "triggers_save"), {"revision": "1", "when": "none", "missed": "skip"})
    assert answer.status_code == 422
    assert "frozen for good" in answer.content.decode()


# ---- opening and saving ----


@pytest.mark.parametrize(("tab", "name"), [("builder_triggers", "triggers_save"), ("builder_readme", "readme_save")])
@pytest.mark.parametrize("starter", all_starters(), ids=lambda starter: starter.key)
def test_saving_without_a_change_saves_nothing(login: Login, bea, tab, name, starter):
    draft = the_draft(a_template("Again", content=starter.text))
    answer = save(login(bea), draft, tab, name)
    assert answer.status_code == 303
    assert (fresh(draft).revision, fresh(draft).text) == (draft.revision, starter.text)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("config_field", {"field": "since"}),
        ("config_field", {"field": "limit"}),
        ("config_field", {"field": "tags"}),
        ("config_page", {"page": "0"}),
        ("slot_edit", {"slot": "shop"}),
        ("slot_edit", {"slot": "crm"}),
    ],
)
def test_dialogs_saved_as_they_were_opened_save_nothing(login: Login, bea, orders, name, query):
    draft = the_draft(orders)
    answer = post(login(bea), draft, name, query)
    assert answer.status_code == 303
    assert (fresh(draft).revision, fresh(draft).text) == (draft.revision, TEXT)


def test_an_htmx_save_answers_with_the_part_and_tells_the_new_revision(login: Login, bea, orders):
    draft = the_draft(orders)
    client = login(bea)
    page = client.get(at(draft, "builder_triggers")).content.decode()
    url = at(draft, "triggers_save")
    data = sent(page, url, when="cron", cron="0 6 * * *")
    answer = client.post(url, data, headers={**HTMX, "HX-Target": "triggers"})
    assert events_of(answer)["draft-edited"] == {"revision": draft.revision + 1}
    assert b"<html" not in answer.content
    assert f'name="revision" value="{draft.revision + 1}"' in answer.content.decode()


def test_a_stale_form_is_a_conflict_in_which_nothing_is_lost(login: Login, bea, orders):
    draft = the_draft(orders)
    client = login(bea)
    url = at(draft, "readme_save")
    data = sent(client.get(at(draft, "builder_readme")).content.decode(), url, title="Hers")
    services.save_draft(by=SETUP, draft=draft, text=f"{TEXT}# Rita was here.\n", revision=draft.revision)
    answer = client.post(url, data)
    assert answer.status_code == 409
    assert "title: Hers" in answer.content.decode()
    assert "Rita was here" in fresh(draft).text


# ---- triggers ----


def test_a_timer_is_chosen_and_taken_away(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    save(client, draft, "builder_triggers", "triggers_save", when="every", number="15", unit="minutes")
    assert parse(fresh(draft).text).document["schedule"] == {"every": {"minutes": 15}}
    save(client, draft, "builder_triggers", "triggers_save", when="cron", cron="0 6 * * 1", time_zone="Europe/Berlin")
    read = parse(fresh(draft).text)
    assert (read.document["schedule"], read.schedule.time_zone) == ({"cron": "0 6 * * 1"}, "Europe/Berlin")
    save(client, draft, "builder_triggers", "triggers_save", when="none", time_zone="")
    assert fresh(draft).text == TEXT


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"when": "cron", "cron": "61 * * * *"}, "is no cron expression"),
        ({"when": "cron", "cron": ""}, "Write five fields"),
        ({"when": "every", "number": ""}, "Say after how many"),
        ({"when": "every", "number": "soon"}, "“soon” is no number"),
        ({"when": "every", "number": "-1"}, "above 0"),
        ({"time_zone": "Europe/Berlln"}, "Did you mean “Europe/Berlin”?"),
        ({"has_webhook": "on", "webhook_schema": "{"}, "This is not JSON"),
        ({"has_webhook": "on", "webhook_schema": '{"type": "text"}'}, "This is no JSON schema"),
        ({"event": "[1,"}, "This is not JSON"),
        ({"event": "9007199254740993"}, "is too large to be kept exactly"),
    ],
)
def test_a_bad_trigger_is_said_at_its_field_and_kept_as_typed(login: Login, bea, orders, typed, said):
    draft = the_draft(orders)
    answer = save(login(bea), draft, "builder_triggers", "triggers_save", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(sent(page, at(draft, "triggers_save"))[name] == value for name, value in typed.items())
    assert fresh(draft).text == TEXT


def test_a_webhook_comes_and_goes(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    schema = '{"type": "object"}'
    save(
        client,
        draft,
        "builder_triggers",
        "triggers_save",
        has_webhook="on",
        webhook_title="New order",
        webhook_schema=schema,
        event='{"id": 9007199254740991}',
    )
    ours = parse(fresh(draft).text).document["document"]["metadata"]["slipway"]
    assert ours["webhook"] == {"title": "New order", "schema": {"type": "object"}}
    assert ours["sampleInput"] == {"event": {"id": 9007199254740991}}
    save(client, draft, "builder_triggers", "triggers_save", webhook_title="", webhook_schema="", event="")
    assert parse(fresh(draft).text).document["document"]["metadata"]["slipway"]["webhook"] == {}
    page = client.get(at(draft, "builder_triggers")).content.decode()
    data = sent(page, at(draft, "triggers_save"))
    data.pop("has_webhook")
    client.post(at(draft, "triggers_save"), data)
    assert fresh(draft).text == TEXT


def test_a_timer_that_no_form_shows_stays_as_the_source_says(login: Login, bea, orders):
    draft = the_draft(orders)
    text = f"{TEXT}schedule:\n  every: PT90S   # a minute and a half\n"
    services.save_draft(by=bea, draft=draft, text=text, revision=draft.revision)
    client = login(bea)
    assert "As the source says (every: PT90S)" in client.get(at(draft, "builder_triggers")).content.decode()
    save(client, draft, "builder_triggers", "triggers_save", missed="skip")
    assert "every: PT90S   # a minute and a half" in fresh(draft).text


def test_the_next_times_are_those_of_the_time_zone(login: Login, bea):
    query = {"when": "cron", "cron": "30 2 * 7 *", "time_zone": "Europe/Berlin", "missed": "once"}
    page = login(bea).get(reverse("runs:schedule_times_panel"), query, headers={**HTMX, "HX-Target": "schedule-times"})
    assert page.content.decode().count("<span>02:30</span>") == 5
    assert "In Europe/Berlin." in page.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"when": "cron", "cron": "x", "missed": "once"}, "is no cron expression"),
        ({"when": "none", "missed": "once"}, "It starts by hand only."),
        ({"when": "cron", "cron": "0 0 30 2 *", "missed": "once"}, "is no cron expression"),
        ({"when": "every", "number": "99999999", "unit": "days", "missed": "once"}, "at most ten years"),
        ({}, "It starts by hand only."),
    ],
)
def test_times_that_do_not_come_are_explained(login: Login, bea, query, said):
    page = login(bea).get(reverse("runs:schedule_times_panel"), query)
    assert said in page.content.decode()


# ---- configuration ----


def test_a_field_is_added_to_its_page(login: Login, bea, orders):
    draft = the_draft(orders)
    typed = {"key": "region", "title": "Region", "kind": "choice", "options": "eu\nus", "default": "eu"}
    answer = post(
        login(bea), draft, "config_field", {"page": "1"}, **typed, has_default="on", required="on", audience="team"
    )
    assert answer.status_code == 303
    assert lines_changed(TEXT, fresh(draft).text) == [
        "-            fields: [tags]",
        "-        audience: {limit: team}",
        "+            fields: [tags, region]",
        "+        audience: {limit: team, region: team}",
        "-          required: [since]",
        "+          required: [since, region]",
        "+            region:",
        "+              type: string",
        "+              title: Region",
        "+              enum:",
        "+                - eu",
        "+                - us",
        "+              default: eu",
    ]


def test_the_first_field_brings_the_schema_with_it(login: Login, bea):
    draft = the_draft(a_template("Greeting"))
    post(login(bea), draft, "config_field", {}, key="name", title="Whom to greet")
    read = parse(fresh(draft).text)
    assert read.config_schema == {
        "type": "object",
        "properties": {"name": {"type": "string", "title": "Whom to greet"}},
    }
    assert fresh(draft).text.startswith("# Says hello.\n")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"key": "since"}, "There is a field “since” already."),
        ({"key": "9 lives"}, "A key begins with a letter"),
        ({"key": "n", "kind": "integer", "default": "many", "has_default": "on"}, "“many” is no whole number."),
        ({"key": "n", "kind": "integer", "default": "5", "has_default": "on", "maximum": "4"}, "it must be 4 or less"),
        ({"key": "n", "kind": "choice", "options": " "}, "Write at least one option."),
        ({"key": "n", "kind": "choice", "options": "a", "default": "b", "has_default": "on"}, "none of the options"),
        ({"key": "n", "kind": "email", "default": "Bea", "has_default": "on"}, "it is no e-mail address"),
        ({"key": "n", "pattern": "("}, "This is no regular expression"),
        ({"key": "n", "pattern": "a{99999999999}"}, "This is no regular expression"),
        ({"key": "n", "min_length": "5", "max_length": "4"}, "This is less than the smallest, 5."),
        ({"key": "n", "min_length": "-1"}, "This must be a whole number, 0 or more."),
        ({"key": "n", "kind": "object"}, "A group needs at least one field"),
        ({"key": "n", "kind": "object", "member-0-key": "a b"}, "A key begins with a letter"),
        ({"key": "n", "kind": "object", "member-0-key": "a", "member-1-key": "a"}, "have the same key"),
        ({"key": "n", "kind": "list_integer", "default": "1\nx", "has_default": "on"}, "“x” is no whole number."),
    ],
)
def test_a_bad_field_is_said_and_kept_as_typed(login: Login, bea, orders, typed, said):
    draft = the_draft(orders)
    answer = post(login(bea), draft, "config_field", {}, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    kept = sent(page, at(draft, "config_field"))
    assert {name: plain(kept[name]) for name in typed} == {name: plain(value) for name, value in typed.items()}
    assert fresh(draft).text == TEXT


def test_values_keep_their_exact_types(login: Login, bea, orders):
    draft = the_draft(orders)
    post(login(bea), draft, "config_field", {"field": "limit"}, default="9007199254740991", maximum="", minimum="1.0")
    assert lines_changed(TEXT, fresh(draft).text) == [
        "-            limit: {type: integer, default: 20, maximum: 100}",
        "+            limit: {type: integer, default: 9007199254740991, minimum: 1.0}",
    ]


def test_a_group_gets_fields_and_loses_them(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    group = {"member-0-key": "city", "member-0-required": "on", "member-1-key": "zip", "member-1-kind": "integer"}
    post(client, draft, "config_field", {}, key="place", kind="list_object", **group)
    field = parse(fresh(draft).text).config_schema["properties"]["place"]
    assert field["items"] == {
        "type": "object",
        "properties": {"city": {"type": "string"}, "zip": {"type": "integer"}},
        "required": ["city"],
    }
    changed = {"member-0-remove": "on", "member-1-key": "postcode"}
    post(client, draft, "config_field", {"field": "place"}, **changed)
    field = parse(fresh(draft).text).config_schema["properties"]["place"]
    assert field["items"] == {"type": "object", "properties": {"postcode": {"type": "integer"}}}


def test_more_rows_come_without_saving(login: Login, bea, orders):
    draft = the_draft(orders)
    url = at(draft, "config_field")
    client = login(bea)
    data = sent(client.get(url).content.decode(), url, kind="object", **{"more-rows": "1"})
    page = client.post(url, data)
    assert page.status_code == 200
    assert "member-4-key" in page.content.decode()
    assert fresh(draft).text == TEXT


def test_a_field_becomes_another_type_and_keeps_its_words(login: Login, bea, orders):
    draft = the_draft(orders)
    post(login(bea), draft, "config_field", {"field": "since"}, kind="long_text", max_length="900")
    field = parse(fresh(draft).text).config_schema["properties"]["since"]
    assert field == {"type": "string", "contentMediaType": "text/plain", "title": "Since", "maxLength": 900}


def test_what_no_form_can_show_is_edited_in_the_source(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    page = client.get(at(draft, "builder_configuration")).content.decode()
    line = TEXT.splitlines().index("            odd: {oneOf: [{type: string}, {type: integer}]}") + 1
    assert "Edited in the source" in page
    assert f"?line={line}" in page
    assert client.get(at(draft, "config_field", field="odd")).status_code == 422


def test_a_key_is_renamed_with_everything_that_names_it(login: Login, bea, orders):
    draft = the_draft(orders)
    post(login(bea), draft, "config_field_rename", {"field": "limit"}, key="most")
    assert lines_changed(TEXT, fresh(draft).text) == [
        "-            fields: [since, limit]",
        "+            fields: [since, most]",
        "-        audience: {limit: team}",
        "+        audience: {most: team}",
        "-            limit: {type: integer, default: 20, maximum: 100}",
        "+            most: {type: integer, default: 20, maximum: 100}",
        "-      set: {count: '${ $workflow.input.config.limit }'}",
        "+      set: {count: '${ $workflow.input.config.most }'}",
    ]


def test_a_key_that_a_version_knows_is_renamed_with_a_note_for_its_answers(login: Login, bea, orders):
    starter = next(starter for starter in all_starters() if starter.key == "blank")
    draft = services.save_draft(by=SETUP, draft=the_draft(orders), text=starter.text, revision=1)
    services.create_version(by=SETUP, draft=draft, name="one")
    page = login(bea).get(at(draft, "config_field_rename", field="name")).content.decode()
    assert "V1 asks for it already" in page
    post(login(bea), fresh(draft), "config_field_rename", {"field": "name"}, key="whom")
    assert parse(fresh(draft).text).migrations == [("name", "whom")]


def test_steps_that_read_a_field_are_named_before_it_goes(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    page = client.get(at(draft, "config_field_delete", field="since")).content.decode()
    assert "Steps read it" in page
    assert ">fetch</a>" in page
    post(client, draft, "config_field_delete", {"field": "tags"})
    assert lines_changed(TEXT, fresh(draft).text) == [
        "-            fields: [tags]",
        "+            fields: []",
        "-            tags: {type: array, items: {type: string}, default: []}",
    ]


@pytest.mark.parametrize(
    ("move", "pages"),
    [
        ("0:0:limit", [["limit", "since"], ["tags"], ["note", "odd"]]),
        ("1:0:since", [["limit"], ["since", "tags"], ["note", "odd"]]),
        (":0:limit", [["since"], ["tags"], ["limit", "note", "odd"]]),
        (":1:note", [["since", "limit"], ["tags"], ["odd", "note"]]),
        ("1:1:note", [["since", "limit"], ["tags", "note"], ["odd"]]),
    ],
)
def test_fields_are_moved_within_and_between_pages(login: Login, bea, orders, move, pages):
    draft = the_draft(orders)
    answer = login(bea).post(at(draft, "config_field_move"), {"revision": draft.revision, "move": move})
    assert answer.status_code == 303
    assert [list(page.fields) for page in parse(fresh(draft).text).config_pages] == pages


def test_every_way_up_and_down_that_is_shown_can_be_gone(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    page = client.get(at(draft, "builder_configuration")).content.decode()
    ways = [part.split('"')[0] for part in page.split('form="field-move" name="move" value="')[1:]]
    assert len(ways) == 8
    for way in ways:
        now = fresh(draft)
        assert client.post(at(now, "config_field_move"), {"revision": now.revision, "move": way}).status_code == 303


def test_pages_are_added_renamed_moved_and_deleted(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    post(client, draft, "config_page", {}, title="Extras", help="If you like.")
    post(client, draft, "config_page", {"page": "0"}, title="Which orders")
    client.post(at(draft, "config_page_move"), {"revision": fresh(draft).revision, "move": "0:1"})
    pages = parse(fresh(draft).text).document["document"]["metadata"]["slipway"]["wizard"]["pages"]
    assert [page["title"] for page in pages] == ["Contacts", "Which orders", "Extras"]
    assert "Which orders   # asked first" in fresh(draft).text
    post(client, fresh(draft), "config_page_delete", {"page": "0"})
    assert [list(page.fields) for page in parse(fresh(draft).text).config_pages] == [
        ["since", "limit"],
        ["tags", "note", "odd"],
    ]


def test_fields_of_a_deleted_page_go_to_the_last_page(login: Login, bea):
    draft = the_draft(a_template("Starter", content=next(s.text for s in all_starters() if s.key == "orders_to_crm")))
    post(login(bea), draft, "config_page_delete", {"page": "0"})
    assert [list(page.fields) for page in parse(fresh(draft).text).config_pages] == [
        ["contactSource", "tags", "createDeals", "since", "status", "batchSize"]
    ]


def test_what_stands_on_no_page_gets_one_of_its_own(login: Login, bea, orders):
    draft = the_draft(orders)
    post(login(bea), draft, "config_page", {"page": "rest"}, title="The rest")
    assert [page.title for page in parse(fresh(draft).text).config_pages] == ["Orders", "Contacts", "The rest"]


def test_earlier_keys_are_noted_and_forgotten(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    wrong = post(client, draft, "config_migration", {}, before="since", after="limit")
    assert "“since” is a field now" in wrong.content.decode()
    post(client, draft, "config_migration", {}, before="max", after="limit")
    assert parse(fresh(draft).text).migrations == [("max", "limit")]
    client.post(at(draft, "config_migration_remove"), {"revision": fresh(draft).revision, "number": "0"})
    assert fresh(draft).text == TEXT


# ---- the preview and the sample ----


def preview(draft: Release, **query: str) -> str:
    url = reverse("deployments:config_preview_panel", args=[draft.integration_template.slug, draft.pk])
    return f"{url}?{urlencode(query)}"


def test_the_preview_shows_what_each_audience_is_asked(login: Login, vera, orders):
    draft, client = the_draft(orders), login(vera)
    customers, team = (client.get(preview(draft, **{"as": who})).content.decode() for who in ("customer", "team"))
    assert ("answer-limit" in customers, "answer-limit" in team) == (False, True)
    assert all("answer-since" in page and "Keep as sample" not in page for page in (customers, team))


def test_the_sample_is_typed_as_answers(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    url = reverse("deployments:config_sample_save", args=[orders.slug, draft.pk])
    page = client.get(preview(draft, **{"as": "team"})).content.decode()
    wrong = client.post(url, sent(page, url, **{"answer-limit": "101"}))
    assert (wrong.status_code, "This must be 100 or less." in wrong.content.decode()) == (422, True)
    client.post(url, sent(page, url, **{"answer-since": "2026-01-01", "answer-limit": "5"}))
    assert parse(fresh(draft).text).document["document"]["metadata"]["slipway"]["sampleInput"] == {
        "config": {"since": "2026-01-01", "limit": 5}
    }
    page = client.get(preview(draft, **{"as": "team"})).content.decode()
    client.post(url, sent(page, url, **{"answer-since": "", "answer-limit": ""}))
    assert fresh(draft).text == TEXT


# ---- connections ----


def test_a_slot_is_added_for_a_connector_that_exists(login: Login, bea, orders):
    builds.a_version("Mailer", 2)
    draft = the_draft(orders)
    answer = post(login(bea), draft, "slot_edit", {}, choice="mailer/2", name="mail", title="Your mail")
    assert answer.status_code == 303
    assert lines_changed(TEXT, fresh(draft).text) == [
        "+        mail:",
        "+          connector: mailer",
        "+          version: 2",
        "+          title: Your mail",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "shop"}, "There is a connection “shop” already."),
        ({"name": "My Shop"}, "A name begins with a letter"),
        ({"choice": ""}, "Choose a connector."),
    ],
)
def test_a_bad_slot_is_said_at_its_field(login: Login, bea, orders, typed, said):
    builds.a_version("Mailer", 2)
    answer = post(login(bea), the_draft(orders), "slot_edit", {}, **{"choice": "mailer/2", "name": "mail", **typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_another_version_tells_first_which_operations_it_lacks(login: Login, bea, orders):
    builds.a_build(builds.a_version())
    newer = builds.a_version(number=2)
    builds.a_build(newer, source=builds.orders_document().replace("listOrders", "findOrders"))
    draft, client = the_draft(orders), login(bea)
    url = at(draft, "slot_edit", slot="shop", choice="orders-api/2")
    check = client.get(url, headers={**HTMX, "HX-Target": "slot-check"}).content.decode()
    assert "<code>listOrders</code>, called by" in check
    refused = post(client, draft, "slot_edit", {"slot": "shop"}, choice="orders-api/2")
    assert (refused.status_code, fresh(draft).text) == (422, TEXT)
    post(client, draft, "slot_edit", {"slot": "shop"}, choice="orders-api/2", accept="on")
    assert lines_changed(TEXT, fresh(draft).text) == [
        "-        shop: {connector: orders-api, version: 1, title: Your shop}",
        "+        shop: {connector: orders-api, version: 2, title: Your shop}",
    ]


def test_a_slot_is_deleted_only_when_no_step_calls_through_it(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    url = at(draft, "slot_delete", slot="shop")
    assert ">fetch</a>" in client.get(url).content.decode()
    refused = client.post(url, {"revision": draft.revision})
    assert "Steps call through “shop”: “fetch”." in refused.content.decode()
    post(client, draft, "slot_delete", {"slot": "crm"})
    assert set(parse(fresh(draft).text).slots) == {"shop"}


def test_slots_are_moved(login: Login, bea, orders):
    draft = the_draft(orders)
    login(bea).post(at(draft, "slot_move"), {"revision": draft.revision, "move": "0:crm"})
    assert list(parse(fresh(draft).text).slots) == ["crm", "shop"]
    assert "        # Where orders come from.\n        shop:" in fresh(draft).text


# ---- readme ----


def test_the_readme_is_written_and_previewed(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    url = at(draft, "readme_preview")
    data = {"revision": draft.revision, "readme": "# Hello <script>"}
    shown = client.post(url, data, headers={**HTMX, "HX-Target": "readme-preview"}).content.decode()
    assert "<h1>Hello &lt;script&gt;</h1>" in shown
    assert "<html" not in shown
    save(
        client,
        draft,
        "builder_readme",
        "readme_save",
        readme="# Hello\r\n\r\nYou.\r\n",
        icon="mail",
        safe_to_repeat="on",
    )
    assert lines_changed(TEXT, fresh(draft).text) == [
        "+      icon: mail",
        "+      readme: |",
        "+        # Hello",
        "+",
        "+        You.",
        "+      safeToRepeat: true",
    ]


def test_findings_stand_on_the_tab_that_mends_them(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    text = TEXT.replace("fields: [tags]", "fields: [tagz]")
    services.save_draft(by=bea, draft=draft, text=text, revision=draft.revision)
    pages = {tab: client.get(at(draft, tab)).content.decode() for tab in TABS}
    assert [tab for tab, page in pages.items() if "There is no setting “tagz”." in page] == ["builder_configuration"]


# ---- numbers ----


@pytest.mark.parametrize("tab", TABS)
def test_tabs_cost_the_same_queries_for_one_field_and_for_many(
    login: Login, bea, orders, tab, django_assert_max_num_queries
):
    draft, client = the_draft(orders), login(bea)
    rows = "".join(f"            extra{number}: {{type: string}}\n" for number in range(40))
    slots = "".join(f"        slot{number}: {{connector: orders-api, version: 1}}\n" for number in range(20))
    text = TEXT.replace("            note:", f"{rows}            note:").replace(
        "        crm:\n", f"{slots}        crm:\n"
    )
    services.save_draft(by=bea, draft=draft, text=text, revision=draft.revision)
    with django_assert_max_num_queries(18):
        assert client.get(at(draft, tab)).status_code == 200
