"""Connector steps against the slots of the document and the catalogues of the pinned connector versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..document import Definition
from ..findings import Finding, did_you_mean
from ..metadata import ours
from ..shapes import Json, dig, mapping, pointer
from ..steps import CONNECTOR, Step, endpoint_of, slot_of

type Operation = Mapping[str, Any]
type Catalogue = Mapping[str, Operation]
type Catalogues = Mapping[str, Catalogue | None]

BODY = "body"


def findings(definition: Definition, catalogues: Catalogues) -> Iterator[Finding]:
    calls = [(step, slot_of(step.body)) for step in definition.steps if step.call == "openapi"]
    for step, slot in calls:
        if slot is not None:
            yield from _call(definition, catalogues, step, slot)
    for step in definition.steps:
        yield from _address(definition, step)
    yield from _slots(definition, catalogues, {slot for _, slot in calls if slot is not None})


def _call(definition: Definition, catalogues: Catalogues, step: Step, slot: str) -> Iterator[Finding]:
    at = f"{step.pointer}/with"
    declared = mapping(ours(definition.document).get("slots"))
    if slot not in declared:
        mend = did_you_mean(slot, declared, f"Declare it below metadata.slipway.slots: {slot}: {{connector, version}}.")
        yield definition.error("unknown-slot", f"{at}/document/endpoint", f"There is no slot “{slot}”.", mend)
    if dig(step.body, "with", "authentication") or dig(step.body, "with", "document", "endpoint", "authentication"):
        message = "A connector step takes its credentials from the connection of its slot."
        yield definition.error(
            "connector-authentication", f"{at}/authentication", message, "Remove the authentication."
        )
    catalogue = catalogues.get(slot)
    if catalogue is not None:
        yield from _operation(definition, step, slot, catalogue)


def _operation(definition: Definition, step: Step, slot: str, catalogue: Catalogue) -> Iterator[Finding]:
    if not step.operation:
        return
    operation = catalogue.get(step.operation)
    if operation is None:
        message = f"The connector of “{slot}” has no operation “{step.operation}”."
        mend = did_you_mean(step.operation, catalogue, "Choose an operation of the pinned connector version.")
        yield definition.error("unknown-operation", f"{step.pointer}/with/operationId", message, mend)
        return
    yield from _parameters(definition, step, operation)


def _parameters(definition: Definition, step: Step, operation: Operation) -> Iterator[Finding]:
    at, given = f"{step.pointer}/with/parameters", mapping(dig(step.body, "with", "parameters"))
    spelled = spellings(operation)
    for name in given.keys() - spelled.keys():
        yield _unknown(definition, f"{at}{pointer(name)}", step.operation, name, spelled)
    answered = {spelled[name] for name in given if name in spelled}
    for parameter in operation.get("parameters", ()):
        place = (parameter["in"], parameter["name"])
        if parameter.get("required") and place not in answered:
            message = f"{step.operation} needs the {place[0]} parameter “{place[1]}”."
            mend = f"Add {_spelling(place, spelled)}: below “parameters”."
            yield definition.error("missing-parameter", at if given else f"{step.pointer}/with", message, mend)


def spellings(operation: Operation) -> dict[str, tuple[str, str]]:
    """Every way to write a parameter, and the (place, name) that it means.

    A name that occurs twice must be written with its place ("path.id"); `body` is the request body.
    """
    places = [(parameter["in"], parameter["name"]) for parameter in operation.get("parameters", ())]
    spelled = {f"{where}.{name}": (where, name) for where, name in places}
    names = [name for _, name in places]
    spelled |= {name: (where, name) for where, name in places if names.count(name) == 1}
    return spelled | ({BODY: (BODY, BODY)} if operation.get("body") else {})


def _spelling(place: tuple[str, str], spelled: Mapping[str, tuple[str, str]]) -> str:
    return place[1] if spelled.get(place[1]) == place else f"{place[0]}.{place[1]}"


def _unknown(
    definition: Definition,
    path: str,
    operation: str,
    name: str,
    spelled: Mapping[str, tuple[str, str]],
) -> Finding:
    twice = [key for key, (_, known) in spelled.items() if known == name]
    if twice:
        message = f"“{name}” occurs more than once in {operation}."
        return definition.error("ambiguous-parameter", path, message, f"Write {' or '.join(twice)}.")
    if name == BODY:
        message = f"{operation} takes no request body."
        return definition.error("unknown-parameter", path, message, "Remove “body”.")
    names = sorted({_spelling(place, spelled) for place in spelled.values()})
    listed = f"It takes: {', '.join(names)}." if names else "It takes no parameters."
    message = f"{operation} has no parameter “{name}”."
    return definition.error("unknown-parameter", path, message, did_you_mean(name, names, listed))


def _address(definition: Definition, step: Step) -> Iterator[Finding]:
    address = endpoint_of(dig(step.body, "with", "endpoint"))
    if step.call == "http" and address.startswith(CONNECTOR):
        message = "A connector is called with “call: openapi”."
        mend = "Write call: openapi, document.endpoint: connector://<slot>, and an operationId."
        yield definition.error("connector-by-http", f"{step.pointer}/with/endpoint", message, mend)


def _slots(definition: Definition, catalogues: Catalogues, used: set[str]) -> Iterator[Finding]:
    for name, slot in mapping(ours(definition.document).get("slots")).items():
        at = f"/document/metadata/slipway/slots{pointer(name)}"
        if name not in used:
            yield definition.warning("unused-slot", at, f"No step uses the slot “{name}”.", "Remove it.")
        if name in catalogues and catalogues[name] is None:
            yield definition.warning("connector-not-built", at, _unbuilt(slot), "Build that version of the connector.")


def _unbuilt(slot: Json) -> str:
    connector, version = dig(slot, "connector"), dig(slot, "version")
    return f"There is no build of {connector} v{version}, so the steps that use it cannot be checked."
