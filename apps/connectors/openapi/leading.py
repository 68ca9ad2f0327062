"""Where a reference from one file of a source to another leads, and what helps where it may not."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
MENDS = {
    "another place": "Put a copy of that file beside the document and refer to it there.",
    "absolute path": "Write the path from this file to the other one, such as ../schemas/order.yaml.",
    "out of the source": "Move the file below the folder of the source, or choose a folder higher up as the source.",
    "link": "Put the file itself in its place.",
    "circle": "Let one of them hold the content itself.",
}


def path_of(base: str, reference: str) -> tuple[str, str]:
    """The path below the root that ``reference`` in the file ``base`` names, or else why it names none."""
    place = unquote(reference.partition("#")[0])
    if SCHEME.match(place) or place.startswith("//"):
        return "", "leads to another place; only files of the same source are read"
    if place.startswith("/"):
        return "", "is an absolute path; only paths from one file to another are read"
    if "\\" in place or any(letter < " " for letter in place):
        return "", "holds a backslash or another character that no path has"
    parts: list[str] = list(PurePosixPath(base).parent.parts)
    for part in place.split("/"):
        if part == ".." and not parts:
            return "", "leads out of the source's folder"
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts), ""


def mend_for(why: str) -> str:
    """What to do about a reference that cannot be followed."""
    return next((mend for words, mend in MENDS.items() if words in why), "Correct the reference, or the file's name.")
