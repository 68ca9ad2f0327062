"""OpenAPI documents between the database and the child process that reads them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from apps.connectors.models import Document, Operation
from apps.connectors.openapi.parcel import Parcel
from apps.connectors.openapi.problems import Problem
from apps.core.errors import Refused
from apps.infra import children

OUTLINE, BUILD = "openapi.outline", "openapi.build"
OUTLINE_PARCEL, BUILD_PARCEL = "openapi.outline_parcel", "openapi.build_parcel"
# Raised when the compiler gives another result for the same document: it is a part of the digest.
COMPILER = 3
LIMITS = children.Limits(memory_mib=1024, cpu_s=25, wall_s=45.0, answer_mib=64)

children.register_task(OUTLINE, "apps.connectors.openapi.preview:outline")
children.register_task(BUILD, "apps.connectors.openapi.worker:build")
children.register_task(OUTLINE_PARCEL, "apps.connectors.openapi.preview:outline_parcel")
children.register_task(BUILD_PARCEL, "apps.connectors.openapi.worker:build_parcel")


class SourceRefused(Refused):
    """The source cannot be built; ``findings`` say where and why, ``problems`` the same as sentences.

    ``candidates`` are the files that could be the document, where nobody said which it is.
    """

    def __init__(self, findings: list[Problem], *, candidates: Sequence[str] = ()) -> None:
        super().__init__("This document cannot be used.", problems=[finding.sentence for finding in findings])
        self.findings = findings
        self.candidates = tuple(candidates)


def read_outline(source: str) -> dict[str, Any]:
    """Return what the document says about itself (see ``openapi.outline``). Raises ``SourceRefused``."""
    outline: dict[str, Any] = _run(OUTLINE, _encoded(source))["outline"]
    return outline


def compiled(source: str) -> dict[str, Any]:
    """Return ``{"document", "operations", "findings"}`` of the text. Raises ``SourceRefused``."""
    return _run(BUILD, _encoded(source))


def compiled_parcel(parcel: Parcel) -> dict[str, Any]:
    """``compiled`` for the files of a parcel, with ``bundle``; or ``{"wanted": [paths]}``. Raises ``SourceRefused``."""
    return _run(BUILD_PARCEL, parcel.packed())


def outlined_parcel(parcel: Parcel) -> dict[str, Any]:
    """``{"outline", "operation_count", "bundle"}`` of a parcel, or ``{"wanted": […]}``. Raises ``SourceRefused``."""
    return _run(OUTLINE_PARCEL, parcel.packed())


def kept(answer: Mapping[str, Any]) -> Document:
    """Return the row of a compiled document; the same content is kept once. Call it in a transaction.

    The row is locked until its end: whoever deletes the last build that holds a document waits, and sees the next.
    """
    digest = digest_of({"compiler": COMPILER, "content": answer["document"]})
    document, is_new = (
        Document.objects.defer("content")
        .select_for_update(no_key=True)
        .get_or_create(digest=digest, defaults={"content": answer["document"], "findings": answer["findings"]})
    )
    if is_new:
        rows = enumerate(answer["operations"].items())
        Operation.objects.bulk_create(_row(document, position, *each) for position, each in rows)
    return document


def digest_of(data: Any) -> str:
    """Return the SHA-256 (hex) of data, whatever the order of its keys."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _row(document: Document, position: int, operation_id: str, data: Mapping[str, Any]) -> Operation:
    searched = (operation_id, data["method"], data["path"], data["summary"], *data["tags"])
    needs_values = any(parameter["required"] for parameter in data["parameters"])
    return Operation(
        document=document,
        position=position,
        operation_id=operation_id,
        method=data["method"],
        path=data["path"],
        summary=data["summary"],
        deprecated=data["deprecated"],
        fit_for_test=data["safe"] and not needs_values,
        searched=" ".join(searched).lower(),
        data=data,
    )


def _encoded(source: str) -> bytes:
    return source.encode("utf-8", "surrogatepass")


def _run(task: str, payload: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = children.run(task, payload, limits=LIMITS)
    except children.ChildFailed as failed:
        raise SourceRefused([Problem(f"The document could not be read. {failed.sentence}")]) from None
    if "problems" in answer:
        found = [Problem(**problem) for problem in answer["problems"]]
        raise SourceRefused(found, candidates=answer["candidates"])
    return answer
