"""The demo APIs' process starts, keeps its data, and leaves nothing behind."""

import os
import signal
from pathlib import Path

import httpx2
import pytest

from apps.demo import credentials

from .conftest import started

KEY = {credentials.SHOP_API_KEY_HEADER: credentials.SHOP_API_KEY}


def processes_of(session: int) -> list[int]:
    """The living processes of a session; the child that started it leads it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its_session = entry.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_session) == session and state != "Z":
            found.append(int(entry.parent.name))
    return found


# Only /proc tells which processes are left of a session; everywhere else the test would find none and prove nothing.
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Processes are listed by /proc, which is not here.")
@pytest.mark.parametrize(("sent", "to_group"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_sigterm_and_ctrl_c_leave_no_process_and_no_port(tmp_path: Path, sent: signal.Signals, to_group: bool) -> None:
    with started(tmp_path) as (process, address):
        assert httpx2.get(f"{address}/shop/orders", headers=KEY, trust_env=False).status_code == 200
        assert process.pid in processes_of(process.pid)
        # A terminal sends Ctrl-C to the whole group, a supervisor sends SIGTERM to the one it started.
        (os.killpg if to_group else os.kill)(process.pid, sent)
        assert process.wait(timeout=10) == 0
        assert processes_of(process.pid) == []
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(address, trust_env=False)


def test_what_was_changed_is_there_after_a_restart(tmp_path: Path) -> None:
    with started(tmp_path) as (_, address):
        change = {"note": "still here"}
        httpx2.patch(f"{address}/shop/orders/ord_1001", json=change, headers=KEY, trust_env=False).raise_for_status()
    with started(tmp_path) as (_, address):
        order = httpx2.get(f"{address}/shop/orders/ord_1001", headers=KEY, trust_env=False).json()
    assert order["note"] == "still here"
    assert (tmp_path / "demo.sqlite3").exists()
    assert not (tmp_path / "slipway.sqlite3").exists()
