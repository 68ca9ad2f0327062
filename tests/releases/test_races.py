"""Promotions at once, and processes that die in the middle of one: never two live, never half a change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import AuditEvent
from apps.infra.crash import CrashPointHit
from apps.releases import selectors, services
from apps.releases.models import Release
from tests.factories.releases import SETUP, a_live_version, a_version
from tests.postgresql import NoPostgreSQL, binaries, cluster
from tests.releases.race import Race, furnish, oracle, promoter, run

POINTS = ["promote.after_lock", "promote.after_change", "promote.before_commit"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one template and a version to promote."""
    folder = tmp_path_factory.mktemp("house")
    furnish(folder, 1)
    return folder


@pytest.fixture
def data(house: Path, tmp_path: Path) -> Path:
    """A copy of the house that a test may wreck."""
    return shutil.copytree(house, tmp_path / "data")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """What tells processes to work on SQLite in their folder, or on a PostgreSQL of the test's own."""
    if request.param == "sqlite":
        yield {}
        return
    try:
        binaries()
    except NoPostgreSQL as missing:
        pytest.skip(str(missing))
    with cluster() as url:
        yield {"DATABASE_URL": url}


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_of_many_promotions_at_once_one_wins_and_the_others_are_told(tmp_path, database):
    """Few promoters here; ``RACE=20x100`` runs the full field, as ``make bench`` does."""
    race = Race.wanted()
    furnish(tmp_path, race.promoters, **database)
    outcome = run(tmp_path, race, **database)
    assert outcome.codes == [0] * race.promoters
    assert outcome.live_seen == {1}
    for answers in outcome.answers.values():
        # Who is live already when a round begins is refused; of the others one wins.
        assert answers.total() == race.promoters
        assert answers["live"] == 1
        assert answers["conflict"] >= race.promoters - 2
    assert oracle(tmp_path, **database) == "{} 1"


@pytest.mark.parametrize("point", POINTS)
def test_a_promotion_that_breaks_off_has_not_happened(orders, monkeypatch, point):
    first, second = a_live_version(orders), a_version(orders)
    events = AuditEvent.objects.count()
    monkeypatch.setenv("TEST_CRASH_POINTS", f"{point}=raise")
    with pytest.raises(CrashPointHit):
        services.make_live(by=SETUP, release=second)
    second.refresh_from_db()
    assert (selectors.live_release(orders), second.state) == (first, "version")
    assert AuditEvent.objects.count() == events


def test_a_promotion_that_breaks_off_after_the_commit_has_happened_whole(orders, monkeypatch):
    first, second = a_live_version(orders), a_version(orders)
    monkeypatch.setenv("TEST_CRASH_POINTS", "promote.after_commit=raise")
    with pytest.raises(CrashPointHit):
        services.make_live(by=SETUP, release=second)
    first.refresh_from_db()
    assert (selectors.live_release(orders), first.state) == (second, "superseded")
    assert AuditEvent.objects.filter(verb="release.promoted", target_id=str(second.pk)).count() == 1


@pytest.mark.faults
@pytest.mark.parametrize("point", [*POINTS, "promote.after_commit"])
def test_killed_in_the_middle_the_database_is_whole(data, point):
    killed = promoter(data, 1, Race(1, 1), TEST_CRASH_POINTS=f"{point}=kill")
    assert killed.wait() == -9
    live = 1 if point == "promote.after_commit" else 0
    assert oracle(data) == f"{{}} {live}"


def test_the_database_itself_refuses_a_second_live_release(orders):
    a_live_version(orders)
    second = a_version(orders)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=second.pk).update(state="live")
