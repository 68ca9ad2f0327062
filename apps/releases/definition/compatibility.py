"""Whether the answers of an installed instance still do after a change."""

from __future__ import annotations

from collections.abc import Collection

from .shapes import Json, mapping, sequence

# Changes to these keys of a field never make an earlier answer wrong.
COSMETIC = frozenset({"title", "description", "default", "examples", "$comment", "deprecated", "readOnly", "writeOnly"})
LOWER_BOUNDS = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
UPPER_BOUNDS = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})


def slot_breaks(name: str, before: dict[str, Json], after: dict[str, Json]) -> str:
    """Why instances need a person to bind a connection again, or ""."""
    if not after:
        return ""
    if not before:
        return f"The slot “{name}” is new: every instance needs a connection for it."
    if before.get("connector") != after.get("connector"):
        return f"The slot “{name}” asks for another connector: every instance needs a new connection."
    return ""


def field_breaks(name: str, before: dict[str, Json], after: dict[str, Json], *, renamed: Collection[str] = ()) -> str:
    """Why instances need a person to answer again, or "". Parts are {"field": schema, "required": bool}."""
    old, new = mapping(before.get("field")), mapping(after.get("field"))
    if not after:
        return "" if name in renamed or not before.get("field") else f"Answers to “{name}” would be lost."
    if after.get("required") and not before.get("required") and "default" not in new:
        return f"“{name}” must be answered now."
    if before and _narrows(old, new):
        return f"“{name}” accepts less than before: earlier answers may not fit."
    return ""


def _narrows(old: dict[str, Json], new: dict[str, Json]) -> bool:
    changed = (key for key in old.keys() | new.keys() if key not in COSMETIC and old.get(key) != new.get(key))
    return any(_key_narrows(key, old.get(key), new.get(key)) for key in changed)


def _key_narrows(key: str, old: Json, new: Json) -> bool:
    if new is None:
        return False
    if key in LOWER_BOUNDS or key in UPPER_BOUNDS:
        return _bound_narrows(key, old, new)
    if key == "enum":
        return old is None or any(choice not in sequence(new) for choice in sequence(old))
    if key == "type":
        return not (old == "integer" and new == "number")
    return not (key == "items" and not _narrows(mapping(old), mapping(new)))


def _bound_narrows(key: str, old: Json, new: Json) -> bool:
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return True
    return new > old if key in LOWER_BOUNDS else new < old
