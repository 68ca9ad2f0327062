"""Archives that no honest program makes, built in memory."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable
from functools import partial

from tests.factories import connectors as make

DOCUMENT = make.orders_document().encode()
NAME = "openapi.yaml"


def zip_of(files: Iterable[tuple[str, bytes]], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def tar_of(files: Iterable[tuple[str, bytes]], *members: tarfile.TarInfo) -> bytes:
    """An honest tar.gz, and then ``members``."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in members:
            archive.addfile(member)
    return out.getvalue()


def named(pack: Callable[[list[tuple[str, bytes]]], bytes], name: str) -> bytes:
    """An archive with a document and a file of that name."""
    return pack([(NAME, DOCUMENT), (name, b"evil")])


def renamed(archive: bytes, before: str, after: bytes) -> bytes:
    """A zip whose names were changed afterwards; both have the same length."""
    if len(before) != len(after):
        raise ValueError(before)
    return archive.replace(before.encode(), after)


def special(kind: bytes, *, target: str = "/etc/passwd") -> bytes:
    """A tar with something that is no file."""
    member = tarfile.TarInfo("evil.yaml")
    member.type, member.linkname = kind, target
    return tar_of([(NAME, DOCUMENT)], member)


def zip_entry(mode: int, content: bytes = b"/etc/passwd") -> bytes:
    """A zip with an entry of that file mode."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(NAME, DOCUMENT)
        entry = zipfile.ZipInfo("evil.yaml")
        entry.create_system, entry.external_attr = 3, mode << 16
        archive.writestr(entry, content)
    return out.getvalue()


def zip_that_says(size: int) -> bytes:
    """A zip whose list says that its file has ``size`` bytes."""
    archive = bytearray(zip_of([(NAME, DOCUMENT)]))
    place = archive.rfind(b"PK\x01\x02")
    archive[place + 24 : place + 28] = struct.pack("<I", size)
    archive[22:26] = struct.pack("<I", size)
    return bytes(archive)


def overlapping() -> bytes:
    """Two entries that share one content: what makes a small archive unpack to a huge one."""
    archive = bytearray(zip_of([("a.yaml", DOCUMENT), ("b.yaml", DOCUMENT)]))
    second = archive.rfind(b"PK\x01\x02")
    archive[second + 42 : second + 46] = struct.pack("<I", 0)
    archive[second + 46 : second + 52] = b"a.yaml"
    return bytes(archive)


def quoted_overlap() -> bytes:
    """An entry whose content holds the next entry."""
    inner = zip_of([("b.yaml", b"x" * 100)], method=zipfile.ZIP_STORED)
    local = inner[: inner.index(b"PK\x01\x02")]
    outer = bytearray(zip_of([("a.yaml", local), ("b.yaml", b"x" * 100)], method=zipfile.ZIP_STORED))
    second = outer.rfind(b"PK\x01\x02")
    outer[second + 42 : second + 46] = struct.pack("<I", 30 + len("a.yaml"))
    return bytes(outer)


def encrypted() -> bytes:
    """A zip that says that its file needs a password."""
    archive = bytearray(zip_of([(NAME, DOCUMENT)]))
    archive[6] |= 1
    archive[archive.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


def gzip_bomb(mib: int) -> bytes:
    """A tar.gz of zeros."""
    member = tarfile.TarInfo("openapi.yaml")
    member.size = mib * 2**20
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(member.tobuf())
    return head + b"".join(packer.compress(bytes(2**20)) for _ in range(mib)) + packer.flush()


def tar_that_says(size: bytes, *, content: bytes = DOCUMENT) -> bytes:
    """A tar.gz whose header has another size; the checksum is right."""
    member = tarfile.TarInfo(NAME)
    member.size = len(content)
    header = bytearray(member.tobuf())
    header[124:136] = size
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    return gzip.compress(bytes(header) + content + bytes(-len(content) % 512) + bytes(1024))


def endless_names(count: int) -> bytes:
    """A zip with that many empty files."""
    return zip_of(((f"f{number}.yaml", b"") for number in range(count)), method=zipfile.ZIP_STORED)


def long_extension() -> bytes:
    """A tar whose pax header is very long."""
    member = tarfile.TarInfo("x" * 1_000_000)
    return tar_of([(NAME, DOCUMENT)], member)


def sparse() -> bytes:
    """A tar with a file that says to be mostly holes."""
    member = tarfile.TarInfo("holes.yaml")
    member.type = tarfile.GNUTYPE_SPARSE
    return tar_of([(NAME, DOCUMENT)], member)


BAD_NAMES = {
    "absolute": ("/etc/cron.d/evil", "is an absolute path"),
    "climbs": ("../evil.yaml", "climbs out of its folder"),
    "climbs inside": ("a/../../evil.yaml", "climbs out of its folder"),
    "climbs at the end": ("a/..", "climbs out of its folder"),
    "a dot": ("./../evil.yaml", "climbs out of its folder"),
    "empty part": ("a//evil.yaml", "climbs out of its folder"),
    "backslash": ("..\\evil.yaml", "holds a backslash"),
    "backslash root": ("\\evil.yaml", "is an absolute path"),
    "drive": ("C:/evil.yaml", "is an absolute path"),
    "drive relative": ("c:evil.yaml", "is an absolute path"),
    "share": ("//server/share/evil", "is an absolute path"),
    "wide dots": ("\uff0e\uff0e/evil.yaml", "holds a character"),
    "wide slash": ("..\uff0fevil.yaml", "holds a character"),
    "division slash": ("..\u2215evil.yaml", "holds a character"),
    "turned around": ("evil\u202elmay.yaml", "holds a character"),
    "newline": ("evil\n.yaml", "holds a character"),
    "stream": ("evil.yaml:stream", "holds a character"),
    "too long": ("a" * 300, "is empty or too long"),
}
_zip, _tar = zip_of, tar_of
ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    **{f"zip {key}": (partial(named, _zip, name), why) for key, (name, why) in BAD_NAMES.items()},
    **{f"tar {key}": (partial(named, _tar, name), why) for key, (name, why) in BAD_NAMES.items() if key != "a dot"},
    "zip nul": (lambda: renamed(named(_zip, "evilXyaml"), "evilXyaml", b"evil\0yaml"), "holds a character"),
    "zip twice": (lambda: renamed(named(_zip, "openapi.yamL"), "openapi.yamL", b"openapi.yaml"), "stands twice"),
    "zip twice in case": (lambda: named(_zip, "OPENAPI.yaml"), "stands twice"),
    "tar twice": (lambda: named(_tar, NAME), "stands twice"),
    "zip symlink": (lambda: zip_entry(stat.S_IFLNK | 0o777), "is a link"),
    "zip device": (lambda: zip_entry(stat.S_IFBLK | 0o600), "is a device"),
    "zip pipe": (lambda: zip_entry(stat.S_IFIFO | 0o600), "is a device"),
    "tar symlink": (lambda: special(tarfile.SYMTYPE), "is a link"),
    "tar symlink inside": (lambda: special(tarfile.SYMTYPE, target=NAME), "is a link"),
    "tar hard link": (lambda: special(tarfile.LNKTYPE), "is a hard link"),
    "tar device": (lambda: special(tarfile.CHRTYPE), "is a device"),
    "tar block device": (lambda: special(tarfile.BLKTYPE), "is a device"),
    "tar pipe": (lambda: special(tarfile.FIFOTYPE), "is a device"),
    "tar sparse": (sparse, "is a device or another special file"),
    "zip bomb": (lambda: zip_of([(NAME, bytes(10 * 2**20))]), "grows more than 100 times"),
    "zip too large": (lambda: zip_of([(NAME, bytes(21 * 2**20))], method=0), "more than 20 MiB"),
    "tar bomb": (lambda: gzip_bomb(60), "unpacks to more than|more than 20 MiB"),
    "zip too small a size": (lambda: zip_that_says(10), "damaged or lies"),
    "zip too large a size": (lambda: zip_that_says(len(DOCUMENT) * 2), "damaged or lies"),
    "zip huge size": (lambda: zip_that_says(2**32 - 2), "grows more than 100 times"),
    "tar negative size": (lambda: tar_that_says(b"\xff" * 12), "lies about the size"),
    "tar minus": (lambda: tar_that_says(b"-0000000012\0"), "lies about the size"),
    "tar huge size": (lambda: tar_that_says(b"77777777777\0"), "more than 20 MiB together"),
    "tar enormous size": (lambda: tar_that_says(b"\x80" + b"\xff" * 11), "more than 20 MiB together"),
    "tar too large a size": (lambda: tar_that_says(b"00000100000\0"), "breaks off"),
    "zip overlapping": (overlapping, "shares its content|stands twice|damaged or lies"),
    "zip overlapping inside": (quoted_overlap, "shares its content|damaged or lies"),
    "zip nested": (lambda: zip_of([(NAME, DOCUMENT), ("b.zip", zip_of([(NAME, DOCUMENT)]))]), "archive inside"),
    "zip nested tar": (lambda: zip_of([(NAME, DOCUMENT), ("b", tar_of([(NAME, DOCUMENT)]))]), "archive inside"),
    "tar nested": (lambda: tar_of([(NAME, DOCUMENT), ("b.yaml", zip_of([(NAME, DOCUMENT)]))]), "archive inside"),
    "zip encrypted": (encrypted, "is encrypted"),
    "zip bzip2": (lambda: zip_of([(NAME, DOCUMENT)], method=zipfile.ZIP_BZIP2), "packed in an unusual way"),
    "zip lzma": (lambda: zip_of([(NAME, DOCUMENT)], method=zipfile.ZIP_LZMA), "packed in an unusual way"),
    "zip cut": (lambda: zip_of([(NAME, DOCUMENT)])[:-30], "breaks off|damaged"),
    "tar cut": (lambda: tar_of([(NAME, DOCUMENT)])[:300], "breaks off"),
    "zip empty": (lambda: zip_of([]), "holds no file"),
    "tar empty": (lambda: tar_of([]), "holds no file"),
    "gzip without tar": (lambda: gzip.compress(DOCUMENT * 3), "is not a tar archive"),
    "gzip broken": (lambda: b"\x1f\x8b\x08\0" + b"\xff" * 100, "broken way"),
    "zip 201 files": (lambda: zip_of((f"f{n}.yaml", b"x") for n in range(201)), "more than 200 files"),
    "tar 201 files": (lambda: tar_of((f"f{n}.yaml", b"x") for n in range(250)), "more than 200 files"),
    "zip 100,000 entries": (lambda: endless_names(100_000), "more than 200 files"),
    "tar 100,000 entries": (lambda: tar_of((f"d{n}/", b"") for n in range(100_000)), "more than 200 files"),
    "tar long name": (long_extension, "name that is too long"),
    "nothing": (lambda: b"hello", "neither a zip nor a tar.gz"),
}
