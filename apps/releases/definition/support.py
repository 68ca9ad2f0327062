"""What the workflow language knows and Slipway does not run: refused at deployment, by name."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import Finding
from .metadata import ours
from .shapes import Json, dig, mapping, pointer
from .source import Source
from .steps import Step, slot_of

LATER = "Leave it out, or keep this release undeployed until Slipway runs it."
CONNECT = "Use a connector step: connector://<slot>, and bind a connection to the slot."
# Task kinds and the calls that are not run, with the way around them.
TASKS = {
    "fork": "Put the steps one after the other.",
    "emit": "Call the receiver with a connector step.",
    "listen": "Start the integration by its schedule instead.",
}
RUNS = {
    "container": "",
    "script": "",
    "shell": "",
    "workflow": "Copy the steps of the other integration into this one.",
}
CALLS = {"grpc": "", "asyncapi": "", "mcp": "", "a2a": ""}
AUTHENTICATIONS = ("digest", "oauth2", "oidc")
USED = ("extensions", "functions", "catalogs", "secrets")


def unsupported(source: Source) -> list[Finding]:
    """One warning per use of something that is understood but cannot be deployed."""
    return [_refusal(source, feature, path, mend) for feature, path, mend in _features(source)]


def _refusal(source: Source, feature: str, path: str, mend: str) -> Finding:
    code = f"unsupported-{feature.replace(' ', '-')}"
    return source.warning(code, path, f"“{feature}” is understood, but cannot be deployed.", mend or LATER)


type Feature = tuple[str, str, str]


def _features(source: Source) -> Iterator[Feature]:
    document = source.document
    for name in USED:
        if dig(document, "use", name):
            yield f"use {name}", f"/use/{name}", CONNECT if name == "secrets" else ""
    for name, policy in mapping(dig(document, "use", "retries")).items():
        yield from _retry(policy, pointer("use", "retries", name))
    for name, policy in mapping(dig(document, "use", "authentications")).items():
        yield from _authentication(policy, pointer("use", "authentications", name))
    yield from _of_document(document)
    for step in source.steps:
        yield from _of_step(step)


def _of_document(document: Json) -> Iterator[Feature]:
    if "timeout" in mapping(document):
        yield "timeout", "/timeout", ""
    for name in ("after", "on"):
        if name in mapping(dig(document, "schedule")):
            yield f"schedule {name}", f"/schedule/{name}", "Use cron or every."
    if dig(document, "evaluate", "language") not in (None, "jq"):
        yield "evaluate language", "/evaluate/language", "Write the expressions in jq."
    if dig(document, "evaluate", "mode") == "loose":
        yield "evaluate loose", "/evaluate/mode", "Write expressions in ${ }."
    if "webhook" in ours(document):
        yield "webhook", "/document/metadata/slipway/webhook", ""
    yield from _schemas(document, "")


def _of_step(step: Step) -> Iterator[Feature]:
    body, at = step.body, step.pointer
    if step.kind in TASKS:
        yield step.kind, f"{at}/{step.kind}", TASKS[step.kind]
    for name in RUNS.keys() & mapping(body.get("run")).keys():
        yield f"run {name}", f"{at}/run/{name}", RUNS[name]
    if "timeout" in body:
        yield "timeout", f"{at}/timeout", ""
    if step.kind == "call":
        yield from _of_call(step)
    yield from _retry(dig(body, "catch", "retry"), f"{at}/catch/retry")
    yield from _schemas(body, at)


def _of_call(step: Step) -> Iterator[Feature]:
    at = f"{step.pointer}/with"
    if step.call in CALLS:
        yield f"call {step.call}", f"{step.pointer}/call", CALLS[step.call]
    elif step.call not in ("http", "openapi"):
        yield "call function", f"{step.pointer}/call", "Write the steps of the function here."
    elif step.call == "openapi" and slot_of(step.body) is None:
        yield "openapi document", f"{at}/document/endpoint", CONNECT
    for below in ("endpoint/authentication", "document/endpoint/authentication", "authentication"):
        yield from _authentication(dig(step.body, "with", *below.split("/")), f"{at}/{below}")


def _authentication(policy: Json, at: str) -> Iterator[Feature]:
    for name in AUTHENTICATIONS:
        if name in mapping(policy):
            yield f"authentication {name}", f"{at}/{name}", CONNECT
    for name in ("basic", "bearer"):
        if "use" in mapping(dig(policy, name)):
            yield "authentication secret", f"{at}/{name}/use", CONNECT


def _retry(policy: Json, at: str) -> Iterator[Feature]:
    if "duration" in mapping(dig(policy, "limit", "attempt")):
        yield "attempt duration", f"{at}/limit/attempt/duration", "Limit all attempts together: limit.duration."


def _schemas(body: Json, at: str) -> Iterator[Feature]:
    for name in ("input", "output", "export"):
        schema = mapping(dig(body, name, "schema"))
        if "resource" in schema:
            yield "schema resource", f"{at}/{name}/schema/resource", "Write the schema below “document”."
        if schema.get("format", "json") not in ("json", "json:2020-12"):
            yield "schema format", f"{at}/{name}/schema/format", "Write a JSON schema."
