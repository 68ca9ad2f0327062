"""Archives of strangers, read in memory: nothing is ever written, and no name in one is trusted (T13)."""

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from typing import NoReturn

from apps.connectors.openapi.problems import Problem, Unreadable
from apps.connectors.openapi.tar import members_of_tar

MIB = 1024 * 1024
MOST_FILES = 200
MOST_ENTRIES = 1_000
MOST_TOTAL = 20 * MIB
MOST_RATIO = 100
LONGEST_NAME = 255
# Letters and digits of every script; what else a name may hold is listed. "\", ":" and what looks like "/" are not.
SEGMENT = re.compile(r"[\w\-.+@()~,={}\[\]&'!$ ]+")
NESTED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DIRECTORY_ENTRY, END_RECORD = 46, 22
JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._)")
SPLIT = "Put one level of plain files into the archive, with the document and what it refers to."


def kind_of(payload: bytes) -> str:
    """``zip`` or ``tar.gz`` by content, empty for anything else."""
    if payload.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "tar.gz" if payload.startswith(b"\x1f\x8b") else ""


def files_in(payload: bytes) -> dict[str, bytes]:
    """Every file of a zip or tar.gz by its path. Raises ``Unreadable`` for what honest ones do not hold."""
    kind = kind_of(payload)
    if not kind:
        _refuse("This is neither a zip nor a tar.gz archive.", "Upload one of these, or the document itself.")
    found = _zip(payload) if kind == "zip" else _tar(payload)
    for name, content in found.items():
        if content.startswith(NESTED) or content[257:262] == b"ustar":
            _refuse(f"“{name}” is an archive inside the archive.", SPLIT)
    return found


def why_not_named(name: str) -> str:
    """Why ``name`` may not stand in an archive; empty if it may."""
    if not name or len(name) > LONGEST_NAME:
        return "is empty or too long"
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return "is an absolute path"
    if "\\" in name:
        return "holds a backslash"
    for segment in name.split("/"):
        if segment in ("", ".", ".."):
            return "climbs out of its folder"
        if not SEGMENT.fullmatch(segment) or segment != segment.strip(" ") or segment.endswith("."):
            return "holds a character that is not allowed in names"
    return ""


def check_names(names: Iterable[str]) -> None:
    """Raises ``Unreadable`` for a name that may not stand there or stands there twice."""
    seen: dict[str, str] = {}
    for name in names:
        if why := why_not_named(name):
            _refuse(f"The name “{_shown(name)}” {why}.", "Pack the archive again, from inside its folder.")
        same = unicodedata.normalize("NFKC", name).casefold()
        if same in seen:
            _refuse(f"The name “{_shown(name)}” stands twice in the archive.", "Keep one of the two.")
        seen[same] = name
    if len(seen) > MOST_FILES:
        _refuse(f"The archive holds more than {MOST_FILES} files.", SPLIT)
    if not seen:
        _refuse("The archive holds no file.", SPLIT)


def _zip(payload: bytes) -> dict[str, bytes]:
    _check_directory_size(payload)
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_kind(entry)
            files = [entry for entry in entries if not entry.is_dir() and not JUNK.search(entry.filename)]
            check_names(entry.orig_filename for entry in files)
            check_names([*(entry.orig_filename.rstrip("/") for entry in entries if entry.is_dir()), "document"])
            _check_sizes(files)
            _check_places(entries, archive.start_dir)
            return {entry.filename: _content(archive, entry) for entry in files}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        told = str(error).partition("(")[0].strip()[:120]
        _refuse(f"The zip archive is damaged or lies about its content: {told}.", "Pack it again.")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    content = archive.read(entry)
    if len(content) != entry.file_size:
        raise zipfile.BadZipFile("a size is wrong")
    return content


def _check_directory_size(payload: bytes) -> None:
    """A list of a million names is refused before it is read. Only the last record counts, as for every reader."""
    end = payload.rfind(b"PK\x05\x06")
    if end < 0 or len(payload) < end + END_RECORD:
        _refuse("The zip archive breaks off before its end.", "Pack or upload it again.")
    count = int.from_bytes(payload[end + 10 : end + 12], "little")
    size = int.from_bytes(payload[end + 12 : end + 16], "little")
    if count > MOST_ENTRIES or size > MOST_ENTRIES * (DIRECTORY_ENTRY + LONGEST_NAME):
        _refuse(f"The archive holds more than {MOST_FILES} files.", SPLIT)


def _check_kind(entry: zipfile.ZipInfo) -> None:
    shown = _shown(entry.orig_filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        _refuse(f"“{shown}” is a link; links are never followed.", "Put the file itself in its place.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse(f"“{shown}” is a device or another special file.", "Leave it out.")
    if entry.flag_bits & 0x1:
        _refuse(f"“{shown}” is encrypted.", "Pack the archive without a password.")
    if entry.compress_type not in METHODS:
        _refuse(f"“{shown}” is packed in an unusual way.", "Pack the archive with plain zip (deflate).")


def _check_sizes(files: list[zipfile.ZipInfo]) -> None:
    for entry in files:
        if entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            told = f"“{entry.filename}” grows more than {MOST_RATIO} times when unpacked"
            _refuse(f"{told}, which no honest document does.", "Leave it out.")
    check_total(sum(entry.file_size for entry in files))


def check_total(total: int) -> None:
    """Raises ``Unreadable`` for more than all files of a source may have together."""
    if total > MOST_TOTAL:
        _refuse(f"The files have more than {MOST_TOTAL // MIB} MiB together.", "Leave out what you do not call.")


def _check_places(entries: list[zipfile.ZipInfo], directory: int) -> None:
    """No two entries may share bytes: that is how a small archive unpacks to a huge one."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [*(entry.header_offset for entry in ordered[1:]), directory]
    for entry, end in zip(ordered, ends, strict=True):
        if entry.header_offset + 30 + len(entry.orig_filename.encode()) // 2 + entry.compress_size > end:
            _refuse(
                f"“{_shown(entry.orig_filename)}” shares its content with another entry.", "Pack the archive again."
            )


def _tar(payload: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    names: list[str] = []
    total = 0
    members = members_of_tar(payload, most_bytes=2 * MOST_TOTAL, most_ratio=MOST_RATIO)
    for entry, member in enumerate(members):
        if entry > MOST_ENTRIES or len(names) > MOST_FILES:
            _refuse(f"The archive holds more than {MOST_FILES} files.", SPLIT)
        if member.why_not:
            _refuse(f"“{_shown(member.name)}” {member.why_not}.", "Put a plain file in its place, or leave it out.")
        name = member.name.removeprefix("./").rstrip("/")
        if member.is_folder:
            if name not in ("", ".") and (why := why_not_named(name)):
                _refuse(f"The name “{_shown(name)}” {why}.", "Pack the archive again, from inside its folder.")
        elif not JUNK.search(name):
            check_total(total := total + member.size)
            names.append(name)
            found[name] = member.read()
    check_names(names)
    return found


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name[:120])


def _refuse(message: str, mend: str) -> NoReturn:
    raise Unreadable(Problem(message, mend=mend))
