"""Crash points do nothing unless a test asks, and then exactly what it asked for."""

import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from apps.infra.crash import VARIABLE, CrashPointHit, crash_point

SCRIPT = "from apps.infra.crash import crash_point; crash_point('a'); crash_point('b'); print('alive')"


def run_with(points: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT]
    environment = {VARIABLE: points}
    return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


def test_without_the_variable_nothing_happens(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    crash_point("a")


def test_only_the_named_point_acts(monkeypatch):
    monkeypatch.setenv(VARIABLE, "b=raise, c=raise")
    crash_point("a")
    with pytest.raises(CrashPointHit, match="b"):
        crash_point("b")


def test_kill_ends_the_process_and_with_a_marker_only_once(tmp_path):
    points = f"x=raise,b=kill:{tmp_path / 'marker'}"
    assert run_with(points).returncode == -signal.SIGKILL
    assert run_with(points).stdout == "alive\n"


def test_sleep_lasts_as_long_as_asked(monkeypatch):
    monkeypatch.setenv(VARIABLE, "a=sleep@0.1")
    started = time.monotonic()
    crash_point("a")
    assert 0.1 <= time.monotonic() - started < 0.5


def test_an_unknown_behaviour_is_an_error(monkeypatch):
    monkeypatch.setenv(VARIABLE, "a=explode")
    with pytest.raises(ValueError, match="explode"):
        crash_point("a")
