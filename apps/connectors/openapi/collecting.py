"""From what a parcel holds to the files of one document: found by name, taken as they are wanted, and bundled."""

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import NoReturn

from apps.connectors.openapi.archives import MIB, check_total, files_in
from apps.connectors.openapi.bundling import Bundle, bundled
from apps.connectors.openapi.parcel import Parcel
from apps.connectors.openapi.problems import Problem, Unreadable
from apps.connectors.openapi.reading import read
from apps.connectors.openapi.tar import members_of_tar

SUFFIXES = (".yaml", ".yml", ".json")
USUAL = re.compile(r"(openapi|swagger)\.(ya?ml|json)", re.IGNORECASE)
SAYS_SO = re.compile(rb"""(^|[{,\s])["']?(openapi|swagger)["']?\s*:\s*["']?[23]\.""")
LOOKED_AT = 64 * 1024
MOST_CANDIDATES = 20
# A host packs its whole repository; only the files of the document are taken from it.
MOST_OF_REPOSITORY = 400 * MIB
MOST_RATIO = 100


def collected(parcel: Parcel) -> Bundle:
    """The bundle of a parcel; it may still want files, if the parcel holds single ones. Raises ``Unreadable``."""
    if parcel.holds == "document":
        # Whatever leaves it is refused by the check that follows.
        return Bundle(read(_single(parcel)), "", dict(parcel.files))
    if parcel.holds == "repository":
        return _of_repository(parcel)
    if parcel.holds == "files":
        return bundled(parcel.files, parcel.entry, parcel.absent)
    files = files_in(_single(parcel))
    entry = chosen_entry(parcel.entry, files) if parcel.entry else found_entry(_that_say_so(files))
    bundle = bundled(files, entry)
    if bundle.wanted:
        _missing(bundle, "the archive")
    return bundle


def chosen_entry(entry: str, names: Collection[str]) -> str:
    """The path of the document that somebody named. Raises ``Unreadable`` with the ones that it could be."""
    wanted = entry.removeprefix("./")
    if wanted in names:
        return wanted
    alike = _candidates(name for name in names if posixpath.basename(name) == posixpath.basename(wanted))
    raise _asking(f"There is no file “{entry[:200]}”.", alike or _candidates(names))


def found_entry(names: Collection[str]) -> str:
    """The only file that can be the document. Raises ``Unreadable`` with the ones that it could be."""
    usual = sorted((name for name in names if USUAL.fullmatch(posixpath.basename(name))), key=_depth)
    nearest = list(takewhile(lambda name: _depth(name) == _depth(usual[0]), usual))
    if len(nearest) == 1:
        return nearest[0]
    candidates = _candidates(nearest or names)
    if len(candidates) == 1:
        return candidates[0]
    told = "Several files could be the document." if candidates else "No file looks like an OpenAPI document."
    raise _asking(told, candidates)


def _that_say_so(files: Mapping[str, bytes]) -> list[str]:
    return [name for name in _candidates(files) if SAYS_SO.search(files[name][:LOOKED_AT])]


def _candidates(names: Iterable[str]) -> list[str]:
    return sorted((name for name in names if name.lower().endswith(SUFFIXES)), key=lambda name: (_depth(name), name))


def _depth(name: str) -> int:
    return name.count("/")


def _asking(told: str, candidates: list[str]) -> Unreadable:
    mend = f"Name the file of the document: {', '.join(candidates[:MOST_CANDIDATES])}." if candidates else ""
    asking = Unreadable(Problem(told, mend=mend or "The document is a YAML or JSON file; check what you gave."))
    asking.candidates = tuple(candidates[:MOST_CANDIDATES])
    return asking


def _single(parcel: Parcel) -> bytes:
    return next(iter(parcel.files.values()))


@dataclass
class _Scan:
    """What one look through a packed repository found."""

    names: list[str]
    links: dict[str, str]
    files: dict[str, bytes]


def _of_repository(parcel: Parcel) -> Bundle:
    """Only the files that are wanted are kept, in one look per step from file to file."""
    payload = _single(parcel)
    first = _scanned(payload, {parcel.entry} if parcel.entry else set())
    absent = dict(first.links)
    entry = parcel.entry or found_entry([name for name in first.names if USUAL.fullmatch(posixpath.basename(name))])
    if why := why_absent(entry, absent):
        raise Unreadable(Problem(f"“{entry}” {why}.", mend="Name the file itself."))
    chosen_entry(entry, first.names)
    files = first.files or _scanned(payload, {entry}).files
    while (bundle := bundled(files, entry, absent)).wanted:
        found = _scanned(payload, set(bundle.wanted)).files
        absent |= {path: why_absent(path, first.links) for path in bundle.wanted if why_absent(path, first.links)}
        if not found and not absent.keys() & set(bundle.wanted):
            _missing(bundle, "the repository")
        files |= found
        check_total(sum(map(len, files.values())))
    return bundle


def why_absent(path: str, links: Mapping[str, str]) -> str:
    """Why a path cannot be read: it is a link, or lies behind one."""
    parts = path.split("/")
    return next((links[each] for n in range(len(parts)) if (each := "/".join(parts[: n + 1])) in links), "")


def _scanned(payload: bytes, wanted: set[str]) -> _Scan:
    scan = _Scan([], {}, {})
    for member in members_of_tar(payload, most_bytes=MOST_OF_REPOSITORY, most_ratio=MOST_RATIO):
        # The host puts everything into one folder named after the commit.
        name = member.name.partition("/")[2].rstrip("/")
        if member.why_not:
            scan.links[name] = member.why_not
        elif not member.is_folder:
            scan.names.append(name)
            if name in wanted:
                check_total(member.size + sum(map(len, scan.files.values())))
                scan.files[name] = member.read()
    return scan


def _missing(bundle: Bundle, place: str) -> NoReturn:
    mend = "Correct the reference, or add the file."
    missing = bundle.wanted[:MOST_CANDIDATES]
    raise Unreadable(*(Problem(f"“{path}” is referred to, but not in {place}.", mend=mend) for path in missing))
