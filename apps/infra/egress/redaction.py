"""Cleans what is kept of a call: the secrets used in it disappear in every spelling that another side may echo."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from apps.infra.secret import MASK, Secret

# Shorter ones would blacken ordinary text, and nobody keeps a secret of three characters.
SHORTEST = 4
TELLING_NAMES = re.compile(
    r"authori[sz]ation|cookie|token|secret|password|passwd|api[-_]?key|apikey|[-_]key$|^key$|signature|session|credential",
    re.IGNORECASE,
)


class Redactor:
    """Knows the secrets of one run. ``str`` or ``repr`` of it shows none."""

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[Secret]) -> None:
        forms = {form for secret in secrets for form in _spellings(secret.reveal())}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    def text(self, text: str) -> str:
        """``text`` without the secrets."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def json(self, value: Any) -> Any:
        """A copy of JSON data without the secrets, in keys, texts and numbers."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.json(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.json(one) for one in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value if self.text(str(value)) == str(value) else MASK
        return value

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """``masked_headers``, and the secrets gone from the other values too."""
        return {name: self.text(value) for name, value in masked_headers(headers).items()}


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers fit to be kept: values of those that carry credentials by their name are masked."""
    return {name: MASK if TELLING_NAMES.search(name) else value for name, value in headers.items()}


def _spellings(secret: str) -> Iterator[str]:
    if len(secret) < SHORTEST:
        return
    raw = secret.encode("utf-8", "surrogatepass")
    yield from (secret, quote(secret, safe="", errors="replace"), quote(secret, errors="replace"))
    yield quote_plus(secret, errors="replace")
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], raw.hex())
    for packed in _base64_windows(raw):
        yield from (packed, packed.replace("+", "-").replace("/", "_"), quote(packed, safe=""))


def _base64_windows(raw: bytes) -> Iterator[str]:
    """The base64 of ``raw`` at each of the three offsets at which it may stand inside a longer text ("user:secret")."""
    for offset in range(3):
        packed = base64.b64encode(b"\0" * offset + raw).decode()
        start = (offset * 8 + 5) // 6
        end = (offset + len(raw)) * 8 // 6
        if end - start >= SHORTEST:
            yield packed[start:end]
    yield base64.b64encode(raw).decode()
