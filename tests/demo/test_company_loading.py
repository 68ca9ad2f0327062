"""Loading the demo company when something is in the way."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.core import clock
from apps.demo.company import house, loading
from apps.demo.company.calendar import Chapter, working_day
from apps.demo.company.stage import Stage, edited

A_SATURDAY = datetime.date(2026, 11, 21)


def test_working_days_leave_out_the_weekend() -> None:
    assert working_day(A_SATURDAY, 0) == A_SATURDAY
    assert working_day(A_SATURDAY, 1) == datetime.date(2026, 11, 20)
    assert working_day(A_SATURDAY, 6) == datetime.date(2026, 11, 13)


@pytest.mark.parametrize("hours", range(0, 24 * 7, 11))
def test_the_story_is_told_in_order_and_ends_before_now_on_any_day(hours: int) -> None:
    now = datetime.datetime(2026, 11, 16, tzinfo=datetime.UTC) + datetime.timedelta(hours=hours)
    moments = [scene.moment for scene in loading.story(now)]
    assert moments == sorted(moments)
    assert moments[-1] < now
    assert (now - moments[0]).days in range(57, 63)


def test_without_the_demo_apis_it_says_what_to_start(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PATIENCE_S", 0.3)
    with pytest.raises(CommandError, match=r"do not answer at http://127\.0\.0\.1:9\. Start them"):
        call_command("load_demo", "--apis", "http://127.0.0.1:9")
    assert not User.objects.exists()


def test_an_interrupted_loading_leaves_nothing(db: None, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Chapter()

    @broken.scene(42, "12:00")
    def ctrl_c(_: Stage) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(house, "chapter", Chapter([*house.chapter.scenes, *broken.scenes]))
    with pytest.raises(KeyboardInterrupt):
        loading.load(address)
    assert not User.objects.exists()
    assert loading.address_of_apis() is None
    assert clock.now().date() == datetime.datetime.now(datetime.UTC).date()


def test_an_edit_that_does_not_fit_its_text_is_refused() -> None:
    assert edited("one two", ("two", "three")) == "one three"
    with pytest.raises(LookupError):
        edited("one one", ("one", "two"))
