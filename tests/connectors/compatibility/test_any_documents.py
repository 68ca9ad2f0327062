"""What holds for whatever documents are compared."""

import copy
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.connectors.compatibility import compare
from apps.connectors.openapi.loading import document_in
from tests.connectors.compatibility.documents import Data, document

NAMES = st.sampled_from(["id", "name", "size", "items", "$x/y"])
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["a", "b"]), st.just([]), st.just({}))
KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, max_size=2),
    "format": st.sampled_from(["int32", "int64", "date", "uuid"]),
    "nullable": st.booleans(),
    "readOnly": st.booleans(),
    "writeOnly": st.booleans(),
    "deprecated": st.booleans(),
    "x-sunset": st.sampled_from(["2020-01-01", "2999-01-01", "soon"]),
    "x-stability-level": st.sampled_from(["alpha", "stable", "odd"]),
    "enum": st.lists(VALUES, max_size=3),
    "const": VALUES,
    "default": VALUES,
    "pattern": st.sampled_from(["^a+$", ".*"]),
    "required": st.lists(NAMES, max_size=2),
    "x-extensible-enum": st.lists(st.sampled_from(["a", "b"]), max_size=2),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2), max_size=2),
    "discriminator": st.fixed_dictionaries({"propertyName": NAMES}),
    "contentEncoding": st.sampled_from(["base64", "hex"]),
    "uniqueItems": st.booleans(),
    **{
        key: st.integers(0, 4)
        for key in ("minimum", "maximum", "maxLength", "minItems", "minContains", "multipleOf", "minLength", "maxItems")
    },
    "exclusiveMaximum": st.booleans() | st.integers(0, 4),
}
REFERENCES = st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in ("A", "B", "Gone")])
PARTS = ("items", "not", "contains", "propertyNames", "if", "then", "else", "contentSchema", "unevaluatedItems")


def _nested(inner: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    maps = {key: st.dictionaries(NAMES, inner, max_size=2) for key in ("properties", "patternProperties")}
    lists = {key: st.lists(inner, max_size=3) for key in ("oneOf", "anyOf", "allOf", "prefixItems")}
    parts = dict.fromkeys(PARTS, inner)
    other = {
        "additionalProperties": inner | st.booleans(),
        "dependentSchemas": st.dictionaries(NAMES, inner, max_size=1),
    }
    return st.fixed_dictionaries({}, optional={**KEYWORDS, **maps, **lists, **parts, **other})


SCHEMAS = st.recursive(REFERENCES | st.fixed_dictionaries({}, optional=KEYWORDS), _nested, max_leaves=6)
MEDIA = st.dictionaries(
    st.sampled_from(["application/json", "application/xml", "application/x+json; q=1", "text/plain"]),
    st.fixed_dictionaries({}, optional={"schema": SCHEMAS}),
    max_size=2,
)
PARAMETERS = st.fixed_dictionaries(
    {"name": NAMES, "in": st.sampled_from(["query", "header", "path", "cookie"])},
    optional={
        "schema": SCHEMAS,
        "content": MEDIA,
        "required": st.booleans(),
        "deprecated": st.booleans(),
        "x-sunset": KEYWORDS["x-sunset"],
        "x-stability-level": KEYWORDS["x-stability-level"],
        "style": st.sampled_from(["form", "deepObject"]),
    },
)
HEADERS = st.dictionaries(NAMES, st.fixed_dictionaries({}, optional={"schema": SCHEMAS, "required": st.booleans()}))
RESPONSES = st.dictionaries(
    st.sampled_from(["200", "201", "404", "default", "2XX"]),
    st.fixed_dictionaries({}, optional={"content": MEDIA, "headers": HEADERS}),
    max_size=3,
)
SECURITY = st.lists(st.dictionaries(NAMES, st.lists(NAMES, max_size=2), max_size=2), max_size=2)
OPERATIONS = st.fixed_dictionaries(
    {},
    optional={
        "parameters": st.lists(PARAMETERS, max_size=3),
        "requestBody": st.fixed_dictionaries({}, optional={"content": MEDIA, "required": st.booleans()}),
        "responses": RESPONSES,
        "security": SECURITY,
        "tags": st.lists(NAMES, max_size=2),
        "operationId": NAMES,
        "deprecated": st.booleans(),
        "x-sunset": KEYWORDS["x-sunset"],
        "x-stability-level": KEYWORDS["x-stability-level"],
    },
)
DOCUMENTS = st.builds(
    lambda operations, schemas, version, security: document(
        operations, version=version, components={"schemas": schemas}, security=security
    ),
    st.dictionaries(
        st.sampled_from(["GET /orders", "POST /orders", "GET /orders/{id}", "GET /orders/{name}"]), OPERATIONS
    ),
    st.dictionaries(st.sampled_from("AB"), SCHEMAS),
    st.sampled_from(["3.0.3", "3.1.0"]),
    SECURITY,
)
MIRRORED = (
    ("endpoint-added", ("api-removed-without-deprecation", "api-path-removed-without-deprecation")),
    ("response-success-status-added", ("response-success-status-removed",)),
    ("response-media-type-added", ("response-media-type-removed",)),
    ("response-header-added", ("required-response-header-removed", "optional-response-header-removed")),
    ("api-tag-added", ("api-tag-removed",)),
    ("api-security-added", ("api-security-removed",)),
)


@given(DOCUMENTS)
def test_a_document_has_no_difference_to_itself(one: Data) -> None:
    assert compare(one, copy.deepcopy(one)) == []


@given(DOCUMENTS, DOCUMENTS)
def test_any_two_documents_can_be_compared_and_always_with_the_same_result(one: Data, other: Data) -> None:
    before = copy.deepcopy((one, other))

    changes = compare(one, other)

    assert changes == compare(one, other)
    assert (one, other) == before
    assert all(change.sentence.endswith(".") and change.rule for change in changes)


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_added_one_way_is_removed_the_other_way(one: Data, other: Data) -> None:
    for each in (one, other):
        for item in each["paths"].values():
            for operation in item.values():
                operation.pop("deprecated", None)
    there = [change.rule for change in compare(one, other)]
    back = [change.rule for change in compare(other, one)]

    for added, removed in MIRRORED:
        assert there.count(added) == sum(map(back.count, removed)), added


@pytest.mark.parametrize("file", ["petstore3/new.yaml", "adyen/TransferService-v4.json", "figma/new.yaml"])
def test_a_real_document_with_parts_cut_out_or_exchanged_is_compared(shared: Path, file: str) -> None:
    real, _ = document_in((shared / "openapi" / file).read_bytes())
    chance = random.Random(file)

    for _ in range(15):
        other = copy.deepcopy(real)
        for _ in range(chance.randint(1, 30)):
            _damage(other, chance)
        assert compare(real, other) is not None
        assert compare(other, real) is not None


def _damage(node: Any, chance: random.Random) -> None:
    """Cut out or exchange something below ``node``."""
    for _ in range(chance.randint(1, 12)):
        if not isinstance(node, dict | list) or not node:
            return
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        if chance.random() < 0.15:
            node[key] = chance.choice([None, 0, "odd", [], {}, True])
            return
        node = node[key]
