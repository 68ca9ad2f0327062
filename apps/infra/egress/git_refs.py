"""Which commit a branch or tag of a remote repository stands at, asked over HTTP without a git process.

https://git-scm.com/docs/protocol-v2 and https://git-scm.com/docs/http-protocol
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from apps.infra.egress.client import send_now
from apps.infra.egress.errors import GitRefused
from apps.infra.egress.git_names import COMMIT, checked_ref, repository_at
from apps.infra.egress.messages import OutRequest, OutResponse
from apps.infra.egress.policy import MIB, Policy

SECOND = {"git-protocol": "version=2"}
MOST_BYTES = 5 * MIB
ABSENT = (301, 302, 303, 307, 308, 401, 403, 404, 410)


@dataclass(frozen=True, slots=True)
class RemoteRef:
    """``url`` is where the repository really answers; ``name`` is the full name of the ref, or the commit itself."""

    url: str
    name: str
    commit: str


def remote_ref(repository: str, ref: str, *, policy: Policy, seconds: float) -> RemoteRef:
    """Find ``ref`` (branch, tag, commit; empty: the default branch) in a repository. Raises ``EgressError``."""
    checked_ref(ref)
    target = repository_at(repository, policy=policy)
    bounds = replace(policy, deadline_s=seconds, max_raw=MOST_BYTES, max_decoded=MOST_BYTES, redirects=0)
    url, lines = _advertised(target.url.rstrip("/"), bounds)
    if COMMIT.fullmatch(ref):
        return RemoteRef(url, ref, ref)
    known = _refs(_listed(url, ref, bounds) if b"version 2" in lines else lines)
    for name in _meant(ref):
        if name in known:
            return RemoteRef(url, name, known.get(f"{name}^{{}}", known[name]))
    told = f"has no branch or tag “{ref}”" if ref else "is empty: it has no default branch"
    raise GitRefused(f"The repository {told}.", "Look the name up in the repository; upper and lower case matter.")


def _meant(ref: str) -> tuple[str, ...]:
    return (ref, f"refs/{ref}", f"refs/tags/{ref}", f"refs/heads/{ref}") if ref else ("HEAD",)


def _advertised(url: str, policy: Policy) -> tuple[str, list[bytes]]:
    """Where the repository answers and what it says first. Some hosts answer only to an address with ``.git``."""
    candidates = (url,) if url.endswith(".git") else (url, f"{url}.git")
    for candidate in candidates:
        request = OutRequest("GET", f"{candidate}/info/refs?service=git-upload-pack", SECOND)
        answer = send_now(request, policy=policy)
        if answer.status == 200:
            return candidate, _lines(answer)
        if answer.status not in ABSENT:
            raise GitRefused(f"The server of the repository answered {answer.status}.", "Try again later.")
    raise GitRefused(
        f"There is no repository that everybody may read at {url}.",
        "Check the address. Slipway has no password for it: upload private documents as an archive.",
    )


def _listed(url: str, ref: str, policy: Policy) -> list[bytes]:
    arguments = ["peel\n", "symrefs\n", *(f"ref-prefix {name}\n" for name in _meant(ref))]
    body = b"".join([_packet("command=ls-refs\n"), b"0001", *map(_packet, arguments), b"0000"])
    kinds = {
        "content-type": "application/x-git-upload-pack-request",
        "accept": "application/x-git-upload-pack-result",
    }
    answer = send_now(OutRequest("POST", f"{url}/git-upload-pack", {**SECOND, **kinds}, body), policy=policy)
    if answer.status != 200:
        raise GitRefused(f"The server of the repository answered {answer.status}.", "Try again later.")
    return _lines(answer)


def _refs(lines: Iterable[bytes]) -> dict[str, str]:
    """``{name: commit}`` of both versions' lines; a tag's commit stands under ``name^{}``."""
    known: dict[str, str] = {}
    for line in lines:
        words = line.partition(b"\0")[0].decode("utf-8", "replace").split()
        if len(words) < 2 or not COMMIT.fullmatch(words[0]):
            continue
        known[words[1]] = words[0]
        for extra in words[2:]:
            if extra.startswith("peeled:"):
                known[f"{words[1]}^{{}}"] = extra.removeprefix("peeled:")
    return known


def _lines(answer: OutResponse) -> list[bytes]:
    """The packet lines of an answer. Raises ``GitRefused`` if it holds none."""
    try:
        return list(_packets(answer.body))
    except ValueError:
        told = "The address answers, but not as a git repository."
        raise GitRefused(told, "Copy the address that the host offers for cloning over HTTPS.") from None


def _packets(body: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(body):
        length = int(body[place : place + 4].decode("ascii"), 16)
        if length > len(body) - place:
            raise ValueError
        # 0, 1 and 2 are signs without content: the end of a list, of a section, of the answer.
        if length > 2:
            yield body[place + 4 : place + length].rstrip(b"\n")
        place += max(length, 4)


def _packet(line: str) -> bytes:
    data = line.encode()
    return f"{len(data) + 4:04x}".encode() + data
