"""Promotions at once, and processes that die in the middle of one: never two live, never half a change."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import AuditEvent
from apps.infra.crash import CrashPointHit
from apps.releases import selectors, services
from apps.releases.models import Release
from tests.factories.releases import SETUP, a_live_version, a_version
from tests.processes import python

PROMOTERS, ROUNDS = 4, 6
SETUP_CODE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories.releases import a_template, a_version
template = a_template()
for _ in range({count}):
    a_version(template)
"""
ORACLE_CODE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
django.setup()
from apps.audit import fsck
from apps.releases.models import Release
print(fsck.findings(), Release.objects.live().count())
"""
POINTS = ["promote.after_lock", "promote.after_change", "promote.before_commit"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one template and a version for every promoter."""
    folder = tmp_path_factory.mktemp("house")
    assert python(folder, "-c", SETUP_CODE.format(count=PROMOTERS)).wait() == 0
    return folder


@pytest.fixture
def data(house: Path, tmp_path: Path) -> Path:
    """A copy of the house that a test may wreck, with a folder to meet in."""
    copied = shutil.copytree(house, tmp_path / "data")
    (copied / "meeting").mkdir()
    return copied


def promoter(data: Path, number: int, rounds: int, others: int, **variables: str) -> subprocess.Popen[str]:
    arguments = [str(each) for each in (data / "meeting", number, rounds, others)]
    return python(data, "-m", "tests.releases.promoter", *arguments, **variables)


@pytest.mark.faults
def test_of_many_promotions_at_once_one_wins_and_the_others_are_told(data):
    started = [promoter(data, number, ROUNDS, PROMOTERS) for number in range(1, PROMOTERS + 1)]
    lines = [line.split() for process in started for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in started] == [0] * PROMOTERS
    assert {live for _, _, live in lines} == {"1"}
    for number in range(ROUNDS):
        answers = Counter(answer for which, answer, _ in lines if int(which) == number)
        # Who is live already when a round begins is refused; of the others one wins.
        assert answers["live"] == 1
        assert answers["conflict"] >= PROMOTERS - 2
    oracle = python(data, "-c", ORACLE_CODE)
    assert oracle.communicate()[0].strip() == "{} 1"


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
    killed = promoter(data, 1, 1, 1, TEST_CRASH_POINTS=f"{point}=kill")
    assert killed.wait() == -9
    oracle = python(data, "-c", ORACLE_CODE)
    live = 1 if point == "promote.after_commit" else 0
    assert oracle.communicate()[0].strip() == f"{{}} {live}"


def test_the_database_itself_refuses_a_second_live_release(orders):
    a_live_version(orders)
    second = a_version(orders)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=second.pk).update(state="live")
