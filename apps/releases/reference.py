"""What stands beside a text: the operations it can call."""

from dataclasses import dataclass
from typing import Any

from apps.releases import selectors
from apps.releases.definition import Definition
from apps.releases.sides import LinePair, side_by_side

__all__ = ["LinePair", "Operation", "SlotOperations", "operations_of", "side_by_side"]


@dataclass(frozen=True)
class Operation:
    """One operation of a slot's connector, as a step would name it."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[str]


@dataclass(frozen=True)
class SlotOperations:
    """Everything that a slot can call; ``is_known`` is False where its connector version is not built."""

    slot: str
    connector: str
    operations: list[Operation]
    is_known: bool


def operations_of(definition: Definition) -> list[SlotOperations]:
    """Return for each slot what it can call."""
    catalogues = selectors.catalogues_for(definition)
    return [
        SlotOperations(
            name,
            f"{slot.connector} v{slot.version}",
            [_operation(key, found) for key, found in (catalogues.get(name) or {}).items()],
            catalogues.get(name) is not None,
        )
        for name, slot in definition.slots.items()
    ]


def _operation(name: str, found: Any) -> Operation:
    required = [f"{one['name']} *" for one in found.get("parameters", ()) if one.get("required")]
    optional = [one["name"] for one in found.get("parameters", ()) if not one.get("required")]
    body = ["body"] if found.get("body") else []
    return Operation(
        name,
        str(found.get("method", "")).upper(),
        str(found.get("path", "")),
        str(found.get("summary") or ""),
        [*required, *body, *optional],
    )
