"""The pages: whole and in parts, for members, for people without the right, for strangers, and with bad input."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.htmx import events_of
from apps.releases import selectors, services
from apps.releases.models import IntegrationTemplate, Release
from tests.factories.releases import SETUP, a_live_version, a_template, a_version, text, the_draft

type Login = Callable[[User], Client]

HTMX = {"HX-Request": "true"}


def within(target: str) -> dict[str, str]:
    return {**HTMX, "HX-Target": target}


def at(release: Release, name: str) -> str:
    return reverse(f"releases:{name}", args=[release.integration_template.slug, release.pk])


def history_of(template: IntegrationTemplate) -> str:
    return reverse("releases:template_history", args=[template.slug])


def seen(release: Release) -> str:
    return selectors.seen(release, selectors.live_release(release.integration_template))


PAGES = ["template_list", "template_create", "template_detail", "template_history", "version_create"]
QUESTIONS = ["deprecate", "quarantine", "pause", "restore", "rename", "notes", "bin", "copy", "make_live"]


def address(name: str, orders: IntegrationTemplate) -> str:
    plain = name in ("template_list", "template_create")
    return reverse(f"releases:{name}", args=[] if plain else [orders.slug])


# ---- who sees what ----


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_templates_open(login: Login, rita, orders, name):
    assert login(rita).get(address(name, orders)).status_code == 200


@pytest.mark.parametrize("name", ["release_detail", "release_compare"])
def test_pages_of_releases_open_for_viewers(login: Login, vera, orders, name):
    a_version(orders)
    assert login(vera).get(at(a_version(orders), name)).status_code == 200


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_page_and_a_dialog(login: Login, ada, orders, name):
    version = a_version(orders)
    page = login(ada).get(at(version, f"release_{name}"))
    part = login(ada).get(at(version, f"release_{name}"), headers=within("dialog"))
    assert (page.status_code, part.status_code) == (200, 200)
    assert page.content.startswith(b"<!doctype html>")
    assert b"<html" not in part.content
    assert b"overlay-header" in part.content


@pytest.mark.parametrize("name", PAGES)
def test_strangers_find_nothing(login: Login, mallory, orders, name):
    assert login(mallory).get(address(name, orders)).status_code == 404


def test_customers_find_no_release(login: Login, cleo, orders):
    assert login(cleo).get(at(a_version(orders), "release_detail")).status_code == 404


def test_a_release_of_another_template_is_not_found(login: Login, rita, orders):
    other = a_template("Another")
    url = reverse("releases:release_detail", args=[other.slug, a_version(orders).pk])
    assert login(rita).get(url).status_code == 404


@pytest.mark.parametrize("name", QUESTIONS)
def test_viewers_are_asked_nothing(login: Login, vera, orders, name):
    assert login(vera).get(at(a_version(orders), f"release_{name}")).status_code == 403


def test_what_a_person_may_not_do_says_why(login: Login, bea, orders):
    a_version(orders)
    page = login(bea).get(history_of(orders)).content.decode()
    assert "Your role does not let you make releases live, mark them or list them." in page


# ---- the drawer ----


def test_the_history_is_a_page_a_drawer_and_a_list(login: Login, rita, orders):
    a_version(orders, "first")
    client = login(rita)
    page = client.get(history_of(orders)).content
    drawer = client.get(history_of(orders), headers=within("drawer")).content
    part = client.get(history_of(orders), headers=within("history-list")).content
    assert page.startswith(b"<!doctype html>")
    assert b"overlay-header" in drawer
    assert b"<html" not in drawer
    assert b"overlay-header" not in part
    assert all(b"first" in content for content in (page, drawer, part))


def test_a_client_cannot_name_a_fragment_of_its_own(login: Login, rita, orders):
    assert b"<html" in login(rita).get(history_of(orders), headers=within("row")).content


def test_drafts_stand_first_then_versions_newest_first(login: Login, rita, orders):
    a_live_version(orders, "first")
    a_version(orders, "second")
    page = login(rita).get(history_of(orders), headers=within("history-list")).content.decode()
    assert re.findall(r'history-number">(\w+)<', page) == ["Draft", "V2", "V1"]


def test_long_histories_are_shown_in_parts(login: Login, rita, orders):
    for _ in range(22):
        a_version(orders)
    client = login(rita)
    first = client.get(history_of(orders), headers=within("history-list")).content.decode()
    more = client.get(f"{history_of(orders)}?before=4", headers=within("history-more")).content.decode()
    assert re.findall(r'history-number">V(\d+)<', first) == [str(number) for number in range(22, 3, -1)]
    assert "?before=4" in first
    assert re.findall(r'history-number">(\w+)<', more) == ["V3", "V2", "V1"]


def test_the_history_is_searched_by_name_and_number(login: Login, rita, orders):
    a_version(orders, "spring")
    a_version(orders, "autumn")
    client = login(rita)

    def found(words: str) -> list[str]:
        page = client.get(history_of(orders), {"q": words}, headers=within("history-list")).content.decode()
        return re.findall(r'history-number">V(\d+)<', page)

    assert [found("autumn"), found("v1"), found("winter")] == [["2"], ["1"], []]


def test_the_bin_is_a_part_of_the_history(login: Login, rita, orders):
    version = services.bin_release(by=rita, release=a_version(orders, "away"))
    page = login(rita).get(history_of(orders)).content.decode()
    binned = login(rita).get(history_of(orders), {"bin": "1"}).content.decode()
    assert ("1 in the bin" in page, version.name in page, version.name in binned) == (True, False, True)


# ---- asking and doing ----


def test_deprecating_closes_the_dialog_and_refreshes_every_list(login: Login, rita, orders):
    version = a_version(orders)
    answer = login(rita).post(
        at(version, "release_deprecate"), {"seen": seen(version), "reason": "API ends"}, headers=within("dialog")
    )
    version.refresh_from_db()
    assert (answer.status_code, set(events_of(answer)), version.mark) == (
        204,
        {"releases-changed", "toasts"},
        "deprecated",
    )


def test_without_javascript_the_same_leads_to_the_release(login: Login, rita, orders):
    version = a_version(orders)
    answer = login(rita).post(
        at(version, "release_deprecate"), {"seen": seen(version), "reason": "API ends"}, follow=True
    )
    page = answer.content.decode()
    assert answer.redirect_chain == [(version.get_absolute_url(), 303)]
    assert "Deprecated by Rita" in page
    assert "API ends" in page


def test_a_missing_reason_comes_back_beside_its_field(login: Login, rita, orders):
    version = a_version(orders)
    answer = login(rita).post(
        at(version, "release_deprecate"), {"seen": seen(version), "reason": " "}, headers=within("dialog")
    )
    assert answer.status_code == 422
    assert b'id="id_reason_error"' in answer.content


def test_a_rule_that_says_no_is_read_in_the_dialog(login: Login, rita, orders):
    live = a_live_version(orders)
    answer = login(rita).post(
        at(live, "release_deprecate"), {"seen": seen(live), "reason": "old"}, headers=within("dialog")
    )
    assert answer.status_code == 422
    assert b"Make another version live first" in answer.content


def test_a_stale_dialog_is_a_conflict_and_changes_nothing(login: Login, rita, orders):
    version = a_version(orders)
    stale = seen(version)
    a_live_version(orders)
    client = login(rita)
    data = {"seen": stale, "reason": "old"}
    assert client.post(at(version, "release_deprecate"), data).status_code == 409
    assert client.post(at(version, "release_deprecate"), data, headers=within("dialog")).status_code == 409
    version.refresh_from_db()
    assert version.mark == "none"


def test_a_bad_name_comes_back_beside_its_field(login: Login, bea, orders):
    a_version(orders, "first")
    draft = the_draft(orders)
    url = reverse("releases:version_create", args=[orders.slug])
    answer = login(bea).post(url, {"seen": seen(draft), "name": "first"}, headers=within("dialog"))
    assert answer.status_code == 422
    assert b'id="id_name_error"' in answer.content


def test_same_content_takes_one_more_click(login: Login, bea, orders):
    a_version(orders, "first")
    draft = the_draft(orders)
    url = reverse("releases:version_create", args=[orders.slug])
    data = {"seen": seen(draft), "name": "second"}
    asked = login(bea).post(url, data, headers=within("dialog"))
    assert b"Same content" in asked.content
    login(bea).post(url, {**data, "accept_same": "on"}, headers=within("dialog"))
    assert selectors.version_names(orders) == ["second", "first"]


def test_a_draft_with_errors_is_not_frozen_and_says_what_to_mend(login: Login, bea, draft):
    services.save_draft(by=SETUP, draft=draft, text="do: [", revision=draft.revision)
    page = login(bea).get(reverse("releases:version_create", args=[draft.integration_template.slug]))
    assert b"The draft must be mended first" in page.content


def test_making_live_is_told_and_shown(login: Login, rita, orders):
    first, second = a_live_version(orders), a_version(orders)
    client = login(rita)
    question = client.get(at(second, "release_make_live"), headers=within("dialog")).content.decode()
    assert "V1 becomes superseded." in question
    client.post(at(second, "release_make_live"), {"seen": seen(second)}, headers=within("dialog"))
    first.refresh_from_db()
    assert (first.state, selectors.live_release(orders)) == ("superseded", second)


def test_copying_to_a_new_template_opens_the_copy(login: Login, bea, orders):
    version = a_version(orders)
    data = {"seen": seen(version), "target": "new", "new_name": "Orders to ERP"}
    answer = login(bea).post(at(version, "release_copy"), data, headers=within("dialog"))
    copied = the_draft(IntegrationTemplate.objects.get(name="Orders to ERP"))
    assert urlsplit(answer["HX-Redirect"]).path == copied.get_absolute_url()


@pytest.mark.parametrize(("target", "field"), [("new", "new_name"), ("other", "other")])
def test_a_copy_says_where_it_goes(login: Login, bea, orders, target, field):
    version = a_version(orders)
    data = {"seen": seen(version), "target": target}
    answer = login(bea).post(at(version, "release_copy"), data, headers=within("dialog"))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"'.encode() in answer.content


def test_get_changes_nothing(login: Login, ada, orders):
    version = a_version(orders)
    for name in QUESTIONS:
        login(ada).get(at(version, f"release_{name}"))
    assert Release.objects.filter(pk=version.pk).values_list("state", "mark", "paused_at", "binned_at").get() == (
        "version",
        "none",
        None,
        None,
    )


# ---- the editor ----


def test_saving_in_the_editor_keeps_the_text_and_shows_findings(login: Login, bea, draft):
    data = {"text": text("typed").replace("\n", "\r\n"), "revision": draft.revision}
    answer = login(bea).post(at(draft, "draft_save"), data, headers=within("findings"))
    draft.refresh_from_db()
    assert Release.objects.get(pk=draft.pk).text == text("typed")
    assert f'name="revision" id="id_revision" value="{draft.revision}"'.encode() in answer.content
    assert "releases-changed" in events_of(answer)


def test_saving_over_somebody_else_shows_both_texts(login: Login, bea, draft):
    services.save_draft(by=SETUP, draft=draft, text=text("theirs"), revision=draft.revision)
    data = {"text": text("mine"), "revision": draft.revision}
    for headers in ({}, within("findings")):
        answer = login(bea).post(at(draft, "draft_save"), data, headers=headers)
        assert answer.status_code == 409
        assert "words: theirs" in answer.content.decode()
        assert "words: mine" in answer.content.decode()
        assert (answer.headers.get("HX-Reselect"), answer.headers.get("HX-Retarget")) == ("#main > *", "#main")
    assert Release.objects.get(pk=draft.pk).text == text("theirs")


def test_findings_carry_their_place_and_a_way_to_mend_them(login: Login, bea, draft):
    typed = text().replace("set:", "sett:")
    answer = login(bea).post(
        at(draft, "draft_check"), {"text": typed, "revision": draft.revision}, headers=within("findings")
    )
    page = answer.content.decode()
    assert re.search(r'data-line="\d+" data-level="error"', page)
    assert "data-go-to-line" in page
    assert Release.objects.get(pk=draft.pk).text == text()


def test_viewers_read_a_draft_and_cannot_save_it(login: Login, vera, draft):
    client = login(vera)
    page = client.get(at(draft, "builder_source"))
    assert page.status_code == 200
    assert b"<textarea" not in page.content
    assert client.post(at(draft, "draft_save"), {"text": "", "revision": 1}).status_code == 403


def test_a_version_opens_on_its_page_and_a_draft_in_the_builder(login: Login, bea, orders, draft):
    version = a_version(orders)
    assert b"<textarea" not in login(bea).get(at(version, "builder_source")).content
    assert login(bea).get(at(draft, "release_detail")).headers["Location"] == draft.get_absolute_url()


# ---- templates ----


def test_a_new_template_opens_its_draft(login: Login, bea):
    data = {"name": "Orders to CRM", "starter": "orders_to_crm", "naming_scheme": "semver"}
    answer = login(bea).post(reverse("releases:template_create"), data)
    assert answer.headers["Location"] == the_draft(IntegrationTemplate.objects.get()).get_absolute_url()


def test_a_taken_name_comes_back_beside_its_field(login: Login, bea, orders):
    data = {"name": "Orders to CRM", "starter": "blank", "naming_scheme": "semver"}
    answer = login(bea).post(reverse("releases:template_create"), data)
    assert answer.status_code == 422
    assert b'id="id_name_error"' in answer.content


def test_an_empty_house_offers_the_first_template(login: Login, bea):
    assert b"No templates yet" in login(bea).get(reverse("releases:template_list")).content


def test_templates_are_found_by_name(login: Login, bea, orders):
    a_template("Health check")
    part = login(bea).get(reverse("releases:template_list"), {"q": "health"}, headers=within("template-list"))
    page = part.content.decode()
    assert ("Health check" in page, "Orders to CRM" in page, "<html" in page) == (True, False, False)
