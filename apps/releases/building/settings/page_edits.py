"""Edits of the wizard's pages."""

from collections.abc import Mapping

from apps.releases.building.settings.configuration import PAGES, placed, raw_pages, unplaced
from apps.releases.building.settings.edits import MISSING, Edit, all_of, below, listing, setting, unchanged
from apps.releases.definition import Definition
from apps.releases.definition.editing import CannotEdit, move_item
from apps.releases.definition.shapes import Json, sequence


def add_page(title: str, help: str, *, with_rest: bool = False) -> Edit:  # noqa: A002 - the key in the text
    """Add a page as the last one; ``with_rest``: it takes every field that stands on no page."""

    def edit(definition: Definition) -> str:
        page: dict[str, Json] = {"title": title, **({"help": help} if help else {})}
        page["fields"] = unplaced(definition) if with_rest else []
        return setting(PAGES, [*raw_pages(definition), page])(definition)

    return edit


def change_page(number: int, changes: Mapping[str, str]) -> Edit:
    """Change ``title`` or ``help`` of a page."""

    def edit(definition: Definition) -> str:
        _known(definition, number)
        at = below(PAGES, number)
        return all_of(*(setting(f"{at}/{key}", value or MISSING) for key, value in changes.items()))(definition)

    return edit


def move_page(number: int, index: int) -> Edit:
    """Put a page at another place among the pages."""

    def edit(definition: Definition) -> str:
        _known(definition, number)
        return move_item(definition, below(PAGES, number), index)

    return edit


def delete_page(number: int) -> Edit:
    """Take a page away; its fields go to the last page."""

    def edit(definition: Definition) -> str:
        _known(definition, number)
        fields, has_rest = placed(definition)[number], bool(unplaced(definition))
        last = len(raw_pages(definition)) - 2
        # Without a page of their own they are on the page of what stands on none, which is the last.
        falls = has_rest or last < 0 or not fields
        return all_of(setting(below(PAGES, number), MISSING), unchanged if falls else _onto_page(last, fields))(
            definition
        )

    return edit


def _onto_page(number: int, fields: list[str]) -> Edit:
    def edit(definition: Definition) -> str:
        there = sequence(raw_pages(definition)[number].get("fields"))
        return listing(below(PAGES, number, "fields"), list(dict.fromkeys([*there, *fields])))(definition)

    return edit


def _known(definition: Definition, number: int) -> None:
    if not 0 <= number < len(raw_pages(definition)):
        raise CannotEdit("There is no such page any more.")
