"""The fields that the wizard asks for, and its pages."""

import pytest

from apps.releases import services
from apps.releases.building.settings.typed import plain
from apps.releases.definition import parse
from apps.releases.starters import all_starters
from tests.factories.releases import SETUP, a_template, the_draft
from tests.releases.sending import sent
from tests.releases.settings.pages import TEXT, Login, at, fresh, lines_changed, post


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
