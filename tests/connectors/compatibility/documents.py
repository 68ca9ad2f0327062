"""Small OpenAPI documents, told by what matters in them."""

from typing import Any

type Data = dict[str, Any]

TEXT = {"type": "string"}


def document(operations: dict[str, Data], *, version: str = "3.0.3", **rest: Any) -> Data:
    """Return a document of operations, told as ``{"GET /orders": {…}}``; ``rest`` stands at its top."""
    paths: Data = {}
    for name, operation in operations.items():
        method, path = name.split()
        paths.setdefault(path, {})[method.lower()] = {"responses": {"200": {"description": "ok"}}, **operation}
    return {"openapi": version, "info": {"title": "Orders", "version": "1"}, "paths": paths, **rest}


def taking(schema: Data, media: str = "application/json") -> Data:
    """An operation with a request body."""
    return {"requestBody": {"content": {media: {"schema": schema}}}}


def giving(schema: Data, media: str = "application/json") -> Data:
    """An operation whose response 200 has a body."""
    return {"responses": {"200": {"description": "ok", "content": {media: {"schema": schema}}}}}


def query(name: str, schema: Data = TEXT, **rest: Any) -> Data:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": schema, **rest}


def record(required: tuple[str, ...] = (), **properties: Data) -> Data:
    """An object schema."""
    return {"type": "object", "properties": properties, "required": list(required)}
