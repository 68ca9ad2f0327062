"""Comparisons of two OpenAPI documents, made in a child process: both may be a stranger's."""

import json
from collections.abc import Mapping
from typing import Any

from apps.connectors.compatibility import Change
from apps.connectors.documents import SourceRefused
from apps.connectors.openapi.problems import Problem
from apps.infra import children

TASK = "openapi.compare"
# Two of the largest documents take a second and 300 MiB.
LIMITS = children.Limits(memory_mib=1536, cpu_s=40, wall_s=60.0, answer_mib=64)

children.register_task(TASK, "apps.connectors.compatibility.worker:answer")


class ComparisonRefused(SourceRefused):
    """A text cannot be read, or the comparison cannot be made. ``which`` is "old", "new", or "" for both together."""

    def __init__(self, which: str, findings: list[Problem]) -> None:
        super().__init__(findings)
        self.which = which
        self.message = f"The {which} document cannot be read." if which else "The documents cannot be compared."
        self.args = (self.message,)


def compare_texts(old: bytes, new: bytes) -> list[Change]:
    """Compare two documents as they were written (JSON or YAML, OpenAPI or Swagger 2.0). Raises ``ComparisonRefused``.

    The changes come by operation, the worst first; see ``compatibility.compare``.
    """
    # What is not UTF-8 reaches the child as it is, which then names the line.
    return _run(old.decode("utf-8", "surrogateescape"), new.decode("utf-8", "surrogateescape"))


def compare_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Compare two documents that were read before. Raises ``ComparisonRefused``."""
    return _run(old, new)


def _run(old: Any, new: Any) -> list[Change]:
    payload = json.dumps({"old": old, "new": new}).encode("ascii")
    try:
        answer: dict[str, Any] = children.run(TASK, payload, limits=LIMITS)
    except children.ChildFailed as failed:
        raise ComparisonRefused("", [Problem(failed.sentence)]) from None
    if "problems" in answer:
        raise ComparisonRefused(answer["which"], [Problem(**problem) for problem in answer["problems"]])
    return [Change.from_dict(change) for change in answer["changes"]]
