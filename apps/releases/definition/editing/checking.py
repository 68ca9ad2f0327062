"""No edit leaves here before its text has been read and says exactly what was meant."""

from __future__ import annotations

import json
from collections.abc import Callable

from .. import reader
from ..document import Definition
from ..findings import DefinitionError
from ..shapes import Json, same
from . import values
from .errors import CannotEdit
from .pointers import Parts, at, known
from .sheet import Sheet, named
from .spans import Kind

type Edit = Callable[[Sheet], None]

IN_THE_SOURCE = "This part is written in a way that a form cannot change alone. Edit it in the source."


def edited(definition: Definition, intended: Json, edit: Edit, *, around: Parts) -> str:
    """The text after an edit, if it says what is intended.

    Where it does not, the object or list `around` the edit is written anew, unless that would lose comments. Raises
    CannotEdit where no way is left.
    """
    sheet = Sheet(definition)
    around = known(definition.document, around)
    refusal = ""
    for attempt in (edit, _anew(intended, around)):
        sheet.splices = []
        try:
            attempt(sheet)
            return _agreed(sheet.result(), intended)
        except CannotEdit as error:
            refusal = refusal or str(error)
    raise CannotEdit(_because_of_characters(intended) or _because_of_anchors(sheet, around) or refusal)


def _agreed(text: str, intended: Json) -> str:
    """The text if it says what is intended, else the same with a line end, which a text in lines may need."""
    error = ""
    for candidate in (text, f"{text}\n"):
        try:
            if same(reader.read(candidate.encode()).document, intended):
                return candidate
        except (DefinitionError, UnicodeEncodeError) as unreadable:
            error = error or f"The definition could not be read after this change: {unreadable}"
        if candidate.endswith("\n"):
            break
    raise CannotEdit(error or IN_THE_SOURCE)


def _anew(intended: Json, around: Parts) -> Edit:
    def edit(sheet: Sheet) -> None:
        place = sheet.find(around)
        if not around or sheet.layout.has_comments(place.node) or next(named(place.node), None):
            raise CannotEdit(IN_THE_SOURCE)
        values.write(sheet, place, at(intended, around))

    return edit


def _because_of_characters(intended: Json) -> str:
    try:
        json.dumps(intended, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "There is a character in this text that cannot be saved. Remove it."
    return ""


def _because_of_anchors(sheet: Sheet, around: Parts) -> str:
    try:
        node = sheet.find(around).node
    except CannotEdit as error:
        return str(error)
    found = next(named(node), None) or next(named(sheet.root), None)
    if found is None:
        return ""
    if found.kind is Kind.ALIAS:
        return f"This part repeats another one by the alias *{found.anchor}. Edit it in the source."
    return f"This part uses an anchor (&{found.anchor}) that another part repeats. Edit it in the source."
