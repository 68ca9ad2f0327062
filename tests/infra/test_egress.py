"""What a call may carry, how long it may last, and how much may come back (T3, T5, T7, T25)."""

import asyncio
import contextlib
import datetime
import gzip
import ipaddress
import itertools
import resource
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.infra.egress import (
    Allowance,
    Credential,
    DeadlinePassed,
    DestinationRefused,
    EgressError,
    OutRequest,
    Policy,
    RequestRefused,
    SendFailed,
    TooLarge,
    client,
    send_now,
)
from apps.infra.secret import Secret
from tests.infra.listener import Listener, answer, listening

TOKEN = "tok-9f8e7d6c5b4a"


def policy_for(*servers: Listener, **limits) -> Policy:
    return Policy(allowed=tuple(Allowance("127.0.0.1", server.port) for server in servers), **limits)


def credential_for(*servers: Listener) -> Credential:
    return Credential(
        headers={"Authorization": Secret(f"Bearer {TOKEN}")},
        query={"api_key": Secret("a&b=c")},
        allowed_origins=tuple(server.origin for server in servers),
    )


def test_a_call_arrives_as_written_and_its_answer_comes_back():
    with listening(answer(b'{"id": 1}', "X-Kind: a", "X-Kind: b", status="201 Created")) as server:
        request = OutRequest("post", f"{server.origin}/v1/orders?q=%C3%BC", {"X-Trace": "t1"}, b'{"n": 1}')
        got = send_now(request, policy=policy_for(server))
    assert (got.status, got.json(), got.headers["x-kind"], got.url) == (201, {"id": 1}, "a, b", request.url)
    head, _, body = server.requests[0].partition("\r\n\r\n")
    assert head.splitlines()[0] == "POST /v1/orders?q=%C3%BC HTTP/1.1"
    assert {"Accept-Encoding: identity", "x-trace: t1", f"Host: 127.0.0.1:{server.port}"} <= {*head.splitlines()}
    assert body == '{"n": 1}'


def test_secrets_reach_the_origin_that_was_fixed_with_them():
    with listening() as server:
        request = OutRequest("GET", f"{server.origin}/me?a=1", credential=credential_for(server))
        got = send_now(request, policy=policy_for(server))
    assert server.requests[0].startswith("GET /me?a=1&api_key=a%26b%3Dc HTTP/1.1\r\n")
    assert f"authorization: Bearer {TOKEN}\r\n" in server.requests[0]
    assert got.url == f"{server.origin}/me?a=1"
    assert TOKEN not in repr(request)


def test_secrets_for_another_origin_refuse_the_call_before_it_is_made():
    with listening() as server, listening() as other:
        request = OutRequest("GET", f"{other.origin}/me", credential=credential_for(server))
        with pytest.raises(RequestRefused, match="may not be sent to"):
            send_now(request, policy=policy_for(server, other))
        assert other.connections == 0


@pytest.mark.parametrize("status", ["301 a", "302 a", "303 a", "307 a", "308 a"])
@pytest.mark.parametrize("where", ["same", "other port", "internal"])
def test_a_redirect_is_a_new_call_without_the_secrets_of_the_first(status, where):
    with listening() as other, listening() as internal, contextlib.ExitStack() as stack:
        places: dict[str, str] = {}
        hops = itertools.count()

        def script(peer: socket.socket, request: str) -> None:
            first = next(hops) == 0
            (answer(b"", f"Location: {places[where]}", status=status) if first else answer(b"end"))(peer, request)

        server = stack.enter_context(listening(script))
        places |= {"same": "/next", "other port": f"{other.origin}/next", "internal": f"{internal.origin}/"}
        secrets = credential_for(server, other)
        request = OutRequest("GET", f"{server.origin}/", {"X-Api-Token": TOKEN}, credential=secrets)
        if where == "internal":
            with pytest.raises(DestinationRefused):
                send_now(request, policy=policy_for(server, other, redirects=3))
        else:
            assert send_now(request, policy=policy_for(server, other, redirects=3)).status == 200
        assert internal.connections == 0
        assert len(other.requests) == (where == "other port")
        assert TOKEN not in "".join(other.requests)
        assert "api_key" not in "".join(other.requests)


def test_a_redirect_is_an_answer_like_any_other_unless_following_was_asked_for():
    with listening(answer(b"", "Location: /next", status="302 Found")) as server:
        assert send_now(OutRequest("GET", f"{server.origin}/"), policy=policy_for(server)).status == 302
        assert send_now(OutRequest("POST", f"{server.origin}/"), policy=policy_for(server, redirects=3)).status == 302
        assert server.connections == 2
        with pytest.raises(SendFailed, match="more than 3 times"):
            send_now(OutRequest("GET", f"{server.origin}/"), policy=policy_for(server, redirects=3))
        assert server.connections == 6


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "1\r\nX-Evil: 1"},
        {"X-A": "1\nX-Evil: 1"},
        {"X-A": "1\x00"},
        {"X-A\r\nX-Evil": "1"},
        {"X A": "1"},
        {"": "1"},
        {"X-A": "☃"},
        {"Host": "other.example"},
        {"Content-Length": "0"},
        {"transfer-encoding": "chunked"},
        {"Accept-Encoding": "gzip"},
    ],
)
def test_a_header_that_would_split_or_reroute_the_request_is_refused(headers):
    with listening() as server:
        with pytest.raises(RequestRefused):
            send_now(OutRequest("GET", f"{server.origin}/", headers), policy=policy_for(server))
        secret = Credential(headers={n: Secret(v) for n, v in headers.items()}, allowed_origins=(server.origin,))
        with pytest.raises(RequestRefused):
            send_now(OutRequest("GET", f"{server.origin}/", credential=secret), policy=policy_for(server))
        assert server.connections == 0


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "GET / HTTP/1.1\r\nX: y", ""])
def test_a_strange_method_is_refused(method):
    with pytest.raises(RequestRefused):
        send_now(OutRequest(method, "http://example.com/"), policy=Policy())


def _drip(peer: socket.socket, _request: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not threading.Event().wait(0.05):
        peer.sendall(b".")


def _endless_headers(peer: socket.socket, _request: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        peer.sendall(f"X-{number}: {'a' * 1000}\r\n".encode())


def _silence(peer: socket.socket, _request: str) -> None:
    peer.recv(1)


@pytest.mark.parametrize("script", [_drip, _silence])
def test_the_deadline_bounds_the_whole_exchange(script):
    with listening(script) as server:
        started = time.monotonic()
        with pytest.raises(DeadlinePassed, match=r"0\.6 seconds") as passed:
            send_now(OutRequest("GET", f"{server.origin}/"), policy=policy_for(server, deadline_s=0.6))
        assert 0.5 < time.monotonic() - started < 1.1
        assert passed.value.maybe_sent


def test_a_slow_name_server_counts_towards_the_deadline():
    async def resolve(host: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    with pytest.raises(DeadlinePassed) as passed:
        send_now(OutRequest("GET", "http://slow.example/"), policy=Policy(deadline_s=0.2), resolve=resolve)
    assert not passed.value.maybe_sent


def test_endless_headers_end():
    with listening(_endless_headers) as server, pytest.raises(SendFailed, match="proper HTTP"):
        send_now(OutRequest("GET", f"{server.origin}/"), policy=policy_for(server, deadline_s=5))


def _bomb(mib: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(mib)) + packer.flush()


def test_a_gzip_bomb_ends_early_in_little_memory():
    with listening(answer(_bomb(300), "Content-Encoding: gzip")) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(TooLarge, match="10 MiB once unpacked"):
            send_now(OutRequest("GET", f"{server.origin}/"), policy=policy_for(server))
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


def _endless_body(peer: socket.socket, _request: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")


@pytest.mark.parametrize("script", [_endless_body, answer(b"", length=10**12)])
def test_a_huge_answer_is_not_read_to_its_end(script):
    with listening(script) as server, pytest.raises(TooLarge, match="5 MiB"):
        send_now(OutRequest("GET", f"{server.origin}/"), policy=policy_for(server))


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("gzip", gzip.compress(b"hello"), b"hello"),
        ("deflate", zlib.compress(b"hello"), b"hello"),
        ("identity", b"hello", b"hello"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"hello")), "not asked for"),
        ("br", b"hello", "not asked for"),
        ("gzip", b"hello", "broken way"),
        ("gzip", gzip.compress(b"hello" * 100)[:-9], "broke off"),
    ],
    ids=["gzip", "deflate", "identity", "twice", "brotli", "not gzip", "cut short"],
)
def test_packed_answers_are_unpacked_or_refused(encoding, body, expected):
    with listening(answer(body, f"Content-Encoding: {encoding}")) as server:
        request = OutRequest("GET", f"{server.origin}/")
        if isinstance(expected, bytes):
            assert send_now(request, policy=policy_for(server)).body == expected
        else:
            with pytest.raises(SendFailed, match=expected):
                send_now(request, policy=policy_for(server))


def _hang_up(peer: socket.socket, _request: str) -> None:
    peer.shutdown(socket.SHUT_RDWR)


def test_a_failure_says_whether_the_request_may_have_arrived():
    with listening(_hang_up) as server, pytest.raises(EgressError) as broken:
        send_now(OutRequest("POST", f"{server.origin}/", body=b"x"), policy=policy_for(server))
    assert broken.value.maybe_sent
    with pytest.raises(SendFailed, match="does not answer") as closed:
        send_now(OutRequest("POST", f"{server.origin}/", body=b"x"), policy=policy_for(server))
    assert not closed.value.maybe_sent


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of 127.0.0.1, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    own_name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = builder.add_extension(own_name, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(private + signed.public_bytes(pem))
    return file


@pytest.fixture
def server_tls(certificate: Path) -> Iterator[ssl.SSLContext]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    client._tls.cache_clear()
    yield context
    client._tls.cache_clear()


def test_an_unknown_certificate_ends_the_call_before_anything_is_sent(server_tls):
    with listening(tls=server_tls) as server:
        request = OutRequest("POST", f"https://127.0.0.1:{server.port}/", body=b"x")
        with pytest.raises(SendFailed, match="certificate") as failed:
            send_now(request, policy=policy_for(server))
        assert not failed.value.maybe_sent
        assert server.requests == []


def test_a_certificate_counts_only_for_the_host_that_it_names(server_tls, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening(tls=server_tls) as server:
        policy = Policy(allowed=(Allowance("127.0.0.1", server.port), Allowance("localhost", server.port)))
        assert send_now(OutRequest("GET", f"https://127.0.0.1:{server.port}/"), policy=policy).status == 200
        with pytest.raises(SendFailed, match="certificate"):
            send_now(OutRequest("GET", f"https://localhost:{server.port}/"), policy=policy)
