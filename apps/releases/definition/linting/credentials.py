"""Literal credentials: a release never contains one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..document import Definition
from ..expressions import inner
from ..findings import Finding

MEND = "Take it out and renew it where it comes from; a connection keeps credentials sealed."
# Keys that hold a credential, in small letters without separators.
KEYS = frozenset(
    {
        "accesstoken",
        "apikey",
        "apisecret",
        "apitoken",
        "assertion",
        "authorization",
        "authtoken",
        "bearertoken",
        "clientsecret",
        "cookie",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "proxyauthorization",
        "pwd",
        "refreshtoken",
        "secret",
        "secretkey",
        "signingkey",
        "token",
        "webhooksecret",
        "xapikey",
        "xauthtoken",
    }
)
SHAPES = {
    "a GitHub token": r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}",
    "a GitLab token": r"glpat-[A-Za-z0-9_-]{20,}",
    "a Slack token": r"xox[abeprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}",
    "an AWS key": r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    "a Stripe key": r"[srw]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{20,}",
    "a Google key": r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}",
    "an API key": r"\bsk-[A-Za-z0-9_-]{20,}",
    "a SendGrid key": r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    "a signed token (JWT)": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an authorization header": r"\b(?:Bearer|Basic) [A-Za-z0-9+/_=.-]{8,}",
    "a password in an address": r"\b[a-z][a-z0-9+]{1,12}://[^\s/:@{}]{1,200}:[^\s/@{}]{1,200}@",
}
PATTERN = re.compile("|".join(f"(?P<g{number}>{shape})" for number, shape in enumerate(SHAPES.values())))
NAMES = tuple(SHAPES)
# Every text of such a shape holds one of these; to look for them takes a twentieth of the time.
HINTS = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "xapp-", "AKIA", "ASIA", "k_live_"),
    *("k_test_", "whsec_", "AIza", "ya29.", "sk-", "SG.", "eyJ", "PRIVATE KEY", "Bearer ", "Basic ", "@"),
)
# Where such a key does not hold a credential: a data type, or the address of a token endpoint.
HARMLESS = re.compile(r"/schema/|/endpoints/|^/document/metadata/slipway/wizard/")


def findings(definition: Definition) -> Iterator[Finding]:
    """Findings never repeat the credential itself."""
    everything = "\n".join(value for _, value in definition.leaves if isinstance(value, str))
    hints = [hint for hint in HINTS if hint in everything]
    for path, value in definition.leaves:
        if not isinstance(value, str) or not value:
            continue
        if any(hint in value for hint in hints) and (shape := _shape(value)):
            yield definition.error("credential", path, f"This looks like {shape}.", MEND)
        elif _is_literal(path, value):
            key = path.rpartition("/")[2]
            yield definition.error("credential", path, f"“{key}” holds a literal credential.", MEND)


def _shape(value: str) -> str:
    found = PATTERN.search(value)
    return NAMES[int(str(found.lastgroup)[1:])] if found else ""


def _is_literal(path: str, value: str) -> bool:
    key = _plain(path.rpartition("/")[2])
    return key in KEYS and bool(value.strip()) and inner(value) is None and not HARMLESS.search(path)


@lru_cache(maxsize=1024)
def _plain(key: str) -> str:
    return re.sub(r"[-_. ]", "", key).lower()
