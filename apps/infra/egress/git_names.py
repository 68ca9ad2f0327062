"""How a repository and a place in it may be spelled. Anything else is refused before a process is started."""

import re

from apps.infra.egress.errors import DestinationRefused, GitRefused
from apps.infra.egress.policy import Policy
from apps.infra.egress.urls import DOT_SEGMENT, Target, target_of

PATH = re.compile(r"/[A-Za-z0-9._~/+@-]+")
REF = re.compile(r"\w[\w./+@#=-]{0,199}")
COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
NOT_IN_A_REF = re.compile(r"\.\.|@\{|//|/\.|\.lock(/|$)|[./]$|\\")
SHAPE = "Write the address for cloning over HTTPS, such as https://git.example/team/api.git, without a password."


def repository_at(url: str, *, policy: Policy) -> Target:
    """Take the address of a repository apart. Raises ``GitRefused`` unless it is https, or an exception's http."""
    scheme = url.partition(":")[0].strip().lower()
    try:
        target = target_of(url)
    except DestinationRefused:
        raise GitRefused(f"“{url[:200]}” is not an address that Slipway clones from.", SHAPE) from None
    if not PATH.fullmatch(target.path) or "?" in url or "#" in url:
        raise GitRefused("The address of a repository is a host and a plain path.", SHAPE)
    if any(DOT_SEGMENT.fullmatch(part) for part in url.split("/")) or target.path.startswith("//"):
        raise GitRefused("The address of a repository must not climb with dots.", SHAPE)
    if scheme != "https" and not policy.names(target.host, target.port):
        raise GitRefused("A repository is read over https only.", SHAPE)
    return target


def checked_ref(ref: str) -> str:
    """A branch, tag or commit; empty is the repository's default branch. Raises ``GitRefused``."""
    if ref and (not REF.fullmatch(ref) or NOT_IN_A_REF.search(ref)):
        raise GitRefused(
            f"“{ref[:100]}” is not a name that a branch, tag or commit can have.",
            "Write it as git shows it, such as main, v2.1 or the 40 digits of a commit.",
        )
    return ref
