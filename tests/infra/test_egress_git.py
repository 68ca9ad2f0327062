"""Repositories are read without a work tree, at an address that was checked, and nothing stays on disk (T14)."""

import contextlib
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.infra.egress import (
    Allowance,
    DestinationRefused,
    EgressError,
    GitRefused,
    Policy,
    checkout,
    git_process,
    remote_ref,
)
from apps.infra.egress.git_refs import RemoteRef
from tests.infra.git_server import GitServer, git, git_server
from tests.infra.listener import Listener, answer, listening

started: list[object] = []
watching: list[bool] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if watching and event == "subprocess.Popen":
        started.append(arguments[1])


sys.addaudithook(_hook)


@pytest.fixture
def processes() -> Iterator[list[object]]:
    """Command lines of the processes that the test started."""
    started.clear()
    watching.append(True)
    yield started
    watching.clear()


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, which must be empty in the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """A git server without repositories."""
    root = tmp_path / "repositories"
    root.mkdir()
    with git_server(root) as found:
        yield found


def policy_for(listener: Listener, host: str = "127.0.0.1") -> Policy:
    return Policy(allowed=(Allowance(host, listener.port),))


def read(server: GitServer, ref: str, *paths: str, name: str = "api") -> tuple[str, dict[str, bytes]]:
    policy = policy_for(server.listener)
    found = remote_ref(server.url(name), ref, policy=policy, seconds=10)
    with checkout(found, policy=policy, seconds=20) as opened:
        return opened.commit, opened.read(paths)


def test_files_of_a_branch_a_tag_and_a_commit_are_read(server: GitServer) -> None:
    first = server.repository({"api/openapi.yaml": "one", "other.yaml": "x" * 300_000})
    server.run("tag", "--annotate", "--message=first", "v1")
    server.run("branch", "old")
    second = server.repository({"api/openapi.yaml": "two"})

    assert read(server, "", "api/openapi.yaml") == (second, {"api/openapi.yaml": b"two"})
    assert read(server, "main", "nothing.yaml") == (second, {})
    for ref in ("v1", "old", "refs/heads/old", first):
        assert read(server, ref, "api/openapi.yaml") == (first, {"api/openapi.yaml": b"one"}), ref
    assert len(read(server, "main", "api/openapi.yaml", "other.yaml")[1]["other.yaml"]) == 300_000


def test_links_and_submodules_are_named_and_never_followed(server: GitServer) -> None:
    server.repository({"a/x.yaml": "x"}, links={"passwd.yaml": "/etc/passwd", "b": "a"})
    policy = policy_for(server.listener)

    with checkout(remote_ref(server.url(), "main", policy=policy, seconds=9), policy=policy, seconds=20) as opened:
        assert opened.read(["passwd.yaml", "b/x.yaml", "a/x.yaml"]) == {"a/x.yaml": b"x"}
        assert opened.why_not("passwd.yaml") == "is a symbolic link, which is never followed"
        assert opened.why_not("b/x.yaml") == "is a symbolic link, which is never followed"
        assert opened.why_not("a/x.yaml") == ""


@pytest.mark.parametrize(
    ("name", "ref", "words"),
    [
        ("nothing", "main", "There is no repository that everybody may read"),
        ("api", "nothing", "The repository has no branch or tag “nothing”."),
        ("api", "0" * 40, "git could not read the repository"),
        ("empty", "", "is empty: it has no default branch"),
    ],
)
def test_what_is_not_there_is_said(server: GitServer, name: str, ref: str, words: str) -> None:
    server.repository({"a.yaml": "x"})
    (server.root / "empty").mkdir()
    git(server.root / "empty", "init", "--quiet", "--initial-branch=main")
    with pytest.raises(GitRefused, match=words):
        read(server, ref, "a.yaml", name=name)


HOSTILE = [
    "ext::sh -c touch% /tmp/slipway-evil",
    "--upload-pack=touch /tmp/slipway-evil",
    "-oProxyCommand=touch",
    "file:///etc",
    "/etc",
    "../other",
    "ssh://git@127.0.0.1/x",
    "git@github.com:team/api.git",
    "git://127.0.0.1/x",
    "https://user:secret@127.0.0.1/x",
    "https://127.0.0.1/x?service=git",
    "https://127.0.0.1/x#y",
    "https://127.0.0.1/a/../b",
    "https://127.0.0.1/a b",
    "https://127.0.0.1/$(touch x)",
    "https://127.0.0.1/x\nurl = ext::sh",
    "http://example.com/plain.git",
    "https://",
    "",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_starts_no_process(url: str, processes: list[object]) -> None:
    with listening() as canary:
        with pytest.raises(GitRefused):
            remote_ref(url, "main", policy=Policy(), seconds=5)
        with pytest.raises(EgressError), checkout(RemoteRef(url, "refs/heads/x", ""), policy=Policy(), seconds=5):
            pass
        assert (canary.connections, processes) == (0, [])


@pytest.mark.parametrize(
    "ref",
    ["--upload-pack=x", "-x", "a..b", "a b", "a:b", "+a", "a*", "a^{}", "a~1", "@{u}", "a.lock", "a/", "a\nb", "a\\b"],
)
def test_a_hostile_ref_starts_no_process(ref: str, processes: list[object]) -> None:
    with listening() as canary:
        with pytest.raises(GitRefused, match="is not a name that a branch"):
            remote_ref(canary.origin + "/x", ref, policy=policy_for(canary), seconds=5)
        assert (canary.connections, processes) == (0, [])


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "metadata.google.internal"])
def test_a_private_address_starts_no_process(host: str, processes: list[object]) -> None:
    with pytest.raises(DestinationRefused):
        remote_ref(f"https://{host}/x.git", "main", policy=Policy(), seconds=5)
    with (
        pytest.raises(DestinationRefused),
        checkout(RemoteRef(f"https://{host}/x", "refs/heads/x", ""), policy=Policy(), seconds=5),
    ):
        pass
    assert processes == []


def test_git_connects_to_the_address_that_was_checked(server: GitServer) -> None:
    """The name does not exist for anybody else: only the pinned number can have been called."""
    server.repository({"a.yaml": "x"})

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    asked: list[str] = []
    port = server.listener.port
    policy = Policy(allowed=(Allowance("git.invalid", port, "127.0.0.0/8"),))
    ref = RemoteRef(f"http://git.invalid:{port}/api", "refs/heads/main", "")

    with checkout(ref, policy=policy, seconds=20, resolve=resolve) as opened:
        assert opened.read(["a.yaml"]) == {"a.yaml": b"x"}
    assert asked == ["git.invalid"]


def test_a_redirect_is_not_followed(server: GitServer) -> None:
    server.repository({"a.yaml": "x"})
    with listening(answer(b"", f"Location: {server.url()}", status="302 Found")) as elsewhere:
        policy = Policy(allowed=tuple(Allowance("127.0.0.1", one.port) for one in (elsewhere, server.listener)))
        with pytest.raises(GitRefused):
            remote_ref(elsewhere.origin + "/api", "main", policy=policy, seconds=5)
        with (
            pytest.raises(GitRefused),
            checkout(RemoteRef(elsewhere.origin + "/api", "refs/heads/main", ""), policy=policy, seconds=9),
        ):
            pass
    assert server.listener.connections == 0


def _drip(peer: socket.socket, _request: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n")
    with contextlib.suppress(OSError):
        while not threading.Event().wait(0.05):
            peer.sendall(b"0")


def test_a_slow_server_is_left_in_time_and_git_with_its_helpers_ends(processes: list[object]) -> None:
    with listening(_drip) as slow:
        policy = policy_for(slow)
        begun = time.monotonic()
        with (
            pytest.raises(EgressError, match="in time"),
            checkout(RemoteRef(slow.origin + "/x", "refs/heads/main", ""), policy=policy, seconds=1.5),
        ):
            pass
        assert time.monotonic() - begun < 3
    assert len(processes) == 2
    assert _running(slow.origin) == []


def _running(word: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            found += [line] if word in line else []
    return found


def test_git_sees_no_environment_of_ours(server: GitServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A configuration, a proxy or a helper of the person who started Slipway has no say."""
    server.repository({"a.yaml": "x"})
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[url "file:///nowhere"]\n\tinsteadOf = {server.listener.origin}\n')
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("GIT_SSH_COMMAND", "touch /tmp/slipway-evil")
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nowhere")

    assert read(server, "main", "a.yaml")[1] == {"a.yaml": b"x"}


def test_what_a_killed_process_left_is_swept_away(server: GitServer, room: Path) -> None:
    server.repository({"a.yaml": "x"})
    left, recent = room / "slipway-git-old", room / "slipway-git-new"
    for folder in (left, recent):
        folder.mkdir()
        (folder / "pack").write_text("x")
    os.utime(left, (1, 1))

    read(server, "main", "a.yaml")

    assert [left.exists(), recent.exists()] == [False, True]
    (recent / "pack").unlink()
    recent.rmdir()


def test_an_answer_that_is_no_repository_is_said() -> None:
    with listening(answer(b"<html>hello</html>")) as page, pytest.raises(GitRefused, match="not as a git repository"):
        remote_ref(page.origin + "/x", "main", policy=policy_for(page), seconds=5)


def test_too_large_a_repository_is_refused(server: GitServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.repository({"a.bin": os.urandom(3_000_000)})
    monkeypatch.setattr(git_process, "MOST_BYTES", 2**20)

    with pytest.raises(GitRefused, match="larger than 1 MiB"):
        read(server, "main", "a.bin")
