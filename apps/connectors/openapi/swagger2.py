"""Swagger 2.0 written as OpenAPI 3.0, as far as calling an API needs it."""

from collections.abc import Callable
from typing import Any

from apps.connectors.openapi.operations import METHODS
from apps.connectors.openapi.problems import Json, Problem
from apps.connectors.openapi.references import resolve

MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/responses/": "#/components/responses/",
    "#/parameters/": "#/components/parameters/",
}
OF_THE_SCHEMA = frozenset(
    "type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems"
    " minItems uniqueItems enum multipleOf".split()
)
FLOWS = {
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
    "implicit": "implicit",
    "password": "password",
}
EXPLODED = {"multi": True, "csv": False, "ssv": False, "tsv": False, "pipes": False}
STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}


def converted(swagger: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the document as OpenAPI 3.0 and one remark that says so."""
    components = {
        "schemas": _each(swagger.get("definitions"), lambda schema: schema),
        "responses": _each(swagger.get("responses"), _response),
        "parameters": _each(swagger.get("parameters"), _parameter),
        "securitySchemes": _each(swagger.get("securityDefinitions"), _security),
    }
    document = {
        "openapi": "3.0.3",
        "info": swagger.get("info", {}),
        "servers": _servers(swagger),
        "tags": swagger.get("tags", []),
        "paths": _each(swagger.get("paths"), lambda item: _item(swagger, item)),
        "components": {name: members for name, members in components.items() if members},
        **({"security": swagger["security"]} if "security" in swagger else {}),
    }
    return _moved(document), [Problem("This Swagger 2.0 document was converted to OpenAPI 3.0.")]


def _servers(swagger: dict[str, Any]) -> list[dict[str, str]]:
    if not swagger.get("host"):
        return []
    schemes = swagger.get("schemes")
    ordered = sorted(map(str, schemes), reverse=True) if isinstance(schemes, list) and schemes else ["https"]
    return [{"url": f"{scheme}://{swagger['host']}{swagger.get('basePath') or ''}"} for scheme in ordered]


def _item(swagger: dict[str, Any], item: Json) -> Json:
    if not isinstance(item, dict):
        return item
    shared = item.get("parameters")
    shared = shared if isinstance(shared, list) else []
    new = {key: value for key, value in item.items() if key not in (*METHODS, "parameters")}
    for method in METHODS:
        if isinstance(item.get(method), dict):
            new[method] = _operation(swagger, item[method], shared)
    return new


def _operation(swagger: dict[str, Any], given: dict[str, Any], shared: list[Json]) -> dict[str, Any]:
    own = given.get("parameters")
    described: dict[tuple[Any, Any], dict[str, Any]] = {}
    for node in [*shared, *(own if isinstance(own, list) else [])]:
        parameter = resolve(swagger, node)
        if parameter:
            described[parameter.get("in"), parameter.get("name")] = parameter
    left_out = ("parameters", "consumes", "produces", "schemes", "responses")
    new = {key: value for key, value in given.items() if key not in left_out}
    new["parameters"] = [_parameter(each) for each in described.values() if each.get("in") not in ("body", "formData")]
    body = _body(list(described.values()), given.get("consumes") or swagger.get("consumes"))
    responses = _each(given.get("responses"), _response)
    return {**new, **({"requestBody": body} if body else {}), "responses": responses}


def _body(parameters: list[dict[str, Any]], consumes: Json) -> dict[str, Any] | None:
    types = [str(each) for each in consumes] if isinstance(consumes, list) and consumes else []
    for given in parameters:
        if given.get("in") == "body":
            content = {each: {"schema": given.get("schema", {})} for each in types or ["application/json"]}
            return {"required": given.get("required") is True, "content": content}
    fields = [given for given in parameters if given.get("in") == "formData"]
    if not fields:
        return None
    schema = {
        "type": "object",
        "properties": {str(given.get("name")): _form_schema(given) for given in fields},
        "required": [str(given.get("name")) for given in fields if given.get("required") is True],
    }
    has_file = any(given.get("type") == "file" for given in fields)
    form = "multipart/form-data" if has_file else "application/x-www-form-urlencoded"
    if not schema["required"]:
        del schema["required"]
    return {"required": "required" in schema, "content": {form: {"schema": schema}}}


def _parameter(given: Json) -> Json:
    if not isinstance(given, dict) or "$ref" in given:
        return given
    new = {key: value for key, value in given.items() if key not in (*OF_THE_SCHEMA, "collectionFormat")}
    listed = given.get("collectionFormat", "csv")
    if given.get("type") == "array" and listed in EXPLODED and given.get("in") == "query":
        new |= {"style": STYLES.get(listed, "form"), "explode": EXPLODED[listed]}
    return {**new, "schema": {key: given[key] for key in OF_THE_SCHEMA if key in given}}


def _form_schema(given: dict[str, Any]) -> dict[str, Any]:
    schema = {key: given[key] for key in (*OF_THE_SCHEMA, "description") if key in given}
    return {**schema, "type": "string", "format": "binary"} if given.get("type") == "file" else schema


def _response(given: Json) -> Json:
    if not isinstance(given, dict) or "$ref" in given:
        return given
    new = {key: value for key, value in given.items() if key not in ("schema", "examples", "headers")}
    if isinstance(given.get("schema"), dict):
        new["content"] = {"application/json": {"schema": given["schema"]}}
    return {"description": "", **new}


def _security(given: Json) -> Json:
    if not isinstance(given, dict) or given.get("type") not in ("basic", "oauth2"):
        return given
    if given["type"] == "basic":
        return {"type": "http", "scheme": "basic"}
    urls = {key: given[key] for key in ("authorizationUrl", "tokenUrl") if key in given}
    flow = {**urls, "scopes": given.get("scopes", {})}
    return {"type": "oauth2", "flows": {FLOWS.get(str(given.get("flow")), "implicit"): flow}}


def _each(members: Json, change: Callable[[Json], Json]) -> dict[str, Any]:
    return {key: change(value) for key, value in members.items()} if isinstance(members, dict) else {}


def _moved(node: Json) -> Json:
    if isinstance(node, dict):
        return {key: _reference(value) if key == "$ref" else _moved(value) for key, value in node.items()}
    return [_moved(each) for each in node] if isinstance(node, list) else node


def _reference(value: Json) -> Json:
    if not isinstance(value, str):
        return _moved(value)
    return next((new + value.removeprefix(old) for old, new in MOVED.items() if value.startswith(old)), value)
