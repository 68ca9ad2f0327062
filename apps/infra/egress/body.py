"""Answers are read in small pieces and counted before they are kept."""

import zlib
from collections.abc import AsyncIterable

from apps.infra.egress.errors import SendFailed, TooLarge
from apps.infra.egress.policy import MIB, Policy

STEP = 64 * 1024
PLAIN = frozenset(("", "identity"))
PACKED = frozenset(("gzip", "x-gzip", "deflate"))
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class Unpacker:
    """Decodes one content encoding in bounded steps."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        if name not in PLAIN | PACKED:
            raise SendFailed(f"The answer is packed as “{name[:40]}”, which was not asked for.", maybe_sent=True)
        self._inflate = zlib.decompressobj(GZIP_OR_ZLIB) if name in PACKED else None

    def unpack(self, data: bytes, room: int) -> bytes:
        """``data`` decoded, at most one byte more than ``room``."""
        if self._inflate is None:
            return data
        try:
            return self._inflate.decompress(data, room + 1)
        except zlib.error:
            raise SendFailed("The answer is packed in a broken way.", maybe_sent=True) from None

    def check_complete(self) -> None:
        if self._inflate is not None and not self._inflate.eof:
            raise SendFailed("The answer broke off in the middle.", maybe_sent=True)


async def read_body(pieces: AsyncIterable[bytes], *, encoding: str, announced: str, policy: Policy) -> bytes:
    """The decoded body; ``announced`` is Content-Length. Raises ``TooLarge`` as soon as a limit is passed."""
    if announced.isdigit() and int(announced) > policy.max_raw:
        raise _too_large(policy.max_raw, "")
    unpacker = Unpacker(encoding)
    raw, body, some = 0, bytearray(), False
    async for piece in pieces:
        raw, some = raw + len(piece), True
        if raw > policy.max_raw:
            raise _too_large(policy.max_raw, "")
        for start in range(0, len(piece), STEP):
            body += unpacker.unpack(piece[start : start + STEP], policy.max_decoded - len(body))
            if len(body) > policy.max_decoded:
                raise _too_large(policy.max_decoded, " once unpacked")
    if some:
        unpacker.check_complete()
    return bytes(body)


def _too_large(limit: int, when: str) -> TooLarge:
    return TooLarge(f"The answer is larger than {limit / MIB:g} MiB{when}; the rest was not read.")
