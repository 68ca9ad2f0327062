"""A prepared call as people try it in a terminal. It holds no secret: the word SECRET stands where one goes."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from apps.connectors.calls import parts, styles
from apps.connectors.calls.plan import CallPlan
from apps.connectors.openapi.media_types import PARTS, plain

SECRET = "SECRET"  # noqa: S105 - the word that stands in its place


def curl(plan: CallPlan, body: Any = None) -> str:
    """The call as a command of curl; ``body`` is the data that the plan's body was made of."""
    pieces = [f"curl -X {plan.method} {shlex.quote(_address(plan))}", *_signed_in(plan)]
    content_type = plan.headers.get("content-type", "")
    in_parts = plain(content_type) == PARTS and isinstance(body, Mapping)
    # curl writes the type of a message of parts itself, with its own boundary.
    told = {name: value for name, value in plan.headers.items() if not (in_parts and name == "content-type")}
    pieces += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in told.items()]
    if in_parts:
        pieces += [f"-F {shlex.quote(field)}" for name, value in body.items() for field in _fields(name, value)]
    elif plan.body_is_base64 or parts.is_file(body):
        pieces.append(f"--data-binary {shlex.quote(f'@{_filename(body)}')}")
    elif plan.body is not None:
        pieces.append(f"--data-raw {shlex.quote(_readable(plan.body, content_type))}")
    return " \\\n  ".join(pieces)


def _address(plan: CallPlan) -> str:
    key = plan.scheme_options.get("query") if plan.scheme == "api_key" else None
    return f"{plan.url}{'&' if '?' in plan.url else '?'}{key}={SECRET}" if key else plan.url


def _signed_in(plan: CallPlan) -> list[str]:
    if plan.scheme == "basic":
        return [f"-u USERNAME:{SECRET}"]
    if plan.scheme in ("bearer", "oauth2_client_credentials"):
        return [f"-H 'Authorization: Bearer {SECRET}'"]
    if plan.scheme == "api_key" and "query" not in plan.scheme_options:
        prefix = plan.scheme_options.get("prefix", "")
        value = f"{prefix} {SECRET}" if prefix else SECRET
        return [f"-H {shlex.quote(f'{plan.scheme_options.get("header", "X-Api-Key")}: {value}')}"]
    return []


def _fields(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _fields(name, each)
    elif parts.is_file(value):
        yield f"{name}=@{_filename(value)}"
    elif isinstance(value, Mapping):
        yield f"{name}={parts.json_text(value)};type=application/json"
    elif value is not None:
        yield f"{name}={styles.scalar(value)}"


def _filename(value: Any) -> str:
    return str(value.get("filename") or "file") if isinstance(value, Mapping) else "file"


def _readable(body: str, content_type: str) -> str:
    if not content_type.partition(";")[0].endswith("json"):
        return body
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
