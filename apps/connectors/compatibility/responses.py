"""Compares the responses of an operation: status codes, headers and bodies."""

from apps.connectors.compatibility.bodies import compare_content
from apps.connectors.compatibility.levels import Element, Side
from apps.connectors.compatibility.reader import ANYTHING, Object, as_object
from apps.connectors.compatibility.rules import Use
from apps.connectors.compatibility.schemas import Schemas
from apps.connectors.compatibility.telling import Telling


def compare_responses(schemas: Schemas, old: Object, new: Object, telling: Telling) -> None:
    """Tell what changed between the responses of two operations."""
    before, now = _by_status(old), _by_status(new)
    for status in before:
        if status not in now:
            telling.say(f"response-{_kind(status)}-status-removed", f"The {_place(status)} is gone.", _place(status))
    for status, node in now.items():
        if status not in before:
            telling.say(f"response-{_kind(status)}-status-added", f"The {_place(status)} is new.", _place(status))
            continue
        was, is_now = schemas.old.object(before[status]), schemas.new.object(node)
        _compare_headers(schemas, was, is_now, telling, _place(status))
        compare_content(schemas, was, is_now, telling, Side.RESPONSE, _place(status))


def _compare_headers(schemas: Schemas, old: Object, new: Object, telling: Telling, place: str) -> None:
    before, now = _by_name(old), _by_name(new)
    for key, (name, node) in before.items():
        if key not in now:
            need = "required" if schemas.old.object(node).get("required") is True else "optional"
            told = f"The {need} header “{name}” of the {place} is gone."
            telling.say(f"{need}-response-header-removed", told, f"{place}, header “{name}”")
    for key, (name, node) in now.items():
        where = f"{place}, header “{name}”"
        if key in before:
            _compare_header(schemas, before[key][1], node, telling, f"the header “{name}” of the {place}", where)
        else:
            telling.say("response-header-added", f"The {place} has a new header, “{name}”.", where)


def _compare_header(
    schemas: Schemas, old_node: object, new_node: object, telling: Telling, subject: str, where: str
) -> None:
    old, new = schemas.old.object(old_node), schemas.new.object(new_node)
    was, is_now = old.get("required") is True, new.get("required") is True
    if was != is_now:
        told = "is always there now" if is_now else "is no longer always there"
        telling.say(f"response-header-became-{'required' if is_now else 'optional'}", f"T{subject[1:]} {told}.", where)
    findings = schemas.findings(old.get("schema", ANYTHING), new.get("schema", ANYTHING))
    telling.schema(findings, Use(Side.RESPONSE, Element.HEADER), subject, where)


def _by_status(operation: Object) -> Object:
    return {str(status).upper(): node for status, node in as_object(operation.get("responses")).items()}


def _by_name(response: Object) -> dict[str, tuple[str, object]]:
    """Names of headers know no capitals; the content type is told by the body."""
    found = {str(name).lower(): (str(name), node) for name, node in as_object(response.get("headers")).items()}
    found.pop("content-type", None)
    return found


def _kind(status: str) -> str:
    return "success" if status.startswith("2") else "non-success"


def _place(status: str) -> str:
    return "default response" if status == "DEFAULT" else f"response {status}"
