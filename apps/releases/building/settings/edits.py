"""Edits that are put together from several; whatever says already what is wanted stays as it is written."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from apps.releases import reading
from apps.releases.definition import Definition
from apps.releases.definition.editing import move_item, put, remove
from apps.releases.definition.shapes import Json, escaped, index_of, same, unescaped

type Edit = Callable[[Definition], str]

OURS = "/document/metadata/slipway"


class Missing(Enum):
    """There is no such member; as a wish: there should be none."""

    MISSING = "missing"


MISSING = Missing.MISSING


def setting(pointer: str, value: Json) -> Edit:
    """Let the member at ``pointer`` be ``value``; ``MISSING`` takes it away."""

    def edit(definition: Definition) -> str:
        now = found(definition.document, pointer)
        if same(now, value):
            return definition.text
        return remove(definition, pointer) if value is MISSING else put(definition, pointer, value)

    return edit


def listing(pointer: str, wanted: list[str], *, if_empty: Json = MISSING) -> Edit:
    """Let the list of texts at ``pointer`` be ``wanted``: what stays keeps its place in the text and its comments.

    ``if_empty`` stands instead of a list without items.
    """

    def edit(definition: Definition) -> str:
        now = found(definition.document, pointer)
        if not wanted or not isinstance(now, list) or not all(isinstance(item, str) for item in now):
            return setting(pointer, wanted or if_empty)(definition)
        return _listed(definition, pointer, now, wanted)

    return edit


def _listed(definition: Definition, pointer: str, now: list[str], wanted: list[str]) -> str:
    gone = [index for index, item in enumerate(now) if item not in wanted]
    fresh = [item for item in wanted if item not in now]
    if fresh and len(gone) == len(now):
        return setting(pointer, wanted)(definition)
    steps = [setting(f"{pointer}/{index}", MISSING) for index in reversed(gone)]
    kept = [item for item in now if item in wanted]
    steps.append(setting(pointer, [*kept, *fresh]))
    return all_of(*steps, _arranged(pointer, wanted))(definition)


def _arranged(pointer: str, wanted: list[str]) -> Edit:
    def edit(definition: Definition) -> str:
        for index, item in enumerate(wanted):
            now = found(definition.document, pointer)
            if now[index] != item:
                place = now.index(item, index)
                definition = _read(move_item(definition, f"{pointer}/{place}", index))
        return definition.text

    return edit


def all_of(*edits: Edit) -> Edit:
    """Make one edit after the other; each sees what those before it have made."""

    def edit(definition: Definition) -> str:
        for each in edits:
            text = each(definition)
            if text != definition.text:
                definition = _read(text)
        return definition.text

    return edit


def unchanged(definition: Definition) -> str:
    """The edit that changes nothing."""
    return definition.text


def found(document: Json, pointer: str) -> Any:
    """Return what stands at a JSON pointer, or ``MISSING``."""
    for part in pointer.split("/")[1:]:
        key = unescaped(part)
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and (index := index_of(key)) is not None and index < len(document):
            document = document[index]
        else:
            return MISSING
    return document


def below(pointer: str, *names: str | int) -> str:
    """Return the pointer of what is inside."""
    return pointer + "".join(f"/{escaped(str(name))}" for name in names)


def _read(text: str) -> Definition:
    return reading.accepted(text)
