"""One command starts everything and Ctrl-C stops everything."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.start.stack import STOP_S, DidNotStart, Stack, launch, two_free_ports

pytestmark = pytest.mark.start


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Slipway without the demo; the first test that starts it waits longest."""
    return Stack(tmp_path_factory.mktemp("start") / "data", demo=False)


@pytest.fixture
def bare(installed: Stack) -> Iterator[Stack]:
    """The same, and nothing of it runs afterwards."""
    yield installed
    installed.clear_away()


def test_it_serves_where_port_says_and_keeps_everything_in_its_data_folder(bare: Stack) -> None:
    with bare.running():
        answer = httpx2.get(f"{bare.url}/login/", trust_env=False)

    assert (answer.status_code, "<h1" in answer.text) == (200, True)
    assert {path.name for path in bare.data_dir.iterdir()} >= {"slipway.sqlite3", "slipway.key", "secret_key"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_after_it_was_asked_to_stop(bare: Stack, number: signal.Signals) -> None:
    bare.start()

    assert len(bare.processes()) >= 3
    assert bare.stop(number) == 0


def test_a_port_that_is_taken_is_named(bare: Stack) -> None:
    with socket.create_server(("127.0.0.1", bare.port)), pytest.raises(DidNotStart, match=f"Port {bare.port} cannot"):
        bare.start()


@pytest.mark.parametrize(
    ("setting", "value"),
    [("SLIPWAY_DATADIR", "elsewhere"), ("PORT", "eighty"), ("PORT", "65535"), ("SLIPWAY_DEBUG", "perhaps")],
)
def test_a_bad_setting_refuses_to_start_and_is_named(tmp_path: Path, setting: str, value: str) -> None:
    process = launch(tmp_path / "data", two_free_ports(), demo=False, environment={setting: value})
    printed, _ = process.communicate(timeout=STOP_S)

    assert process.returncode != 0
    assert setting in printed
    assert "Traceback" not in printed
