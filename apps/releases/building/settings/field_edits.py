"""Edits of the fields of the configuration; each keeps schema, pages, audience and sample in step."""

from collections.abc import Mapping
from typing import Any

from apps.releases.building.settings.configuration import (
    AUDIENCE,
    CONFIG,
    FIELDS,
    MIGRATIONS,
    PAGES,
    REQUIRED,
    SAMPLE,
    SCHEMA,
    page_of,
    placed,
    raw_fields,
    raw_pages,
    required_names,
    unplaced,
)
from apps.releases.building.settings.edits import (
    MISSING,
    Edit,
    all_of,
    below,
    found,
    listing,
    setting,
    unchanged,
)
from apps.releases.building.settings.fields import written
from apps.releases.building.settings.uses import follow
from apps.releases.definition import Definition
from apps.releases.definition.editing import CannotEdit, move_item, rename_key
from apps.releases.definition.shapes import Json, mapping, sequence


def add_field(name: str, values: Mapping[str, Any], *, required: bool, by_team: bool, page: int | None) -> Edit:
    """Ask one thing more, as the last of its page."""

    def edit(definition: Definition) -> str:
        if name in raw_fields(definition):
            raise CannotEdit(f"There is a field “{name}” already.")
        field = written({}, values)
        place = all_of(_new(name, field), _required(name, wanted=required), _audience(name, by_team=by_team))
        return all_of(place, move_field(name, page))(definition)

    return edit


def change_field(name: str, changes: Mapping[str, Any], *, required: bool, by_team: bool, page: int | None) -> Edit:
    """Ask a field differently; a page other than its own takes it as its last."""

    def edit(definition: Definition) -> str:
        field = _known(definition, name)
        steps = [setting(below(FIELDS, name), written(field, changes)) if changes else unchanged]
        steps += [_required(name, wanted=required), _audience(name, by_team=by_team)]
        if page != page_of(definition, name):
            steps.append(move_field(name, page))
        return all_of(*steps)(definition)

    return edit


def delete_field(name: str) -> Edit:
    """Ask it no more; pages, audience and sample forget it too."""

    def edit(definition: Definition) -> str:
        _known(definition, name)
        return all_of(
            _required(name, wanted=False),
            _off_every_page(name),
            setting(below(AUDIENCE, name), MISSING),
            setting(below(SAMPLE, "config", name), MISSING),
            setting(below(FIELDS, name), MISSING),
        )(definition)

    return edit


def rename_field(old: str, new: str, *, in_steps: bool, migrate: bool) -> Edit:
    """Give a field another key. ``in_steps``: expressions that read it follow; ``migrate``: so do answers of today."""

    def edit(definition: Definition) -> str:
        _known(definition, old)
        if new in raw_fields(definition):
            raise CannotEdit(f"There is a field “{new}” already.")
        return all_of(
            _renamed(FIELDS, old, new),
            _named_anew(REQUIRED, old, new),
            *(_named_anew(below(PAGES, number, "fields"), old, new) for number in range(len(raw_pages(definition)))),
            _renamed(AUDIENCE, old, new),
            _renamed(below(SAMPLE, "config"), old, new),
            follow(old, new) if in_steps else unchanged,
            add_migration(old, new) if migrate else unchanged,
        )(definition)

    return edit


def add_migration(old: str, new: str) -> Edit:
    """Let answers that were given under one key be taken for another."""

    def edit(definition: Definition) -> str:
        now = sequence(found(definition.document, MIGRATIONS))
        return setting(MIGRATIONS, [*now, {"from": old, "to": new}])(definition)

    return edit


def remove_migration(old: str, new: str) -> Edit:
    """Forget that a field had another key."""

    def edit(definition: Definition) -> str:
        rows = sequence(found(definition.document, MIGRATIONS))
        places = [index for index, row in enumerate(rows) if row == {"from": old, "to": new}]
        if not places:
            raise CannotEdit("This is not here any more.")
        return setting(below(MIGRATIONS, places[0]), MISSING)(definition)

    return edit


def move_field(name: str, page: int | None, index: int | None = None) -> Edit:
    """Put a field on a page, at ``index`` among its fields, or last; None: on the page of what stands on none."""

    def edit(definition: Definition) -> str:
        _known(definition, name)
        if page is not None and page >= len(raw_pages(definition)):
            raise CannotEdit("There is no such page.")
        if page is None:
            return all_of(_off_every_page(name), _among_the_rest(name, index))(definition)
        return all_of(_off_every_page(name, but=page), _onto(name, page, index))(definition)

    return edit


def _onto(name: str, page: int, index: int | None) -> Edit:
    def edit(definition: Definition) -> str:
        names = [each for each in sequence(raw_pages(definition)[page].get("fields")) if each != name]
        shown = [each for each in placed(definition)[page] if each != name]
        at = len(names) if index is None or index >= len(shown) else names.index(shown[max(index, 0)])
        return listing(below(PAGES, page, "fields"), [*names[:at], name, *names[at:]])(definition)

    return edit


def _off_every_page(name: str, *, but: int | None = None) -> Edit:
    def edit(definition: Definition) -> str:
        steps = []
        for number, page in enumerate(raw_pages(definition)):
            names = sequence(page.get("fields"))
            if number != but and name in names:
                rest = [each for each in names if each != name]
                # A page must say its fields, if only that it has none.
                steps.append(listing(below(PAGES, number, "fields"), rest, if_empty=[]))
        return all_of(*steps)(definition)

    return edit


def _among_the_rest(name: str, index: int | None) -> Edit:
    """Fields on no page are shown in the order of the schema."""

    def edit(definition: Definition) -> str:
        rest, order = unplaced(definition), list(raw_fields(definition))
        if index is None or not 0 <= index < len(rest) or rest[index] == name:
            return definition.text
        return move_item(definition, below(FIELDS, name), order.index(rest[index]))

    return edit


def _new(name: str, field: Json) -> Edit:
    def edit(definition: Definition) -> str:
        schema = found(definition.document, SCHEMA)
        config = {"type": "object", "properties": {name: field}}
        if schema is MISSING:
            _refuse_other_input(definition)
            return setting(SCHEMA, {"type": "object", "properties": {"config": config}})(definition)
        if found(definition.document, CONFIG) is MISSING:
            return setting(CONFIG, config)(definition)
        return setting(below(FIELDS, name), field)(definition)

    return edit


def _refuse_other_input(definition: Definition) -> None:
    if "resource" in mapping(found(definition.document, "/input/schema")):
        raise CannotEdit("The input schema is loaded from elsewhere: write it out in the source first.")


def _required(name: str, *, wanted: bool) -> Edit:
    def edit(definition: Definition) -> str:
        now = required_names(definition)
        if wanted == (name in now):
            return definition.text
        return listing(REQUIRED, [*now, name] if wanted else [each for each in now if each != name])(definition)

    return edit


def _audience(name: str, *, by_team: bool) -> Edit:
    def edit(definition: Definition) -> str:
        if by_team == (definition.audience(name) == "team"):
            return definition.text
        return setting(below(AUDIENCE, name), "team" if by_team else MISSING)(definition)

    return edit


def _renamed(holder: str, old: str, new: str) -> Edit:
    def edit(definition: Definition) -> str:
        members = mapping(found(definition.document, holder))
        if old not in members:
            return definition.text
        if new in members:
            # Something that nobody asks for stands under the new key already.
            return setting(below(holder, old), MISSING)(definition)
        return rename_key(definition, below(holder, old), new)

    return edit


def _named_anew(pointer: str, old: str, new: str) -> Edit:
    def edit(definition: Definition) -> str:
        names = sequence(found(definition.document, pointer))
        places = [index for index, name in enumerate(names) if name == old]
        return all_of(*(setting(below(pointer, index), new) for index in places))(definition)

    return edit


def _known(definition: Definition, name: str) -> Json:
    fields = raw_fields(definition)
    if name not in fields:
        raise CannotEdit(f"There is no field “{name}” any more.")
    return fields[name]
