"""Names that are used, and must be defined somewhere else in the document."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Definition
from ..findings import Finding, did_you_mean
from ..shapes import dig, mapping

# What a step refers to, and the group of `use` that must define it.
REFERENCES = (
    (("raise", "error"), "errors"),
    (("catch", "retry"), "retries"),
    (("timeout",), "timeouts"),
    (("with", "endpoint", "authentication", "use"), "authentications"),
    (("with", "authentication", "use"), "authentications"),
)


def findings(definition: Definition) -> Iterator[Finding]:
    for step in definition.steps:
        for keys, group in REFERENCES:
            if keys[0] in step.body and isinstance(name := dig(step.body, *keys), str):
                yield from _reference(definition, f"{step.pointer}/{'/'.join(keys)}", group, name)


def _reference(definition: Definition, path: str, group: str, name: str) -> Iterator[Finding]:
    known = mapping(dig(definition.document, "use", group))
    if name not in known:
        message = f"“{name}” is not defined below “use.{group}”."
        yield definition.error(
            "unknown-reference", path, message, did_you_mean(name, known, f"Define it in use.{group}.")
        )
