"""The releases screen: its twelve elements on each release, its filters and parts, notes edited in place."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.htmx import events_of
from apps.releases import selectors, services
from apps.releases.models import IntegrationTemplate, Release
from tests.factories.deployments import a_deployment, a_release, a_synced_connector, an_environment
from tests.factories.releases import SETUP, a_live_version, a_version, the_draft

type Login = Callable[[User], Client]

TOOLS = ["Make live", "Edit", "Test run", "Pause", "Report", "Copy", "Move to the bin", "View in the builder"]


def screen_of(template: IntegrationTemplate) -> str:
    return reverse("releases:release_list", args=[template.slug])


def notes_of(release: Release) -> str:
    return reverse("releases:release_notes_here", args=[release.integration_template.slug, release.pk])


def within(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target}


def row_of(client: Client, release: Release, **query: str) -> str:
    page = client.get(screen_of(release.integration_template), query).content.decode()
    rows = re.findall(r"<article.*?</article>", page, re.DOTALL)
    return next(row for row in rows if f'id="release-{release.pk}"' in row)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def tools_of(row: str) -> list[str]:
    tools = re.findall(r'<div class="release-tools".*?(?=<div class="menu")', row, re.DOTALL)[0]
    return re.findall(r"</svg><span>([^<]*)</span>", tools)


def disabled_in(row: str) -> dict[str, str]:
    """What is disabled, by its label, with the reason."""
    pattern = r'is-disabled"[^>]*>.*?<span>([^<]*)</span></button><span[^>]*>([^<]*)</span>'
    return dict(re.findall(pattern, row, re.DOTALL))


def labels(client: Client, template: IntegrationTemplate, **query: str) -> list[str]:
    page = client.get(screen_of(template), query, headers=within("release-list")).content.decode()
    return re.findall(r'history-number">(\w+)<', page)


# ---- the twelve elements ----


def test_t2_each_release_has_the_twelve_elements(login: Login, ada: User, orders, draft) -> None:
    first = a_live_version(orders, "first")
    live = a_live_version(orders, "second")
    client = login(ada)

    rows = {release.pk: row_of(client, release) for release in (draft, live, first)}

    for row in rows.values():
        assert "Orders to CRM" in words_of(row)
        assert "release-badges" in row
        assert "Write release notes" in words_of(row)
        assert re.search(r"(Begun|Frozen) by test set-up , just now", words_of(row))
        assert "Connectors None" in words_of(row)
    assert tools_of(rows[draft.pk]) == TOOLS
    assert tools_of(rows[live.pk]) == TOOLS
    assert tools_of(rows[first.pk]) == ["Make live again", *TOOLS[1:]]


def test_what_is_locked_says_so(login: Login, rita: User, orders, draft) -> None:
    first, live, plain = a_live_version(orders), a_live_version(orders), a_version(orders)
    marked, banned = a_version(orders), a_version(orders)
    services.deprecate(by=rita, release=marked, reason="The API ends")
    services.quarantine(by=rita, release=banned, reason="Loses orders")
    client = login(rita)

    def lock(release: Release) -> str:
        found = re.search(r'class="release-lock">(.*?)</p>', row_of(client, release), re.DOTALL)
        return words_of(found[1]) if found else ""

    assert [lock(release) for release in (draft, first, live, plain, marked, banned)] == [
        "",
        "Superseded and locked: to go back to it, make it live again, or promote a copy of it.",
        "Live and locked: copy it, or restore it into the draft, to go on from it.",
        "Frozen for good: copy it, or restore it into the draft, to go on from it.",
        "Deprecated and locked: copy it, or restore it into the draft, to go on from it.",
        "Quarantined and locked: it can only be viewed.",
    ]


def test_everything_disabled_says_why(login: Login, rita: User, orders) -> None:
    live = a_live_version(orders)

    assert disabled_in(row_of(login(rita), live)) == {
        "Make live": "It is live already.",
        "Edit": "Live and locked: copy it, or restore it into the draft, to go on from it.",
        "Move to the bin": "It is live: make another version live first.",
    }


def test_a_viewer_reads_why_nothing_can_be_done(login: Login, vera: User, orders, draft) -> None:
    disabled = disabled_in(row_of(login(vera), draft))

    assert set(disabled) == {"Make live", "Edit", "Test run", "Pause", "Copy", "Move to the bin"}
    assert {reason.split(" let ")[0] for reason in disabled.values()} == {"Your role does not"}


def test_what_runs_somewhere_stays_out_of_the_bin(login: Login, rita: User, orders) -> None:
    version = a_release(orders)
    a_deployment(version, an_environment())

    assert disabled_in(row_of(login(rita), version))["Move to the bin"] == "1 instance runs it."


def test_t9_the_audit_line_says_who_made_froze_and_promoted_it(login: Login, bea: User, rita: User, orders) -> None:
    version = a_version(orders, by=bea)
    services.make_live(by=rita, release=version, reason="Ready")
    services.make_live(by=rita, release=a_version(orders, by=bea), reason="Better")
    client = login(rita)

    words = words_of(row_of(client, Release.objects.get(pk=version.pk)))

    assert "Frozen by Bea , just now" in words
    assert "Made live by Rita , just now" in words
    assert "Superseded by V2" in words


def test_a_draft_says_who_began_and_who_saved_it(login: Login, bea: User, orders, draft) -> None:
    services.save_draft(by=bea, draft=draft, text="do: []", revision=draft.revision)

    words = words_of(row_of(login(bea), draft))

    assert "Begun by test set-up , just now Saved by Bea , just now" in words


def test_connectors_and_places_stand_on_each_release(login: Login, vera: User, orders) -> None:
    place = an_environment("Staging")
    a_synced_connector(place)
    with_slot, without = a_release(orders, slot=True), a_release(orders)
    a_deployment(without, place)
    client = login(vera)

    assert "Connectors Acme Crm v1 Runs in Nowhere" in words_of(row_of(client, with_slot))
    assert "Runs in Staging 1 active" in words_of(row_of(client, without))


def test_t7_a_paused_release_can_be_resumed_and_its_report_leads_to_its_runs(login: Login, rita: User, orders) -> None:
    version = services.pause_release(by=rita, release=a_version(orders))

    row = row_of(login(rita), version)

    assert "Resume" in tools_of(row)
    assert "Pause" not in tools_of(row)
    assert f"{reverse('runs:run_list')}?release={version.pk}" in row


# ---- finding ----


def test_drafts_come_first_and_versions_by_number(login: Login, rita: User, orders) -> None:
    services.copy_release(by=SETUP, release=a_live_version(orders))
    a_version(orders)

    assert labels(login(rita), orders) == ["Draft", "Draft", "V2", "V1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "draft"}, ["Draft"]),
        ({"state": "live"}, ["V2"]),
        ({"state": "superseded"}, ["V1"]),
        ({"state": "current"}, ["Draft", "V3", "V2"]),
        ({"mark": "deprecated"}, ["V3"]),
        ({"mark": "none"}, ["Draft", "V2", "V1"]),
        ({"author": "Bea"}, ["V3"]),
        ({"q": "spring"}, ["V1"]),
        ({"q": "v2"}, ["V2"]),
        ({"q": "bea"}, ["V3"]),
        ({"q": "nothing"}, []),
        ({"state": "nonsense", "author": "Nobody"}, ["Draft", "V3", "V2", "V1"]),
    ],
)
def test_releases_are_narrowed_down(login: Login, bea: User, rita: User, orders, query, found) -> None:
    a_live_version(orders, "spring")
    a_live_version(orders, "summer")
    services.deprecate(by=rita, release=a_version(orders, "autumn", by=bea), reason="The API ends")

    assert labels(login(rita), orders, **query) == found


def test_the_bin_shows_what_is_in_it(login: Login, rita: User, orders) -> None:
    services.bin_release(by=rita, release=a_version(orders))
    client = login(rita)

    assert labels(client, orders) == ["Draft"]
    assert labels(client, orders, bin="1") == ["V1"]


def test_long_lists_come_in_parts_through_drafts_and_versions(login: Login, rita: User, orders) -> None:
    version = a_version(orders)
    for _ in range(16):
        services.copy_release(by=SETUP, release=version)
    client = login(rita)

    def part(before: str) -> tuple[list[str], str]:
        answer = client.get(screen_of(orders), {"before": before}, headers=within("release-more"))
        page = answer.content.decode()
        more = re.search(r"\?before=(\w+)", page)
        return re.findall(r'id="release-(\d+)"', page), more[1] if more else ""

    first, then = part("")
    second, end = part(then)

    drafts = Release.objects.filter(number=None).order_by("-is_latest", "-pk").values_list("pk", flat=True)
    assert [*first, *second] == [*map(str, drafts), str(version.pk)]
    assert (len(first), end) == (15, "")


@pytest.mark.parametrize("before", ["x", "-1", "d", "99999999999999", "'"])
def test_a_strange_place_shows_the_beginning(login: Login, rita: User, orders, before) -> None:
    a_version(orders)

    assert labels(login(rita), orders, before=before) == ["Draft", "V1"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_screen_costs_the_same_for_one_and_three(
    login: Login, rita: User, orders, django_assert_num_queries, count
) -> None:
    place = an_environment()
    a_synced_connector(place)
    for _ in range(count):
        a_deployment(a_release(orders, live=True), place)
        services.copy_release(by=SETUP, release=a_release(orders, slot=True))
    client = login(rita)

    with django_assert_num_queries(9):
        client.get(screen_of(orders))


# ---- notes in place ----


def test_notes_are_edited_where_they_stand(login: Login, bea: User, orders) -> None:
    version = a_version(orders)
    client = login(bea)
    block = within(f"notes-{version.pk}")

    form = client.get(f"{notes_of(version)}?edit=1", headers=block).content.decode()
    seen = re.findall(r'name="seen" value="(\w+)"', form)[0]
    saved = client.post(notes_of(version), {"seen": seen, "notes": "Orders arrive **sooner**."}, headers=block)

    assert "<textarea" in form
    assert "<html" not in form
    assert "<strong>sooner</strong>" in saved.content.decode()
    assert "<textarea" not in saved.content.decode()
    assert events_of(saved)["toasts"] == {"toasts": [{"text": "Saved the notes of V1.", "tone": "success"}]}
    assert Release.objects.get(pk=version.pk).notes == "Orders arrive **sooner**."


def test_cancelling_shows_the_notes_again(login: Login, bea: User, orders) -> None:
    version = a_version(orders)

    shown = login(bea).get(notes_of(version), headers=within(f"notes-{version.pk}")).content.decode()

    assert "Write release notes" in words_of(shown)
    assert "autofocus" in shown
    assert "<textarea" not in shown


def test_without_scripts_notes_are_a_page_that_leads_back(login: Login, bea: User, orders) -> None:
    version = a_version(orders)
    client = login(bea)

    page = client.get(notes_of(version)).content.decode()
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    answer = client.post(notes_of(version), {"seen": seen, "notes": "Sooner."})

    assert page.startswith("<!doctype html>")
    assert (answer.status_code, answer["Location"]) == (303, f"{screen_of(orders)}?before=2#release-{version.pk}")


def test_notes_that_somebody_changed_meanwhile_are_shown_and_what_was_typed_stays(
    login: Login, bea: User, rita: User, orders
) -> None:
    version = a_version(orders)
    seen = selectors.seen(version, None)
    services.edit_notes(by=rita, release=version, notes="Rita was quicker.")
    client = login(bea)

    for headers in ({}, within(f"notes-{version.pk}")):
        answer = client.post(notes_of(version), {"seen": seen, "notes": "Mine."}, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Rita was quicker." in page
        assert ">\nMine.</textarea>" in page
    again = re.findall(r'name="seen" value="(\w+)"', page)[0]
    client.post(notes_of(version), {"seen": again, "notes": "Mine."})

    assert Release.objects.get(pk=version.pk).notes == "Mine."


def test_notes_that_are_too_long_come_back(login: Login, bea: User, orders) -> None:
    version = a_version(orders)
    data = {"seen": selectors.seen(version, None), "notes": "x" * 20_001}

    answer = login(bea).post(notes_of(version), data, headers=within(f"notes-{version.pk}"))

    assert answer.status_code == 422
    assert "at most 20000 characters" in answer.content.decode()


def test_viewers_read_notes_and_cannot_edit_them(login: Login, vera: User, orders) -> None:
    version = a_version(orders)
    services.edit_notes(by=SETUP, release=version, notes="Sooner. <script>alert(1)</script>")
    client = login(vera)

    row = row_of(client, version)

    assert "Sooner." in row
    assert "<script>" not in row
    assert "Edit notes" not in row
    assert client.post(notes_of(version), {"notes": "Mine."}).status_code == 403


def test_strangers_find_no_releases(login: Login, mallory: User, orders) -> None:
    version = a_version(orders)

    assert [login(mallory).get(url).status_code for url in (screen_of(orders), notes_of(version))] == [404, 404]


def test_an_empty_template_says_how_to_begin(login: Login, rita: User, orders) -> None:
    services.bin_release(by=rita, release=the_draft(orders))

    assert b"Nothing here yet" in login(rita).get(screen_of(orders)).content
