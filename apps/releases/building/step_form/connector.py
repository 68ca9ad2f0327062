"""The form of a connector step: its connection, its operation, and what the operation takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from apps.releases.building.step_form.kinds import answer, holding, name
from apps.releases.building.step_form.schemas import parameters_of
from apps.releases.building.step_form.shapes import Kind, Shape
from apps.releases.definition import Slot
from apps.releases.definition.shapes import Json


class Api(Protocol):
    """What one slot can call."""

    @property
    def operations(self) -> Mapping[str, Mapping[str, Any]]: ...

    def document(self) -> Json:
        """The whole OpenAPI document."""


@dataclass(frozen=True)
class Apis:
    """The slots of a definition and what each can call; None for a connector version that is not built."""

    slots: Sequence[Slot]
    find: Callable[[str], Api | None]


def connector_shape(apis: Apis, *, slot: str, operation_id: str, given: Mapping[str, Json]) -> Shape:
    """What stands below ``with`` of a connector step; ``given`` are the parameters that it has."""
    choices = tuple((each.address, f"{each.title} ({each.connector} v{each.version})") for each in apis.slots)
    endpoint = name("Connection", required=True, choices=choices)
    document = holding({"endpoint": endpoint}, flat=True, required=True, is_open=True)
    return holding(
        {
            "document": document,
            "operationId": name("Operation", required=True),
            "parameters": _parameters(apis.find(slot), operation_id, given),
            **answer(),
        },
        flat=True,
        required=True,
    )


def _parameters(api: Api | None, operation_id: str, given: Mapping[str, Json]) -> Shape:
    operation = api.operations.get(operation_id) if api else None
    if api is None or operation is None:
        return Shape(Kind.OBJECT, flat=True, shown=True, is_open=True)
    members = parameters_of(operation, given, api.document)
    return holding(members, flat=True, shown=True)
