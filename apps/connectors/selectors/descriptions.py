"""Reads about how one operation is called: parameters, body and an example, for people."""

from dataclasses import dataclass
from typing import Any

from apps.connectors.calls import styles
from apps.connectors.calls.example import curl
from apps.connectors.calls.plan import BODY, CallRefused, CallTarget, prepare_call
from apps.connectors.calls.servers import server_of
from apps.connectors.models import Build, Document
from apps.connectors.openapi.media_types import PARTS, plain
from apps.connectors.openapi.problems import Json
from apps.connectors.openapi.samples import FORMATS, sample_at, sample_of
from apps.connectors.openapi.schemas import WORDS, Row, kind_at, look, rows_at
from apps.environments.models import EnvironmentKind

LONGEST_EXAMPLE = 20_000
# What "explode" changes nothing about.
PLAIN_KINDS = frozenset((*WORDS.values(), "number")) - {WORDS["array"]}


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter as a person reads it. ``way``: how its value travels."""

    name: str
    place: str
    kind: str
    way: str
    required: bool
    deprecated: bool
    description: str
    notes: list[str]
    example: str


@dataclass(frozen=True, slots=True)
class BodyDescription:
    """The body of an operation. ``why``: how its media type was chosen; ``rows``: the schema ``at``, opened once."""

    content_type: str
    why: str
    kind: str
    at: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Description:
    """One operation of a build. ``server`` is named where the document has one of its own; ``example`` may be empty."""

    parameters: list[ParameterRow]
    body: BodyDescription | None
    server: str
    server_note: str
    example: str
    example_note: str


def description_of(build: Build, operation_id: str, operation: dict[str, Any], *, at: str = "") -> Description | None:
    """Describe an operation; ``at`` opens another part of its body's schema. None if there is no such part."""
    document = document_of(build)
    at = at or operation.get("body_at", "")
    if at and not is_schema(document, at) and at != operation.get("body_at"):
        return None
    usual = build.server_for(EnvironmentKind.DEVELOPMENT) or build.server_for(EnvironmentKind.PRODUCTION)
    example, note = _example(build, operation_id, operation, document, server_of(operation, usual))
    own = operation.get("servers") or [""]
    is_used = bool(own[0]) and server_of(operation, usual) != usual
    return Description(
        parameters=[_parameter(each) for each in operation["parameters"]],
        body=_body(operation, document, at) if operation["body"] else None,
        server=own[0],
        server_note="" if is_used else "not used: secrets stay with the connector's own server",
        example=example,
        example_note=note,
    )


def rows_in(build: Build, at: str) -> list[Row] | None:
    """Return the members of the schema at a JSON pointer; None if there is no schema there."""
    document = document_of(build)
    return rows_at(document, at) if is_schema(document, at) else None


def document_of(build: Build) -> Json:
    """Return the whole OpenAPI document of a build: megabytes, for large APIs."""
    return Document.objects.values_list("content", flat=True).get(pk=build.document_id)


def is_schema(document: Json, at: str) -> bool:
    """Tell whether a JSON pointer names an object of the document, below its paths or components."""
    return at.startswith(("/paths/", "/components/")) and isinstance(look(document, at), dict)


def _parameter(given: dict[str, Any]) -> ParameterRow:
    example = given.get("example")
    return ParameterRow(
        name=given["name"],
        place=given["in"],
        kind=given.get("kind", ""),
        way=_way(given),
        required=given["required"],
        deprecated=given.get("deprecated", False),
        description=given.get("description", ""),
        notes=given.get("notes", []),
        example=""
        if example is None
        else styles.scalar(example)
        if not isinstance(example, (dict, list))
        else str(example),
    )


def _way(given: dict[str, Any]) -> str:
    if "content_type" in given:
        return f"as {given['content_type']}"
    apart = ", each member for itself" if styles.explodes(given) and given.get("kind") not in PLAIN_KINDS else ""
    return f"{styles.style_of(given)}{apart}" + (
        ", reserved characters as they are" if given.get("allowReserved") else ""
    )


def _body(operation: dict[str, Any], document: Json, at: str) -> BodyDescription:
    return BodyDescription(
        content_type=operation["content_type"],
        why=_why(list(operation.get("other_types", {}))),
        kind=kind_at(document, at),
        at=at,
        rows=rows_at(document, at),
    )


def _why(others: list[str]) -> str:
    if not others:
        return ""
    told = f"The document offers {', '.join(others)}, too; Slipway takes JSON first, then forms, parts and text."
    in_parts = any(plain(name) == PARTS for name in others)
    return f"{told} A body with a file travels as {PARTS}." if in_parts else told


def _example(
    build: Build, operation_id: str, operation: dict[str, Any], document: Json, server: str
) -> tuple[str, str]:
    values = {
        f"{each['in']}.{each['name']}": _value(each, document) for each in operation["parameters"] if each["required"]
    }
    body = _sample_body(operation, document) if operation["body"] and operation["body_required"] else None
    target = CallTarget(
        operation_id=operation_id,
        operation=operation,
        server_url=server,
        scheme=build.configuration["scheme"],
        scheme_options=build.configuration["scheme_options"],
    )
    try:
        plan = prepare_call(target, values | ({BODY: body} if body is not None else {}))
    except CallRefused as refused:
        return "", " ".join([refused.message, *refused.problems])
    return curl(plan, body)[:LONGEST_EXAMPLE], ""


def _sample_body(operation: dict[str, Any], document: Json) -> Any:
    found = sample_at(document, operation["body_at"])
    # Media types of files are often named without a schema.
    return FORMATS["binary"] if found is None else found


def _value(given: dict[str, Any], document: Json) -> Any:
    """A value for a parameter: its example, or its name, so that one sees where it goes."""
    if given.get("example") is not None:
        return given["example"]
    made = sample_of(document, given["schema"])
    return given["name"].upper() if made in (None, "text") else made
