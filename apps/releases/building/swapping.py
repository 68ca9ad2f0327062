"""Another connector for a slot: what it offers, what is proposed for each step, and the one edit that swaps it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from apps.connectors.models import Build, ConnectorVersion
from apps.connectors.selectors import newest_build, version_named
from apps.core.badges import Badge
from apps.releases.building.step_form.schemas import KINDS, schema_shape
from apps.releases.building.step_form.shapes import Kind
from apps.releases.building.step_form.surroundings import BuiltApi
from apps.releases.definition import Definition, Slot, Step
from apps.releases.definition.editing import CannotEdit, put_all
from apps.releases.definition.linting.operations import BODY, spellings
from apps.releases.definition.metadata import ours
from apps.releases.definition.shapes import Json, dig, mapping, pointer, sequence
from apps.releases.definition.swapping import (
    Field,
    Fit,
    Given,
    Operation,
    Proposal,
    fields_for,
    given_by,
    proposals,
    swapped,
    users_of,
)

SLOTS = "/document/metadata/slipway/slots"
TYPES = {Kind.NAMES: "object", Kind.ANY: ""}
BADGES = {
    Fit.GOOD: Badge("Good match", "Name and shape are much the same. Look at it all the same.", "green", "check"),
    Fit.UNSURE: Badge("Unsure", "Some words or fields agree: look whether it does the same.", "amber", "help-circle"),
    Fit.NONE: Badge("No match", "Nothing comes near. Choose an operation, or decide later.", "gray", "circle-off"),
}


@dataclass(frozen=True)
class SwapStep:
    """A step that calls through the slot: what it hands over, and the operations that come nearest to its own."""

    step: Step
    given: list[Given]
    proposals: list[Proposal]

    @property
    def best(self) -> Proposal | None:
        best = self.proposals[0] if self.proposals else None
        return best if best and best.fit is not Fit.NONE else None

    def fit_of(self, operation: str) -> Fit:
        """How well an operation fits; NONE for one that is not among the nearest."""
        return next((each.fit for each in self.proposals if each.operation.name == operation), Fit.NONE)


@dataclass(frozen=True)
class Answer:
    """What was decided for a step: an operation, and for each value the key of its field, "" to leave it out."""

    operation: str
    fields: Mapping[str, str]


class Swap:
    """A slot that shall be served by another connector version, which is built."""

    def __init__(self, definition: Definition, slot: Slot, build: Build) -> None:
        self.definition, self.slot, self.build = definition, slot, build
        self.version = build.version

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """What the other connector offers, by name, in the order of its document."""
        api = BuiltApi(self.build)
        return {name: offered(api, name, found) for name, found in api.operations.items()}

    @cached_property
    def steps(self) -> list[SwapStep]:
        """The steps that call through the slot, in the order of the text."""
        known = cache(partial(_known, _api_of(self.slot)))
        asked: dict[tuple[str, ...], list[Proposal]] = {}
        return [self._step(step, known, asked) for step in users_of(self.definition.steps, self.slot.name)]

    def fields_of(self, operation: str) -> tuple[Field, ...]:
        """What an operation of the other connector takes."""
        found = self.operations.get(operation)
        return found.fields if found else ()

    def proposed(self, step: SwapStep, operation: str) -> dict[str, str]:
        """Return for each value of a step the field of an operation that is proposed for it."""
        return fields_for(step.given, self.fields_of(operation))

    def did(self) -> str:
        """Say what an edit does."""
        old = version_named(self.slot.connector, self.slot.version)
        if old is None or old.connector_id == self.version.connector_id:
            return f"Swapped {old or self.slot.connector} for {self.version}"
        return f"Swapped {old.connector} for {self.version.connector}"

    def edit(self, answers: Mapping[str, Answer]) -> Callable[[Definition], str]:
        """Return the edit that swaps the connector, and the operations of the steps by their pointers.

        A step without an answer keeps its operation: the linter says what it lacks.
        """

        def edit(definition: Definition) -> str:
            at = f"{SLOTS}{pointer(self.slot.name)}"
            old = mapping(mapping(ours(definition.document).get("slots")).get(self.slot.name))
            if not old:
                raise CannotEdit(f"There is no connection “{self.slot.name}” any more.")
            pinned = {"connector": self.version.connector.slug, "version": self.version.number}
            steps = {step.pointer: step for step in definition.steps}
            changed = {f"{where}/with": _with(steps, where, answer) for where, answer in answers.items()}
            return put_all(definition, {at: {**old, **pinned}, **changed})

        return edit

    def _step(
        self, step: Step, known: Callable[[str], Operation | None], asked: dict[tuple[str, ...], list[Proposal]]
    ) -> SwapStep:
        old = known(step.operation)
        given = given_by(step, old)
        same = (step.operation, *(each.key for each in given))
        if same not in asked:
            asked[same] = proposals(step.operation, old, given, list(self.operations.values()))
        return SwapStep(step, given, asked[same])


def built_versions(slot: Slot) -> QuerySet[ConnectorVersion]:
    """Return what a slot may be swapped to: every version that is built and out of the bin, but its own."""
    found = ConnectorVersion.objects.filter(Exists(Build.objects.filter(version=OuterRef("pk"))), binned_at=None)
    own = {"connector__slug": slot.connector, "number": slot.version}
    return found.exclude(**own).select_related("connector").order_by("connector__name", "-number")


def swap_of(definition: Definition, slot: Slot, version: ConnectorVersion) -> Swap | None:
    """Return the swap to a version, None where it is not built."""
    build = newest_build(version)
    return Swap(definition, slot, build) if build else None


def offered(api: BuiltApi, name: str, found: Mapping[str, Any]) -> Operation:
    """An operation as a swap compares it."""
    spelled = spellings(found)
    parameters = tuple(_parameter(each, spelled) for each in sequence(found.get("parameters")))
    body = cache(partial(_body, api, found)) if found.get("body") else tuple
    words = (str(found.get("method") or ""), str(found.get("path") or ""), str(found.get("summary") or ""))
    return Operation(name, *words, parameters, body)


def _known(api: BuiltApi | None, name: str) -> Operation | None:
    found = api.operations.get(name) if api else None
    return offered(api, name, found) if api and found else None


def _api_of(slot: Slot) -> BuiltApi | None:
    version = version_named(slot.connector, slot.version)
    build = newest_build(version) if version else None
    return BuiltApi(build) if build else None


def _parameter(parameter: Mapping[str, Any], spelled: Mapping[str, tuple[str, str]]) -> Field:
    place = (parameter["in"], parameter["name"])
    name = place[1] if spelled.get(place[1]) == place else f"{place[0]}.{place[1]}"
    kind = KINDS.get(str(mapping(parameter.get("schema")).get("type")), Kind.ANY)
    return Field(name, False, _type(kind), parameter.get("required") is True)


def _body(api: BuiltApi, found: Mapping[str, Any]) -> tuple[Field, ...]:
    at = found.get("body_at") or ""
    members = schema_shape(api.document, at).members() if at else {}
    fields = [Field(name, True, _type(shape.kind), shape.required) for name, shape in members.items()]
    return (*fields, Field("", in_body=True))


def _type(kind: Kind) -> str:
    return TYPES.get(kind, str(kind))


def _with(steps: Mapping[str, Step], where: str, answer: Answer) -> Json:
    step = steps.get(where)
    if step is None:
        raise CannotEdit("A step is not here any more: it was moved, renamed or deleted. Open the page anew.")
    values = [(answer.fields.get(given.key, ""), given.value) for given in given_by(step)]
    return dig(swapped(step.body, answer.operation, [(key, value) for key, value in values if key]), "with")


__all__ = ["BADGES", "BODY", "Answer", "Swap", "SwapStep", "built_versions", "swap_of"]
