"""Who has a draft open, and who saved a newer text than the page shows."""

from datetime import timedelta

import time_machine

from apps.core import clock
from apps.releases import services
from apps.releases.models import Presence, Release
from tests.factories.releases import SETUP, a_version, text
from tests.releases.test_views import at, within


def pinged(client, draft: Release, *, revision: int | str = 1, editing: str = "0") -> str:
    data = {"revision": revision, "editing": editing}
    return client.post(at(draft, "presence"), data, headers=within("presence")).content.decode()


def test_people_see_each_other_and_not_themselves(login, bea, rita, draft):
    assert "Bea" not in pinged(login(bea), draft, editing="1")
    seen_by_rita = pinged(login(rita), draft)
    assert ("Bea" in seen_by_rita, "is editing" in seen_by_rita, "Rita" in seen_by_rita) == (True, True, False)
    assert "has it open" in pinged(login(bea), draft)


def test_whoever_was_not_seen_for_forty_seconds_has_left(login, bea, rita, draft):
    now = clock.now()
    with time_machine.travel(now, tick=False):
        pinged(login(bea), draft)
    with time_machine.travel(now + timedelta(seconds=39), tick=False):
        assert "Bea" in pinged(login(rita), draft)
    with time_machine.travel(now + timedelta(seconds=41), tick=False):
        assert "Bea" not in pinged(login(rita), draft)
    assert list(Presence.objects.values_list("person__display_name", flat=True)) == ["Rita"]


def test_a_newer_text_is_told_to_pages_that_show_an_older_one(login, bea, rita, draft):
    services.save_draft(by=rita, draft=draft, text=text("newer"), revision=1)
    client = login(bea)
    assert "Rita saved a newer text" in pinged(client, draft, revision=1)
    assert "saved a newer text" not in pinged(client, draft, revision=2)
    assert "saved a newer text" not in pinged(client, draft, revision="rubbish")


def test_a_draft_that_was_put_away_is_told(login, bea, draft):
    services.bin_release(by=SETUP, release=draft)
    assert "moved to the bin" in pinged(login(bea), draft)


def test_a_ping_costs_six_queries_whoever_is_there(login, bea, rita, vera, draft, django_assert_num_queries):
    client = login(bea)
    for others in ([], [rita], [rita, vera]):
        for other in others:
            pinged(login(other), draft, editing="1")
        with django_assert_num_queries(6):
            pinged(client, draft)


def test_viewers_are_there_too_strangers_are_not_and_versions_have_nobody(login, vera, mallory, orders, draft):
    assert login(vera).post(at(draft, "presence"), {"revision": 1}).status_code == 200
    assert login(mallory).post(at(draft, "presence"), {"revision": 1}).status_code == 404
    assert login(vera).post(at(a_version(orders), "presence"), {"revision": 1}).status_code == 404


def test_a_revision_that_is_no_number_is_none(login, bea, draft):
    assert "newer text" not in pinged(login(bea), draft, revision="9" * 5000)
