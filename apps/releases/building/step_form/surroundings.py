"""What the pure parts of the form ask from outside: the connectors of the slots, jq, and sample data."""

import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from apps.connectors.catalogue import Catalogue
from apps.connectors.models import Build
from apps.connectors.openapi.samples import sample_of
from apps.connectors.selectors import newest_build, operations_of
from apps.connectors.selectors.descriptions import document_of
from apps.infra.children import ExpressionFailed, compile_error, shared_pool
from apps.releases import reading, selectors
from apps.releases.building.step_form.answers import answer_of
from apps.releases.building.step_form.connector import Apis
from apps.releases.building.step_form.sampling import Evaluate, Here, Walk, arguments, with_samples
from apps.releases.definition import Definition
from apps.releases.definition.expressions import condition
from apps.releases.definition.shapes import Json, dig, mapping
from apps.releases.definition.steps import operation_of, slot_of

TENANT = "step form"
# What the steps before may take together; one more may begin just before that, and takes seconds at the most.
PATIENCE_S = 3.0


@dataclass(frozen=True)
class BuiltApi:
    """The newest build of the connector version that a slot pins."""

    build: Build

    @property
    def operations(self) -> Catalogue:
        return operations_of(self.build)

    def document(self) -> Json:
        """Return the whole OpenAPI document; the one that was used last is kept, for it has megabytes."""
        return _document(self.build.document_id)


@lru_cache(maxsize=3)
def _document(document_id: int) -> Json:
    # Documents are frozen, so what was read once stays true.
    return document_of(Build(document_id=document_id))


@lru_cache(maxsize=256)
def _answer(document_id: int, operation_id: str) -> Json:
    build = Build(document_id=document_id)
    operation = Catalogue("", document_id).get(operation_id)
    return answer_of(_document(build.document_id), operation) if operation else None


class Surroundings:
    """The connectors and the sample data of one definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._found: dict[str, BuiltApi | None] = {}

    @cached_property
    def apis(self) -> Apis:
        return Apis(tuple(self.definition.slots.values()), self.api)

    @cached_property
    def _versions(self) -> Mapping[str, Any]:
        return selectors.pinned_versions(self.definition)

    def api(self, slot: str) -> BuiltApi | None:
        """Return what a slot can call; None where its connector version is unknown or not built."""
        if slot not in self._found:
            version = self._versions.get(slot)
            build = newest_build(version) if version else None
            self._found[slot] = BuiltApi(build) if build else None
        return self._found[slot]

    def here(self, pointer: str, field: str) -> Here:
        """Return what an expression in a field of a step sees, with sample data."""
        document = self.definition.document
        sample = with_samples(document, self.definition.sample_input, lambda schema: sample_of({}, mapping(schema)))
        walk = Walk(self.definition, sample, evaluate=evaluator(), answer=self._answer)
        return walk.at(pointer, field)

    def _answer(self, body: dict[str, Json]) -> Json:
        api = self.api(slot_of(body) or "")
        content = _answer(api.build.document_id, operation_of(body)) if api else None
        if dig(body, "with", "output") == "response":
            return {"statusCode": 200, "headers": {}, "content": content}
        return content


def evaluator(patience_s: float = PATIENCE_S) -> Evaluate:
    """Return what evaluates jq in a child: None where it fails, and for all that comes when patience is used up."""
    left = patience_s

    def _evaluate(program: str, value: Json, variables: Mapping[str, Json]) -> Json:
        nonlocal left
        if left <= 0:
            return None
        began = time.monotonic()
        try:
            return shared_pool().evaluate_now(program, value, variables, tenant=TENANT)
        except ExpressionFailed:
            return None
        finally:
            left -= time.monotonic() - began

    return _evaluate


def tried(program: str, here: Here) -> Json:
    """Evaluate what somebody typed. Raises ``ExpressionFailed``."""
    source = condition(program)
    given = arguments(source, here)
    if problem := compile_error(source, tuple(given)):
        raise ExpressionFailed(f"This is not valid jq: {problem}")
    try:
        return shared_pool().evaluate_now(source, here.value(), given, tenant=TENANT)
    except ExpressionFailed as failed:
        raise ExpressionFailed(f"With sample data: {failed.sentence}") from None


def read_yaml(text: str) -> Json:
    """Read a part of a step that somebody typed, in a child that can be lost. Raises ``DefinitionError``."""
    return deepcopy(reading.typed(text).document)
