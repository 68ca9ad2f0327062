"""Tar archives inside gzip, read as a stream with every number checked.

Our own reader, because the usual one trusts sizes and follows extensions that nothing here needs.
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from apps.connectors.openapi.problems import Problem, Unreadable

BLOCK = 512
MIB = 1024 * 1024
STEP = 64 * 1024
MOST_EXTENSION = 64 * 1024
GZIP = zlib.MAX_WBITS | 16
FILE, FOLDER = (b"0", b"\0", b"7"), b"5"
# Links, devices, folders and pipes: whatever size they claim, nothing follows.
WITHOUT_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")
LINKS = {b"1": "is a hard link; links are never followed", b"2": "is a link; links are never followed"}
NAMES_THE_NEXT, NAMES_ITS_LINK, ABOUT_THE_NEXT, ABOUT_ALL = b"L", b"K", b"x", b"g"


class Member:
    """One entry; ``read`` must be called before the next one is asked for. ``why_not``: it is not a plain file."""

    def __init__(self, name: str, kind: bytes, size: int, stream: "_Inflated") -> None:
        self.name, self.kind, self.size, self._stream = name, kind, size, stream

    @property
    def is_folder(self) -> bool:
        return self.kind == FOLDER or (self.kind in FILE and self.name.endswith("/"))

    @property
    def why_not(self) -> str:
        if self.is_folder or self.kind in FILE:
            return ""
        return LINKS.get(self.kind, "is a device or another special file")

    def read(self) -> bytes:
        content = self._stream.take(self.size)
        self.size = 0
        return content


@dataclass
class _Names:
    """What extension headers say about the entry after them."""

    name: str = ""
    size: int | None = None


def members_of_tar(payload: bytes, *, most_bytes: int, most_ratio: int) -> Iterator[Member]:
    """Yield the entries of a tar.gz. Raises ``Unreadable`` for a damaged one and past the limits."""
    stream = _Inflated(payload, most_bytes, most_ratio)
    said = _Names()
    while (header := stream.take(BLOCK)).strip(b"\0"):
        name, kind, size = _header(header)
        if kind in (NAMES_THE_NEXT, NAMES_ITS_LINK, ABOUT_THE_NEXT, ABOUT_ALL):
            _note(said, kind, _extension(stream, size))
            continue
        size = 0 if kind in WITHOUT_CONTENT else size if said.size is None else said.size
        member = Member(said.name or name, kind, size, stream)
        said = _Names()
        yield member
        stream.skip(member.size - size % -BLOCK)


class _Inflated:
    """The stream inside gzip; counts what comes out before anybody gets it."""

    def __init__(self, payload: bytes, most_bytes: int, most_ratio: int) -> None:
        self._rest = memoryview(payload)
        self._inflate = zlib.decompressobj(GZIP)
        self._ready = bytearray()
        self._out = 0
        # An honest archive is small or compresses like text.
        self._most = min(most_bytes, max(most_ratio * len(payload), MIB))

    def take(self, count: int) -> bytes:
        while len(self._ready) < count:
            if not self._more():
                _refuse("breaks off in the middle")
        taken = bytes(self._ready[:count])
        del self._ready[:count]
        return taken

    def skip(self, count: int) -> None:
        while count:
            step = min(count, STEP)
            self.take(step)
            count -= step

    def _more(self) -> bool:
        if self._inflate.eof:
            return False
        given = self._inflate.unconsumed_tail or bytes(self._rest[:STEP])
        if not self._inflate.unconsumed_tail:
            self._rest = self._rest[STEP:]
        try:
            piece = self._inflate.decompress(given, STEP)
        except zlib.error:
            _refuse("is packed in a broken way")
        self._out += len(piece)
        if self._out > self._most:
            _refuse(f"unpacks to more than {self._most / MIB:.0f} MiB, far more than its size promises")
        self._ready += piece
        return bool(given) or bool(piece)


def _header(block: bytes) -> tuple[str, bytes, int]:
    total = sum(block[:148]) + 8 * 32 + sum(block[156:])
    if total != _octal(block[148:156]):
        _refuse("is not a tar archive, or damaged")
    name = _text(block[:100])
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    return (f"{prefix}/{name}" if prefix else name), block[156:157], _number(block[124:136])


def _number(field: bytes) -> int:
    if field[:1] >= b"\x80":
        return int.from_bytes(field[1:]) if field[:1] == b"\x80" else _refuse("lies about the size of a file")
    size = _octal(field)
    return _refuse("lies about the size of a file") if size is None else size


def _octal(field: bytes) -> int | None:
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if all(48 <= digit < 56 for digit in digits) else None


def _extension(stream: _Inflated, size: int) -> bytes:
    if size > MOST_EXTENSION:
        _refuse("has a name that is too long")
    content = stream.take(size)
    stream.skip(-size % BLOCK)
    return content


def _note(said: _Names, kind: bytes, content: bytes) -> None:
    if kind == NAMES_THE_NEXT:
        said.name = _text(content)
    elif kind == ABOUT_THE_NEXT:
        records = _records(content)
        said.name = records.get("path", said.name)
        if "size" in records:
            said.size = _number_of(records["size"])


def _records(content: bytes) -> dict[str, str]:
    """Lines such as ``27 path=some/long/name\\n``, each beginning with its length."""
    records, place = {}, 0
    while place < len(content):
        length, _, _ = content[place : place + 12].partition(b" ")
        if not length.isdigit() or not len(length) < int(length) <= len(content) - place:
            _refuse("is damaged")
        record = content[place + len(length) + 1 : place + int(length) - 1].decode("utf-8", "replace")
        key, _, records[key] = record.partition("=")
        place += int(length)
    return records


def _number_of(text: str) -> int:
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) < 16 else _refuse("lies about the size of a file")
    )


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")


def _refuse(why: str) -> NoReturn:
    raise Unreadable(Problem(f"The archive {why}.", mend="Pack it again with tar and gzip, or as zip."))
