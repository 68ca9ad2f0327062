"""The interpreter that forks children: how it ends, what it hands on, and that nobody meets anybody in it."""

import asyncio
import contextlib
import os
import select
import signal
from pathlib import Path

import pytest

from apps.infra.children import forking, register_task, run, run_async
from apps.infra.children.channel import ChildLost, ChildOrphaned
from apps.infra.children.tasks import _registry
from tests.processes import python

TASKS = "tests.infra.child_tasks"
MIDDLING = (200, 5, 16)
PATIENCE_S = 60
PARENT_CODE = f"""
import signal
from apps.infra.children import forking
forker = forking.Forker()
child = forker.fork("{TASKS}:tell_and_wait", 200, 5, 16)
print(forker.pid, child.ask(b"", wall_s=60, most_bytes=100).decode(), flush=True)
signal.pause()
"""

# Without os.fork and pidfds every text gets a fresh interpreter: test_children.py proves that way everywhere.
pytestmark = pytest.mark.skipif(not forking.is_possible(), reason="This system cannot fork children.")


@pytest.fixture(autouse=True)
def tasks():
    for name in ("echo", "family", "descriptors", "remember", "end_the_forker"):
        register_task(f"tests.{name}", f"{TASKS}:{name}")


@pytest.fixture
def forker():
    """One that belongs to the test alone."""
    forker = forking.Forker()
    yield forker
    forker.end()


def waiting(forker: forking.Forker) -> tuple[forking.Forked, int]:
    """A child that has begun its task and stays, and its process id."""
    child = forker.fork(f"{TASKS}:tell_and_wait", *MIDDLING)
    return child, int(child.ask(b"", wall_s=PATIENCE_S, most_bytes=100))


def has_ended(pidfd: int) -> bool:
    """Whether the process ends, asked of the kernel, which tells at once."""
    ready, _, _ = select.select([pidfd], [], [], PATIENCE_S)
    return bool(ready)


def test_each_task_has_a_process_of_its_own_from_one_that_stays():
    one, two = run("tests.family", b""), run("tests.family", b"")
    assert one["parent"] == two["parent"]
    assert len({one["me"], two["me"], one["parent"], os.getpid()}) == 4


def test_the_forker_has_no_environment_and_one_thread_whatever_it_has_imported(forker):
    ours = [target for target in _registry.values() if target.startswith("apps.")]
    assert ours
    for target in [*ours, "no.such:task"]:
        child = forker.fork(target, 300, 5, 16)
        with contextlib.suppress(ChildLost):
            child.ask(b"", wall_s=PATIENCE_S, most_bytes=10**6)
        child.end()
    status = dict(line.split(":\t") for line in Path(f"/proc/{forker.pid}/status").read_text().splitlines())
    assert (status["Threads"], status["NoNewPrivs"]) == ("1", "1")
    assert Path(f"/proc/{forker.pid}/environ").read_bytes() == b""


def test_nothing_that_one_task_leaves_is_found_by_another():
    assert [run("tests.remember", each) for each in (b"one", b"two")] == [[None, None, False]] * 2


def test_a_child_holds_no_descriptor_but_its_own_three_while_others_run():
    waits = forking.fork(f"{TASKS}:tell_and_wait", *MIDDLING)
    waits.ask(b"", wall_s=PATIENCE_S, most_bytes=100)
    try:
        seen = run("tests.descriptors", b"")
    finally:
        waits.end()
    assert seen == {"kinds": {"0": "pipe", "1": "pipe", "2": "/dev/null"}, "most": 16}


def test_tasks_at_once_get_their_own_answers():
    async def all_of_them():
        return await asyncio.gather(*(run_async("tests.echo", b"[%d]" % number) for number in range(40)))

    assert asyncio.run(all_of_them()) == [[number] for number in range(40)]


def test_a_task_whose_forker_is_killed_is_answered_all_the_same_and_the_next_has_a_new_one():
    before = run("tests.family", b"")["parent"]
    assert run("tests.end_the_forker", b"") == "answered by a fresh one"
    assert run("tests.family", b"")["parent"] not in (before, os.getpid())


def test_with_the_forker_its_children_end(forker):
    child, pid = waiting(forker)
    ended = os.pidfd_open(pid)
    os.kill(forker.pid, signal.SIGKILL)
    assert has_ended(ended)
    with pytest.raises(ChildOrphaned):
        child.ask(b"", wall_s=PATIENCE_S, most_bytes=100)
    os.close(ended)


def test_a_forker_that_hangs_is_ended_with_its_children(forker, monkeypatch):
    monkeypatch.setattr(forking, "PATIENCE_S", 0.1)
    child, pid = waiting(forker)
    ended = os.pidfd_open(pid)
    os.kill(forker.pid, signal.SIGSTOP)
    with pytest.raises(ChildLost) as lost:
        child.ask(b"", wall_s=0.1, most_bytes=100)
    assert (lost.value.late, type(lost.value)) == (True, ChildLost)
    assert has_ended(ended)
    os.close(ended)


def test_a_forker_with_nothing_to_do_ends_by_itself():
    forker = forking.Forker(idle_s=0.01)
    ended = os.pidfd_open(forker.pid)
    assert has_ended(ended)
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        forker.fork(f"{TASKS}:echo", *MIDDLING)
    forker.end()
    os.close(ended)


def test_a_kill_of_the_parent_leaves_no_process(tmp_path):
    parent = python(tmp_path, "-c", PARENT_CODE)
    ended = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(ended) == 2
    parent.kill()
    parent.communicate()
    assert [has_ended(each) for each in ended] == [True, True]
    for each in ended:
        os.close(each)


def test_a_fork_of_this_process_gets_a_forker_of_its_own_and_leaves_ours():
    ours = run("tests.family", b"")["parent"]
    pid = os.fork()
    if pid == 0:
        theirs = run("tests.family", b"")["parent"]
        os._exit(0 if theirs not in (ours, os.getpid(), os.getppid()) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert run("tests.family", b"")["parent"] == ours
