"""Files of one commit of a remote repository, read from git's object store: no work tree is ever written.

Every name is looked up by us, every address checked, and git is told to connect to exactly that one.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from apps.infra.egress.addresses import number_of
from apps.infra.egress.errors import GitRefused
from apps.infra.egress.git_names import repository_at
from apps.infra.egress.git_process import git_room, run_git
from apps.infra.egress.git_refs import RemoteRef
from apps.infra.egress.guard import Resolver, admitted, system_resolver
from apps.infra.egress.policy import Policy
from apps.infra.egress.urls import Target

TIP = "refs/slipway/tip"
LINK, SUBMODULE = "120000", "160000"
WHY_NOT = {LINK: "is a symbolic link, which is never followed", SUBMODULE: "is a submodule, which is not fetched"}
MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class GitFile:
    """One entry of a commit's tree."""

    mode: str
    sha: str
    size: int


class Checkout:
    """One commit. ``files`` by path; ``commit`` is the whole number of it."""

    def __init__(self, room: Path, protocol: str, until: float) -> None:
        self._room, self._protocol, self._until = room, protocol, until
        self.commit = self._git("rev-parse", "--verify", "--quiet", f"{TIP}^{{commit}}").decode().strip()
        self.files = dict(self._listed())

    def why_not(self, path: str) -> str:
        """Why the file at ``path`` cannot be read ("is a symbolic link …"); empty for plain files and unknown ones."""
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            found = self.files.get("/".join(parts[:count]))
            if found and found.mode in WHY_NOT:
                return WHY_NOT[found.mode]
        return ""

    def read(self, paths: Collection[str]) -> dict[str, bytes]:
        """The content of plain files; links, submodules and unknown paths are left out."""
        wanted = [path for path in paths if path in self.files and not self.why_not(path)]
        if not wanted:
            return {}
        asked = "".join(f"{self.files[path].sha}\n" for path in wanted).encode()
        answer = self._git("cat-file", "--batch", given=asked)
        read, place = {}, 0
        for path in wanted:
            start = answer.index(b"\n", place) + 1
            end = start + int(answer[place:start].split()[2])
            read[path], place = answer[start:end], end + 1
        return read

    def _listed(self) -> Iterator[tuple[str, GitFile]]:
        listing = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", self.commit)
        entries = listing.split(b"\0")[:-1]
        if len(entries) > MOST_FILES:
            raise GitRefused(
                f"The repository has more than {MOST_FILES} files.", "Upload an archive of what is needed."
            )
        for entry in entries:
            about, _, name = entry.partition(b"\t")
            mode, _kind, sha, size = about.decode().split()
            yield name.decode("utf-8", "replace"), GitFile(mode, sha, int(size) if size.isdigit() else 0)

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        # Nothing is fetched any more: the object store is all there is.
        return run_git(self._room, *arguments, protocol="none", until=self._until, given=given)


@contextlib.contextmanager
def checkout(
    ref: RemoteRef, *, policy: Policy, seconds: float, resolve: Resolver = system_resolver
) -> Iterator[Checkout]:
    """Fetch the one commit of ``ref`` and read from it until the block ends; then all of it is gone from disk.

    Raises ``EgressError``.
    """
    until = time.monotonic() + seconds
    target = repository_at(ref.url, policy=policy)
    pinned = asyncio.run(_pinned(target, policy, resolve))
    with git_room() as room:
        run_git(room, "init", "--bare", "--quiet", "--template=", protocol="none", until=until)
        fetching = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance")
        run_git(
            room,
            *fetching,
            "--",
            ref.url,
            f"+{ref.name}:{TIP}",
            protocol=target.scheme,
            until=until,
            settings=[*pinned, *_certificates()],
        )
        yield Checkout(room, target.scheme, until)


async def _pinned(target: Target, policy: Policy, resolve: Resolver) -> list[tuple[str, str]]:
    """The setting that makes git connect to the addresses that were checked here, and to no other."""
    addresses = await admitted(target.host, target.port, policy=policy, resolve=resolve)
    if number_of(target.host) is not None:
        return []
    numbers = ",".join(f"[{each}]" if each.version == 6 else str(each) for each in addresses)
    return [("http.curloptResolve", f"{target.host}:{target.port}:{numbers}")]


def _certificates() -> list[tuple[str, str]]:
    """The administrator's own certificates, where the machine has such."""
    file = os.environ.get("SSL_CERT_FILE")
    return [("http.sslCAInfo", file)] if file else []
