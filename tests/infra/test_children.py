"""Work on strangers' documents in children that can be lost (measured 2, 3; T9, T10)."""

import asyncio
import os
import time
from dataclasses import replace

import pytest

from apps.infra.children import ChildFailed, Limits, forking, register_task, run, run_async

QUICK = Limits(memory_mib=200, cpu_s=1, wall_s=2.0, answer_mib=1)


@pytest.fixture(autouse=True, params=["forked", "fresh"])
def way(request, monkeypatch):
    """Every promise holds for both ways to a child: without pidfds each is an interpreter of its own."""
    if request.param == "fresh":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    elif not forking.is_possible():
        pytest.skip("This system cannot fork children.")
    return request.param


@pytest.fixture(autouse=True)
def tasks():
    for name in ("echo", "surroundings", "forbidden", "fail"):
        register_task(f"tests.{name}", f"tests.infra.child_tasks:{name}")


def test_a_task_gives_back_what_it_made():
    assert run("tests.echo", b'{"a": [9007199254740993, null, "\\ud800"]}') == {"a": [9007199254740993, None, "\ud800"]}


def test_a_large_document_passes_both_ways():
    text = "x" * 10_000_000
    assert run("tests.echo", f'"{text}"'.encode()) == text


def test_many_tasks_at_once_keep_their_answers_apart():
    async def all_of_them():
        return await asyncio.gather(*(run_async("tests.echo", str(number).encode()) for number in range(12)))

    assert asyncio.run(all_of_them()) == list(range(12))


def test_a_child_sees_no_environment_and_is_limited(monkeypatch):
    monkeypatch.setenv("SLIPWAY_CANARY", "s3cr3t")
    seen = run("tests.surroundings", b"", limits=QUICK)
    assert {*seen["environment"]} <= {"LC_CTYPE"}
    assert seen["limits"] == {"CORE": 0, "FSIZE": 0, "NOFILE": 16, "CPU": 1, "AS": 200 * 2**20}
    assert (seen["folder"], seen["flags"]) == ("/", 1)


@pytest.mark.parametrize("act", ["read", "read by link", "write", "connect", "start", "fork", "system", "django"])
def test_a_child_touches_nothing_outside(act):
    with pytest.raises(ChildFailed) as failed:
        run("tests.forbidden", act.encode())
    assert failed.value.kind == "error"
    assert failed.value.sentence in (
        "It could not be read (PermissionError).",
        "It could not be read (ModuleNotFoundError).",
    )


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        ("memory", "memory", "more than 200 MiB"),
        ("spin", "timeout", "longer than 2 seconds"),
        ("wait", "timeout", "longer than 2 seconds"),
        ("die", "crash", "crashed"),
        ("exit", "crash", "crashed"),
        ("answer too much", "memory", "more than 1 MiB"),
        ("deep", "error", "RecursionError"),
        ("garbage", "memory", "more than 1 MiB"),
        ("sentence", "error", "invalid literal"),
    ],
)
def test_a_lost_child_says_how_it_was_lost(act, kind, words):
    # Only what is to run into the time limit gets a short one: a busy machine is slow to fill memory.
    limits = QUICK if kind == "timeout" else replace(QUICK, wall_s=20, cpu_s=20)
    started = time.monotonic()
    with pytest.raises(ChildFailed, match=words) as failed:
        run("tests.fail", act.encode(), limits=limits)
    assert failed.value.kind == kind
    assert time.monotonic() - started < limits.wall_s + 0.6


def test_what_a_task_prints_does_not_disturb_its_answer():
    assert run("tests.fail", b"print") is None


def test_only_registered_tasks_run():
    with pytest.raises(KeyError):
        run("os.system", b"true")
    with pytest.raises(ValueError, match="already"):
        register_task("tests.echo", "os:system")
