"""Several files become one document whose references still are references."""

from textwrap import dedent
from typing import Any

import pytest

from apps.connectors.openapi import worker
from apps.connectors.openapi.bundling import bundled
from apps.connectors.openapi.leading import path_of
from apps.connectors.openapi.parcel import Parcel
from apps.connectors.openapi.problems import Problem, Unreadable

MAIN = """\
    openapi: 3.0.3
    info: {title: Shop, version: "1"}
    paths:
      /orders:
        $ref: paths/orders.yaml
      /orders/{id}:
        $ref: "paths/order%20one.yaml"
    components:
      schemas:
        Customer: {$ref: schemas/customer.yaml}
"""
ORDERS = """\
    get:
      operationId: listOrders
      parameters:
        - $ref: ../common.yaml#/parameters/limit
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: array, items: {$ref: ../schemas/order.yaml}}}}
        default: {$ref: "../common.yaml#/responses/Problem"}
    post:
      requestBody: {$ref: ../common.yaml#/bodies/order}
      responses: {"201": {description: made}}
"""
ORDER = """\
    get:
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: ../schemas/order.yaml}}}}}
"""
SCHEMA = """\
    type: object
    properties:
      parent: {$ref: order.yaml}
      customer: {$ref: customer.yaml}
      lines: {type: array, items: {$ref: "#/definitions/line~1item"}}
    definitions:
      line/item: {type: object, properties: {order: {$ref: "#"}}}
"""
CUSTOMER = """\
    type: object
    properties: {orders: {type: array, items: {$ref: ./order.yaml}}}
    example: {$ref: not a reference}
"""
COMMON = """\
    parameters:
      limit: {name: limit, in: query, schema: {type: integer}}
    responses:
      Problem: {description: no, content: {application/json: {schema: {$ref: "#/schemas/Problem"}}}}
    bodies:
      order: {content: {application/json: {schema: {$ref: schemas/order.yaml}}}}
    schemas:
      Problem: {type: object}
"""
FILES = {
    "openapi.yaml": MAIN,
    "paths/orders.yaml": ORDERS,
    "paths/order one.yaml": ORDER,
    "schemas/order.yaml": SCHEMA,
    "schemas/customer.yaml": CUSTOMER,
    "common.yaml": COMMON,
}


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    return {path: dedent(text).encode() for path, text in files.items()}


def document_of(files: dict[str, str], entry: str = "openapi.yaml") -> Any:
    return bundled(encoded(files), entry).document


def problems_of(files: dict[str, str], entry: str = "openapi.yaml") -> list[Problem]:
    with pytest.raises(Unreadable) as refused:
        bundled(encoded(files), entry)
    return list(refused.value.problems)


def with_schema(reference: str, **files: str) -> dict[str, str]:
    main = f"""\
    openapi: 3.0.3
    info: {{title: Small, version: "1"}}
    paths:
      /x:
        get:
          responses:
            "200": {{description: ok, content: {{application/json: {{schema: {{$ref: "{reference}"}}}}}}}}
    """
    return {"openapi.yaml": main, **{path.replace("__", "/") + ".yaml": text for path, text in files.items()}}


def test_pieces_become_components_and_references_stay() -> None:
    document = document_of(FILES)

    listed = document["paths"]["/orders"]["get"]
    assert listed["parameters"] == [{"$ref": "#/components/parameters/limit"}]
    assert listed["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
    schema = listed["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"type": "array", "items": {"$ref": "#/components/schemas/order"}}
    assert document["paths"]["/orders"]["post"]["requestBody"] == {"$ref": "#/components/requestBodies/order"}
    components = document["components"]
    assert {kind: sorted(names) for kind, names in components.items()} == {
        "schemas": ["Customer", "Problem", "order"],
        "parameters": ["limit"],
        "responses": ["Problem"],
        "requestBodies": ["order"],
    }
    order = components["schemas"]["order"]
    assert order["properties"]["parent"] == {"$ref": "#/components/schemas/order"}
    assert order["properties"]["customer"] == {"$ref": "#/components/schemas/Customer"}
    assert order["properties"]["lines"]["items"] == {"$ref": "#/components/schemas/order/definitions/line~1item"}
    assert order["definitions"]["line/item"]["properties"]["order"] == {"$ref": "#/components/schemas/order"}
    assert components["schemas"]["Customer"]["example"] == {"$ref": "not a reference"}


def test_a_bundle_builds_like_any_document_and_names_are_stable() -> None:
    first, second = (
        worker.build_parcel(Parcel("files", "openapi.yaml", encoded(files)).packed())
        for files in (FILES, dict(reversed(FILES.items())))
    )

    assert list(first["operations"]) == ["listOrders", "postOrders", "getOrder"]
    assert first["document"] == second["document"]
    assert first["bundle"] == {**second["bundle"], "files": first["bundle"]["files"]}
    assert sorted(first["bundle"]["files"]) == sorted(FILES)
    assert "points to nothing" not in str(first["findings"])


def test_files_that_are_not_there_yet_are_wanted_step_by_step() -> None:
    known, rounds = {"openapi.yaml": FILES["openapi.yaml"]}, []
    while wanted := bundled(encoded(known), "openapi.yaml").wanted:
        rounds.append(sorted(wanted))
        known |= {path: FILES[path] for path in wanted}

    assert rounds == [
        ["paths/order one.yaml", "paths/orders.yaml", "schemas/customer.yaml"],
        ["common.yaml", "schemas/order.yaml"],
    ]


def test_the_same_name_twice_is_told_apart() -> None:
    files = with_schema(
        "a/thing.yaml", a__thing="properties: {b: {$ref: ../b/thing.yaml}, c: {$ref: 'index.yaml#/thing'}}"
    )
    files |= {"b/thing.yaml": "type: string", "a/index.yaml": "thing: {type: number}"}

    assert document_of(files)["components"]["schemas"] == {
        "thing": {
            "properties": {
                "b": {"$ref": "#/components/schemas/thing_thing"},
                "c": {"$ref": "#/components/schemas/index_thing"},
            }
        },
        "thing_thing": {"type": "string"},
        "index_thing": {"type": "number"},
    }


def test_whole_sections_may_stand_in_files_of_their_own() -> None:
    files = {
        "api.yaml": """\
            openapi: 3.1.0
            info: {$ref: info.yaml}
            paths: {$ref: paths.yaml}
            components: {schemas: {$ref: schemas/_index.yaml}, x-own: {a: 1}}
        """,
        "info.yaml": "title: Split",
        "paths.yaml": "/a: {get: {responses: {'200': {$ref: 'api.yaml#/components/schemas/B'}}}}",
        "schemas/_index.yaml": """\
            A: {$ref: a.yaml}
            B: {type: object, properties: {a: {$ref: '#/A'}}}
            C: {$ref: '#/B'}
        """,
        "schemas/a.yaml": """\
            type: object
            properties: {b: {$ref: '_index.yaml#/B'}, x: {$ref: '#/properties/b'}}
        """,
    }

    document = document_of(files, "api.yaml")

    assert document["info"]["title"] == "Split"
    assert document["paths"]["/a"]["get"]["responses"]["200"] == {"$ref": "#/components/schemas/B"}
    assert document["components"] == {
        "x-own": {"a": 1},
        "schemas": {
            "A": {
                "type": "object",
                "properties": {
                    "b": {"$ref": "#/components/schemas/B"},
                    "x": {"$ref": "#/components/schemas/B"},
                },
            },
            "B": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}},
            "C": {"$ref": "#/components/schemas/B"},
        },
    }


def test_swagger_of_several_files_is_converted_afterwards() -> None:
    files = {
        "swagger.json": """{"swagger": "2.0", "info": {"title": "Old", "version": "1"}, "host": "old.example",
            "paths": {"/pets": {"get": {"parameters": [{"$ref": "parts.json#/limit"}],
            "responses": {"200": {"description": "ok", "schema": {"$ref": "parts.json#/Pet"}}}}}}}""",
        "parts.json": """{"limit": {"name": "limit", "in": "query", "type": "integer"},
            "Pet": {"type": "object", "properties": {"next": {"$ref": "#/Pet"}}}}""",
    }

    answer = worker.build_parcel(Parcel("files", "swagger.json", encoded(files)).packed())

    assert answer["document"]["components"]["schemas"]["Pet"]["properties"]["next"] == {
        "$ref": "#/components/schemas/Pet"
    }
    assert [each["name"] for each in answer["operations"]["getPets"]["parameters"]] == ["limit"]


def test_mappings_of_discriminators_follow_their_files() -> None:
    animal = """
      oneOf: [{$ref: dog.yaml}]
      discriminator: {propertyName: kind, mapping: {dog: ./dog.yaml, cat: Cat}}
    """

    document = document_of(with_schema("animal.yaml", animal=animal, dog="type: object"))

    assert document["components"]["schemas"]["animal"]["discriminator"]["mapping"] == {
        "dog": "#/components/schemas/dog",
        "cat": "Cat",
    }


def test_a_property_may_be_called_like_a_place_of_references() -> None:
    schema = "properties: {responses: {$ref: order.yaml}, $ref: {type: string}, parameters: {$ref: order.yaml}}"

    document = document_of(with_schema("a.yaml", a=schema, order="type: object"))

    assert document["components"]["schemas"]["a"]["properties"] == {
        "responses": {"$ref": "#/components/schemas/order"},
        "$ref": {"type": "string"},
        "parameters": {"$ref": "#/components/schemas/order"},
    }


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("http://127.0.0.1:1/x.yaml", "leads to another place"),
        ("https://example.com/x.yaml#/A", "leads to another place"),
        ("file:///etc/passwd", "leads to another place"),
        ("FILE:/etc/passwd", "leads to another place"),
        ("//example.com/x.yaml", "leads to another place"),
        ("C:/x.yaml", "leads to another place"),
        ("/etc/passwd", "is an absolute path"),
        ("%2Fetc%2Fpasswd", "is an absolute path"),
        ("../x.yaml", "leads out of the source's folder"),
        ("a/../../x.yaml", "leads out of the source's folder"),
        ("%2e%2e/x.yaml", "leads out of the source's folder"),
        ("..\\\\x.yaml", "holds a backslash"),
        ("other.yaml#/nothing", "points to nothing in “other.yaml”"),
        ("other.yaml#anchor", "names an anchor"),
        ("circle.yaml", "leads in a circle"),
    ],
)
def test_a_reference_to_elsewhere_is_refused_with_file_line_and_remedy(reference: str, why: str) -> None:
    files = with_schema("middle.yaml", other="type: object", circle="$ref: round.yaml", round="$ref: circle.yaml")
    files["middle.yaml"] = f'type: object\nproperties:\n  a: {{$ref: "{reference}"}}\n'

    problem = problems_of(files)[0]

    assert why in problem.message
    assert problem.mend
    if "circle" not in reference and "\\" not in reference:
        assert problem.place == "middle.yaml, line 3"


def test_path_items_that_repeat_each_other_end() -> None:
    files = {
        "openapi.yaml": "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {/a: {$ref: a.yaml}}",
        "a.yaml": "get: {callbacks: {x: {'{$url}': {$ref: a.yaml}}}, responses: {}}",
    }

    assert "leads in a circle" in problems_of(files)[0].message


def test_what_grows_by_repeating_is_stopped() -> None:
    item = "get:\n  responses: {}\n  x:\n" + "".join(f"    k{n}: [1]\n" for n in range(3_000))
    paths = "".join(f"  /p{n}: {{$ref: item.yaml}}\n" for n in range(1_000))
    files = {"openapi.yaml": f"openapi: 3.0.3\ninfo: {{title: A, version: '1'}}\npaths:\n{paths}", "item.yaml": item}

    assert "grows too large" in problems_of(files)[0].message


def test_more_than_two_hundred_files_are_refused() -> None:
    paths = "".join(f"  /p{n}: {{$ref: p{n}.yaml}}\n" for n in range(300))
    files = {"openapi.yaml": f"openapi: 3.0.3\ninfo: {{title: A, version: '1'}}\npaths:\n{paths}"}

    assert "more than 200 files" in problems_of(files)[0].message


def test_a_broken_piece_is_named() -> None:
    (problem,) = problems_of(with_schema("broken.yaml", broken="type: [\nobject"))

    assert problem.place.startswith("broken.yaml, line ")


def test_a_document_of_one_file_is_left_as_it_is() -> None:
    text = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {/a: {get: {x-a: {$ref: '#/paths'}}}}"

    bundle = bundled(encoded({"a.yaml": text}), "a.yaml")

    assert bundle.document["paths"] == {"/a": {"get": {"x-a": {"$ref": "#/paths"}}}}
    assert list(bundle.files) == ["a.yaml"]


@pytest.mark.parametrize(
    ("base", "reference", "path"),
    [
        ("openapi.yaml", "schemas/a.yaml#/x", "schemas/a.yaml"),
        ("a/b/c.yaml", "../d.yaml", "a/d.yaml"),
        ("a/b/c.yaml", "./../../d.yaml", "d.yaml"),
        ("a.yaml", "sch%C3%A9ma.yaml", "schéma.yaml"),
        ("a.yaml", "./a.yaml#/x", "a.yaml"),
    ],
)
def test_paths_are_read_from_the_file_that_refers(base: str, reference: str, path: str) -> None:
    assert path_of(base, reference) == (path, "")
