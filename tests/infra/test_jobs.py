"""Workers: queued rows run once, a dead worker's work goes on elsewhere, an ended one leaves nothing half done."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.environment import BASE_DIR
from tests.processes import PATIENCE_S, until

ALL_OF_A = ["a sent", "a goes on", "a finished with 1152921504606846976"]


class Workers:
    """Real worker processes on one folder, killed by number at the end."""

    def __init__(self, folder: Path, empty_data: Path) -> None:
        self.folder = folder
        self.env = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "SLIPWAY_DATA_DIR": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        (folder / "queue").mkdir()
        shutil.copytree(empty_data, folder / "data")

    def start(self, *, journals_kept_s: float = 3600) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.infra.worker_of_files", str(self.folder), str(journals_kept_s)]
        process = subprocess.Popen(command, cwd=BASE_DIR, env=self.env)
        self.processes.append(process)
        return process

    def queue(self, *names: str) -> None:
        for name in names:
            (self.folder / "queue" / name).touch()

    def acts(self) -> list[str]:
        path = self.folder / "acts"
        return path.read_text().splitlines() if path.exists() else []

    def rows(self, query: str, database: str = "slipway") -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "data" / f"{database}.sqlite3")) as connection:
            return connection.execute(query).fetchall()

    def are_asleep(self) -> bool:
        """The step before the sleep is recorded for good."""
        has_begun = (self.folder / "acts").exists()
        return has_begun and bool(
            self.rows("SELECT 1 FROM operation_outputs WHERE function_name = 'DBOS.sleep'", "jobs")
        )


@pytest.fixture
def workers(tmp_path: Path, empty_data: Path) -> Iterator[Workers]:
    made = Workers(tmp_path, empty_data)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


def test_a_queued_row_is_carried_out_once(workers: Workers) -> None:
    workers.start()
    workers.queue("a", "b")
    until(lambda: len(workers.acts()) == 6)
    assert sorted(workers.acts()) == sorted(ALL_OF_A + [act.replace("a", "b", 1) for act in ALL_OF_A])


def test_a_killed_worker_is_replaced_at_once_and_recorded_steps_are_not_repeated(workers: Workers) -> None:
    first = workers.start()
    workers.queue("a")
    until(workers.are_asleep)
    first.kill()
    first.wait()
    workers.start()
    until(lambda: len(workers.acts()) == 3)
    assert workers.acts() == ALL_OF_A
    until(lambda: len(workers.rows("SELECT 1 FROM infra_worker WHERE drained_at IS NOT NULL")) == 1)


def test_an_orderly_end_leaves_the_waiting_work_to_the_next_worker(workers: Workers) -> None:
    first = workers.start()
    workers.queue("a")
    until(workers.are_asleep)
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=PATIENCE_S) == 0
    assert workers.rows("SELECT count(*) FROM infra_worker WHERE stopped_at IS NOT NULL") == [(1,)]
    workers.start()
    until(lambda: len(workers.acts()) == 3)
    assert workers.acts() == ALL_OF_A


def test_two_workers_share_a_queue_without_running_a_row_twice(workers: Workers) -> None:
    workers.start()
    workers.start()
    names = [f"row-{number}" for number in range(20)]
    workers.queue(*names)
    until(lambda: len(workers.acts()) == 60)
    assert sorted(act.split()[0] for act in workers.acts() if act.endswith("sent")) == sorted(names)


def test_a_worker_that_wakes_after_its_takeover_writes_nothing_and_starts_anew(workers: Workers) -> None:
    sleeper = workers.start()
    workers.queue("a")
    until(workers.are_asleep)
    sleeper.send_signal(signal.SIGSTOP)
    workers.start()
    until(lambda: len(workers.acts()) == 3)
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: len(workers.rows("SELECT 1 FROM infra_worker WHERE taken_over_at IS NULL")) == 2)
    assert workers.acts() == ALL_OF_A
    assert sleeper.poll() is None


def test_journals_of_finished_workflows_are_forgotten(workers: Workers) -> None:
    workers.start(journals_kept_s=1)
    workers.queue("a")
    until(lambda: workers.acts() == ALL_OF_A)
    until(lambda: workers.rows("SELECT count(*) FROM workflow_status", "jobs") == [(0,)])
    assert workers.rows("SELECT count(*) FROM operation_outputs", "jobs") == [(0,)]
