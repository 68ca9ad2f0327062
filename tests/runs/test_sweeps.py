"""What workers look after: runs whose journal is gone, and what the oracle says of runs that nobody carries out."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.audit import fsck
from apps.core import clock
from apps.deployments.models import Instance
from apps.infra.jobs import engine, workers
from apps.infra.models import Worker
from apps.runs import projection, services
from apps.runs.models import Run
from apps.runs.sweeps import reconcile
from apps.runs.taking import take
from tests.runs.furniture import BUILDER


@pytest.fixture
def durable_engine(tmp_path: Path, settings: Any) -> Iterator[None]:
    """DBOS on a file of the test's own."""
    settings.SLIPWAY_JOBS_DATABASE_URL = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    engine.launch(executor_id="test", outboxes=[])
    yield
    engine.close()


def started_long_ago(instance: Instance, executor_id: str) -> Run:
    with clock.shifted_to(clock.now() - timedelta(minutes=5)):
        run = services.start_run(by=BUILDER, instance=instance)
        take(str(run.pk), executor_id)
    run.refresh_from_db()
    return run


def test_a_run_whose_journal_is_gone_fails_and_says_so(durable_engine: None, instance: Instance) -> None:
    run = started_long_ago(instance, "test")
    young = services.start_run(by=BUILDER, instance=instance)
    take(str(young.pk), "test")
    assert reconcile() == 1
    run.refresh_from_db()
    young.refresh_from_db()
    assert (run.state, young.state) == ("failed", "running")
    assert "its journal has ended or is gone" in run.why_failed


def test_the_oracle_names_runs_that_nobody_carries_out(instance: Instance) -> None:
    left = started_long_ago(instance, "a worker that is no more")
    with clock.shifted_to(clock.now() - timedelta(minutes=5)):
        waiting = services.start_run(by=BUILDER, instance=instance)
    assert fsck.findings() == {}, "without any worker nothing is expected to move"
    executor_id = workers.enlist()
    assert [sentence.split(" ")[:2] for sentence in fsck.findings()["C5"]] == [
        str(waiting).split(" "),
        str(left).split(" "),
    ]
    take(str(waiting.pk), executor_id)
    projection.finished(str(left.pk), output=1)
    assert fsck.findings() == {}


def test_the_engine_refuses_djangos_own_file(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.SLIPWAY_JOBS_DATABASE_URL = f"sqlite:///{tmp_path / 'one.sqlite3'}"
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", tmp_path / "one.sqlite3")
    with pytest.raises(ImproperlyConfigured, match="another file"):
        engine.launch(executor_id="test", outboxes=[])


def test_a_silent_worker_is_not_counted(db: None) -> None:
    workers.enlist()
    assert workers.workers_alive() == 1
    Worker.objects.update(seen_at=clock.now() - timedelta(minutes=1))
    assert workers.workers_alive() == 0
