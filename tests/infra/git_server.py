"""Real repositories behind git's own http-backend on loopback."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.infra.listener import Listener, listening

IDENTITY = {
    name: value
    for role in ("AUTHOR", "COMMITTER")
    for name, value in ((f"GIT_{role}_NAME", "Test"), (f"GIT_{role}_EMAIL", "test@example.com"))
}


def git(folder: Path, *arguments: str) -> str:
    """Run git for the set-up of a test."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **IDENTITY}
    done = subprocess.run(
        [str(shutil.which("git")), *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@dataclass
class GitServer:
    """Every folder below ``root`` is a repository at ``url(name)``."""

    root: Path
    listener: Listener

    def url(self, name: str = "api") -> str:
        return f"{self.listener.origin}/{name}"

    def repository(
        self, files: Mapping[str, str | bytes], *, name: str = "api", links: Mapping[str, str] | None = None
    ) -> str:
        """Commit ``files`` (and ``links``) to the branch main of a repository, new or old; return the commit."""
        folder = self.root / name
        if not folder.exists():
            folder.mkdir()
            git(folder, "init", "--quiet", "--initial-branch=main")
        for path, content in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        for path, target in (links or {}).items():
            (folder / path).symlink_to(target)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message=files")
        return git(folder, "rev-parse", "HEAD")

    def run(self, *arguments: str, name: str = "api") -> str:
        return git(self.root / name, *arguments)


@contextlib.contextmanager
def git_server(root: Path) -> Iterator[GitServer]:
    """Serve the repositories below ``root``. The test is skipped where git is absent."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed here.")
    backend = Path(git(root, "--exec-path")) / "git-http-backend"
    if not backend.exists():
        pytest.skip("This git comes without http-backend.")

    def script(peer: socket.socket, request: str) -> None:
        peer.sendall(_answered(root, backend, request))

    with listening(script) as listener:
        yield GitServer(root, listener)


def _answered(root: Path, backend: Path, request: str) -> bytes:
    head, _, body = request.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    path, _, query = target.partition("?")
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body.encode("latin-1"))),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run([backend], env=environment, input=body.encode("latin-1"), capture_output=True, check=False)
    told, _, content = done.stdout.partition(b"\r\n\r\n")
    kept = [line for line in told.decode("latin-1").split("\r\n") if line and not line.startswith("Status:")]
    status = next((line[8:] for line in told.decode("latin-1").split("\r\n") if line.startswith("Status:")), "200 OK")
    answer = [f"HTTP/1.1 {status}", *kept, f"Content-Length: {len(content)}", "Connection: close", "", ""]
    return "\r\n".join(answer).encode("latin-1") + content
