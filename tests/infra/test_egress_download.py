"""Files that somebody named by their address are fetched within bounds, or not at all."""

import gzip
import ssl
import time
from pathlib import Path

import pytest

from apps.infra.egress import (
    Allowance,
    AnswerRefused,
    DeadlinePassed,
    DestinationRefused,
    Policy,
    RequestRefused,
    SendFailed,
    TooLarge,
    download,
    without_query,
)
from tests.infra.listener import Listener, answer, listening
from tests.infra.test_egress import certificate, server_tls  # noqa: F401 - fixtures


def policy_for(*servers: Listener) -> Policy:
    return Policy(allowed=tuple(Allowance("127.0.0.1", server.port) for server in servers))


def test_a_file_arrives_whole() -> None:
    body = b"x" * 15_000_000
    with listening(answer(body, "Content-Type: text/yaml")) as server:
        got = download(f"{server.origin}/a?b=c", policy=policy_for(server))
    assert (got.body == body, got.url) == (True, f"{server.origin}/a?b=c")
    assert "accept: */*" in server.requests[0].lower()


@pytest.mark.parametrize("status", ["201 Created", "204 No Content", "304 Not Modified", "401 No", "404 No", "503 No"])
def test_any_other_answer_is_refused(status: str) -> None:
    with listening(answer(b"", status=status)) as server, pytest.raises(AnswerRefused) as refused:
        download(server.origin, policy=policy_for(server))
    assert refused.value.status == int(status[:3])
    assert refused.value.sentence.startswith(f"The server answered {status[:3]}")


def test_redirects_are_followed_up_to_three_each_checked_anew() -> None:
    with listening(answer(b"end")) as end:
        with listening(answer(b"", f"Location: {end.origin}/x", status="302 Found")) as start:
            assert download(start.origin, policy=policy_for(start, end)).url == f"{end.origin}/x"
            with pytest.raises(DestinationRefused):
                download(start.origin, policy=policy_for(start))
            with pytest.raises(AnswerRefused, match="302 Found and points elsewhere"):
                download(start.origin, policy=policy_for(start, end), redirects=0)
        with listening(answer(b"", "Location: /again", status="302 Found")) as circle:
            with pytest.raises(SendFailed, match="more than 3 times"):
                download(circle.origin, policy=policy_for(circle))
            assert circle.connections == 4
    assert end.connections == 1


def test_too_much_is_not_read() -> None:
    packed = gzip.compress(bytes(50_000_000))
    with listening(answer(packed, "Content-Encoding: gzip")) as server, pytest.raises(TooLarge, match="20 MiB"):
        download(server.origin, policy=policy_for(server))
    with listening(answer(b"x" * 2_000)) as server, pytest.raises(TooLarge):
        download(server.origin, policy=policy_for(server), most_bytes=1_000)


def test_the_time_is_that_of_the_caller() -> None:
    with listening(lambda peer, _: peer.recv(1)) as server:
        started = time.monotonic()
        with pytest.raises(DeadlinePassed):
            download(server.origin, policy=policy_for(server), seconds=0.5)
        assert time.monotonic() - started < 1.5


def test_nothing_is_fetched_from_https_by_way_of_http(
    server_tls: ssl.SSLContext,  # noqa: F811 - the fixture
    certificate: Path,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening() as plain:
        script = answer(b"", f"Location: {plain.origin}/", status="302 Found")
        with listening(script, tls=server_tls) as secure, pytest.raises(RequestRefused, match="from https to http"):
            download(f"https://127.0.0.1:{secure.port}/", policy=policy_for(secure, plain))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("https://a.example/x?token=s3cret&v=1#part", "https://a.example/x?token=…&v=…"),
        ("https://a.example/?s3cret", "https://a.example/?…"),
    ],
)
def test_values_of_a_query_are_not_shown(url: str, shown: str) -> None:
    assert without_query(url) == shown
