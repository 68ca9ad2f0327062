"""A document in a git repository: as the archive that its host offers of one commit, else fetched with git."""

import posixpath
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from apps.connectors.documents import SourceRefused
from apps.connectors.openapi.archives import MIB, MOST_TOTAL, kind_of
from apps.connectors.openapi.collecting import USUAL, chosen_entry, found_entry
from apps.connectors.openapi.parcel import Parcel
from apps.connectors.openapi.problems import Problem, Unreadable
from apps.connectors.sources.given import Given
from apps.connectors.sources.policy import policy_of_sources
from apps.connectors.sources.reading import Reading, sized
from apps.infra.egress import Checkout, EgressError, Policy, RemoteRef, checkout, download, remote_ref

SHORT = 12


def from_repository(given: Given, reading: Reading) -> dict[str, Any]:
    """Fetch the commit at which the ref stands now, and read the document from it."""
    policy = policy_of_sources()
    repository, name = given.options["repository"], given.options.get("ref", "")
    reading.tell(f"Asking {repository} for {name or 'its default branch'}.")
    try:
        ref = remote_ref(repository, name, policy=policy, seconds=reading.seconds_left)
        reading.tell(f"It stands at commit {ref.commit}.")
        packed = _packed(ref, policy, reading)
        if packed:
            origin = _origin(given, ref.commit)
            return reading.packed(Parcel("repository", given.entry, {"": packed}), origin)
        return _with_git(given, ref, policy, reading)
    except EgressError as error:
        mend = str(getattr(error, "mend", "")) or "Check the address, or upload the files as an archive."
        raise SourceRefused([Problem(error.sentence, mend=mend)]) from None


def archive_url(repository: str, commit: str) -> str:
    """Where the repository's host offers an archive of a commit; empty for hosts that are not known to offer one."""
    parts = urlsplit(repository)
    path, host = parts.path.removesuffix("/").removesuffix(".git"), parts.hostname or ""
    name = posixpath.basename(path)
    if host in ("github.com", "www.github.com"):
        return f"https://codeload.github.com{path}/tar.gz/{commit}"
    if host == "bitbucket.org":
        return f"https://bitbucket.org{path}/get/{commit}.tar.gz"
    if "gitlab" in host:
        return f"{parts.scheme}://{parts.netloc}{path}/-/archive/{commit}/{name}-{commit}.tar.gz"
    if host in ("codeberg.org", "gitea.com") or host.startswith(("gitea.", "forgejo.")):
        return f"{parts.scheme}://{parts.netloc}{path}/archive/{commit}.tar.gz"
    return ""


def _packed(ref: RemoteRef, policy: Policy, reading: Reading) -> bytes:
    """The host's archive of the commit; empty where there is none to be had."""
    url = archive_url(ref.url, ref.commit)
    if not url:
        return b""
    reading.tell(f"Fetching {url}.")
    started = time.monotonic()
    try:
        body = download(url, policy=policy, seconds=reading.seconds_left).body
    except EgressError as error:
        reading.tell(f"The archive could not be had ({error.sentence.rstrip('.')}); git is asked.")
        return b""
    reading.tell(f"Got {sized(len(body))} in {time.monotonic() - started:.1f} s.")
    return body if kind_of(body) == "tar.gz" else b""


def _with_git(given: Given, ref: RemoteRef, policy: Policy, reading: Reading) -> dict[str, Any]:
    started = time.monotonic()
    reading.tell(f"Fetching commit {ref.commit[:SHORT]} with git.")
    with checkout(ref, policy=policy, seconds=reading.seconds_left) as opened:
        reading.tell(f"Got {len(opened.files)} files in {time.monotonic() - started:.1f} s; nothing is checked out.")
        tree = _Tree(opened)
        entry = tree.entry(given.entry)
        found, _ = tree.fetch([entry])
        return reading.files(entry, found[entry], tree.fetch, _origin(given, opened.commit))


class _Tree:
    """The files of one commit."""

    def __init__(self, opened: Checkout) -> None:
        self._opened = opened
        self._total = 0

    def entry(self, wanted: str) -> str:
        """The document's path. Raises ``SourceRefused`` for one that is not there, or is a link."""
        wanted = wanted.removeprefix("./")
        if why := self._opened.why_not(wanted):
            raise SourceRefused([Problem(f"“{wanted}” {why}.", mend="Name the file itself.")])
        names = [path for path in self._opened.files if not self._opened.why_not(path)]
        try:
            usual = [path for path in names if USUAL.fullmatch(posixpath.basename(path))]
            return chosen_entry(wanted, names) if wanted else found_entry(usual)
        except Unreadable as unreadable:
            raise SourceRefused([*unreadable.problems], candidates=unreadable.candidates) from None

    def fetch(self, paths: Sequence[str]) -> tuple[dict[str, bytes], dict[str, str]]:
        self._total += sum(self._opened.files[path].size for path in paths if path in self._opened.files)
        if self._total > MOST_TOTAL:
            told = f"The files have more than {MOST_TOTAL // MIB} MiB together."
            raise SourceRefused([Problem(told, mend="Leave out what you do not call.")])
        missing = {path: why for path in paths if (why := self._opened.why_not(path))}
        return self._opened.read(paths), missing


def _origin(given: Given, commit: str) -> dict[str, Any]:
    return {"kind": given.kind.value, **given.options, "commit": commit}
