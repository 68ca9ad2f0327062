"""Who sees the tabs, what opening and saving them does, and what they cost."""

import pytest

from apps.core.htmx import events_of
from apps.releases import services
from apps.releases.starters import all_starters
from tests.factories.releases import SETUP, a_template, the_draft
from tests.releases.sending import sent
from tests.releases.settings.pages import HTMX, TABS, TEXT, Login, at, fresh, post, save


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


def test_findings_stand_on_the_tab_that_mends_them(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    text = TEXT.replace("fields: [tags]", "fields: [tagz]")
    services.save_draft(by=bea, draft=draft, text=text, revision=draft.revision)
    pages = {tab: client.get(at(draft, tab)).content.decode() for tab in TABS}
    assert [tab for tab, page in pages.items() if "There is no setting “tagz”." in page] == ["builder_configuration"]


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
