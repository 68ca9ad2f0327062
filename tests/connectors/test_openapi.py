"""Reading and compiling documents of strangers, without a database."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from apps.connectors.openapi import preview, worker
from apps.connectors.openapi.problems import Problem

DESCRIBED = {"schema": {"type": "string"}, "kind": "text", "notes": []}
SMALL = """\
    openapi: 3.0.3
    info: {title: Small, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          operationId: getOrder
          summary: One order
          parameters: [{$ref: "#/components/parameters/Expand"}]
          responses: {"200": {description: ok}}
        put:
          requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
          responses: {"200": {description: ok}}
    components:
      parameters:
        Expand: {name: expand, in: query, schema: {type: array}}
      schemas:
        Order: {type: object, properties: {parent: {$ref: "#/components/schemas/Order"}}}
"""


def build(text: str) -> dict[str, Any]:
    return worker.build(dedent(text).encode())


def problem_of(text: str) -> Problem:
    return Problem(**build(text)["problems"][0])


def test_operations_hold_what_a_call_needs_and_schemas_keep_their_references() -> None:
    operations = build(SMALL)["operations"]

    assert operations["getOrder"] == {
        "method": "GET",
        "path": "/orders/{id}",
        "summary": "One order",
        "tags": [],
        "parameters": [
            {"name": "id", "in": "path", "required": True, **DESCRIBED},
            {
                "name": "expand",
                "in": "query",
                "required": False,
                "schema": {"type": "array"},
                "kind": "list",
                "notes": [],
            },
        ],
        "body": False,
        "body_required": False,
        "content_type": "",
        "encoding": {},
        "other_types": {},
        "body_at": "",
        "accept": "application/json",
        "servers": [],
        "safe": True,
        "deprecated": False,
    }
    order = build(SMALL)["document"]["components"]["schemas"]["Order"]
    assert order["properties"]["parent"] == {"$ref": "#/components/schemas/Order"}


def test_an_operation_without_id_gets_one_and_a_remark() -> None:
    answer = build(SMALL)

    assert list(answer["operations"]) == ["getOrder", "putOrdersId"]
    assert [finding["message"] for finding in answer["findings"]] == [
        "This operation has no id; Slipway calls it “putOrdersId”."
    ]


def test_yaml_is_read_as_version_1_2() -> None:
    text = SMALL.replace("title: Small", "title: on").replace('version: "1"', "version: 2026-01-01, x-number: 010")

    info = build(text)["document"]["info"]

    assert info == {"title": "on", "version": "2026-01-01", "x-number": 10}


NOT_OPENAPI = "This is not an OpenAPI document that Slipway reads: neither “openapi” nor “swagger” names a version."
BAD_YAML = "This cannot be read as YAML:"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("openapi: 3.0.0\npaths: [\n", "line 3, column 1", f"{BAD_YAML} did not find expected node content."),
        ('{"openapi": "3.0.0", "paths": ', "line 1, column 31", "This is not JSON: Expecting value."),
        ("just words", "line 1", "This is not an OpenAPI document: it is not an object."),
        ("a: 1\nb: 2", "line 1", NOT_OPENAPI),
        ("openapi: 3.0.0\nopenapi: 3.0.0", "line 2, column 1", f"{BAD_YAML} the key “openapi” stands twice here."),
        ('{"openapi": "3.0.0", "openapi": "3.0.0"}', "", "The key “openapi” stands twice in one object."),
        ("openapi: 3.0.0\npaths: {}", "", "The document describes no operation, so there is nothing to call."),
        ("  \n", "", "The document is empty."),
    ],
)
def test_a_broken_document_is_refused_with_place_and_reason(text: str, place: str, message: str) -> None:
    problem = problem_of(text)

    assert (problem.place, problem.message) == (place, message)


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/x.yaml", "file:///etc/passwd", "b.yaml#/a", "/etc/passwd"])
def test_a_reference_that_leaves_the_document_is_refused_with_its_line(reference: str) -> None:
    problem = problem_of(SMALL.replace("#/components/parameters/Expand", reference))

    assert problem.line == 10
    assert problem.message == f"The reference “{reference}” leaves the document; nothing outside it is read."


def test_a_reference_inside_an_example_is_only_data() -> None:
    example = 'responses: {"200": {description: ok, content: {a/b: {example: {$ref: "https://a.example/scim/1"}}}}}'

    answer = build(SMALL.replace('responses: {"200": {description: ok}}', example, 1))

    assert "operations" in answer


def test_a_reference_to_nowhere_is_a_remark() -> None:
    answer = build(SMALL.replace("#/components/parameters/Expand", "#/components/parameters/Gone"))

    assert answer["findings"][0]["message"] == "The reference “#/components/parameters/Gone” points to nothing."


def test_aliases_count_with_what_they_stand_for() -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
    )

    problem = problem_of(bomb)

    assert problem.message == "The document grows too large, aliases (*) counted with what they stand for."


@pytest.mark.parametrize("text", ["[" * 50_000, '{"a":' * 50_000, "- " * 5_000 + "x"])
def test_deep_nesting_is_refused(text: str) -> None:
    assert "deep" in problem_of(text).message


def test_swagger_2_is_converted() -> None:
    text = """\
        swagger: "2.0"
        info: {title: Old, version: "1"}
        host: api.old.example
        basePath: /v1
        schemes: [http, https]
        securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}
        security: [{key: []}]
        paths:
          /things:
            post:
              operationId: addThing
              parameters: [{in: body, name: thing, required: true, schema: {$ref: "#/definitions/Thing"}}]
              responses: {"200": {description: ok, schema: {$ref: "#/definitions/Thing"}}}
            get:
              operationId: listThings
              parameters: [{in: query, name: ids, type: array, items: {type: string}, collectionFormat: csv}]
              responses: {"200": {description: ok}}
        definitions: {Thing: {type: object}}
    """

    answer = build(text)

    assert answer["outline"]["production_server"] == "https://api.old.example/v1"
    assert (answer["outline"]["scheme"], answer["outline"]["scheme_options"]) == ("api_key", {"header": "X-Key"})
    added, listed = answer["operations"]["addThing"], answer["operations"]["listThings"]
    assert (added["body"], added["body_required"], added["content_type"]) == (True, True, "application/json")
    assert listed["parameters"][0]["explode"] is False
    assert answer["document"]["components"]["schemas"] == {"Thing": {"type": "object"}}


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("{type: apiKey, in: header, name: X-Api-Key}", ("api_key", {"header": "X-Api-Key"})),
        ("{type: http, scheme: Bearer}", ("bearer", {})),
        ("{type: http, scheme: basic}", ("basic", {})),
        (
            "{type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {read: r, write: w}}}}",
            ("oauth2_client_credentials", {"token_url": "https://api.a.example/token", "scope": "read write"}),
        ),
        ("{type: mutualTLS}", ("none", {})),
    ],
)
def test_the_sign_in_is_guessed_from_the_document(scheme: str, expected: tuple[str, dict[str, str]]) -> None:
    text = dedent(SMALL) + f"  securitySchemes: {{it: {scheme}}}\nservers: [{{url: https://api.a.example/v1}}]\n"

    outline = worker.build(text.encode())["outline"]

    assert (outline["scheme"], outline["scheme_options"]) == expected


def test_servers_are_guessed_by_what_they_are_for() -> None:
    servers = (
        "servers:\n"
        "- {url: 'https://{host}.a.example', variables: {host: {default: api}}}\n"
        "- {url: https://sandbox.a.example}\n"
    )

    outline = worker.build((dedent(SMALL) + servers).encode())["outline"]

    assert (outline["development_server"], outline["production_server"]) == (
        "https://sandbox.a.example",
        "https://api.a.example",
    )


def test_the_outline_answers_the_same_as_the_build() -> None:
    assert preview.outline(dedent(SMALL).encode()) == {"outline": build(SMALL)["outline"]}


def test_answers_are_json() -> None:
    assert json.loads(json.dumps(build(SMALL))) == build(SMALL)


def test_the_documents_of_the_demo_build_without_a_remark(settings: Any) -> None:
    folder = Path(settings.BASE_DIR) / "apps/demo/openapi"

    for path in sorted(folder.glob("*.yaml")):
        assert worker.build(path.read_bytes())["findings"] == [], path.name


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (
            "{url: 'https://{region}.a.example/{base}', variables: {region: {default: eu}, base: {default: v2}}}",
            "https://eu.a.example/v2",
        ),
        ("{url: 'https://{region}.a.example', variables: {region: {enum: [us, eu]}}}", "https://us.a.example"),
        ("{url: 'https://{tenant}.a.example'}", ""),
        ("{url: /v1}", ""),
    ],
)
def test_variables_of_a_server_take_their_defaults(server: str, expected: str) -> None:
    outline = worker.build((dedent(SMALL) + f"servers: [{server}]\n").encode())["outline"]

    assert outline["production_server"] == expected


def test_a_token_is_preferred_to_a_user_name() -> None:
    schemes = (
        "  securitySchemes: {b: {type: http, scheme: basic}, t: {type: http, scheme: bearer}}\nsecurity: [{b: []}]\n"
    )

    assert worker.build((dedent(SMALL) + schemes).encode())["outline"]["scheme"] == "bearer"


def test_what_slipway_does_otherwise_is_remarked() -> None:
    text = dedent(SMALL).replace("summary: One order", "servers: [{url: https://files.a.example}]")
    answer = worker.build((text + "  securitySchemes: {it: {type: apiKey, in: cookie, name: sid}}\n").encode())

    assert answer["outline"]["scheme"] == "none"
    told = [finding["message"] for finding in answer["findings"]]
    why = "secrets stay with the connector's server, so Slipway calls it there"
    assert f"This operation has a server of its own, https://files.a.example; {why}." in told
    assert "Slipway never sends a key in a cookie, so the sign-in “it” cannot be chosen." in told


def test_forms_say_how_their_properties_travel() -> None:
    text = dedent(SMALL).replace(
        'application/json: {schema: {$ref: "#/components/schemas/Order"}}',
        "multipart/form-data: {schema: {type: object, properties: {file: {type: string, format: binary}}},"
        " encoding: {meta: {contentType: application/json, style: 7}}}",
    )

    assert worker.build(text.encode())["operations"]["putOrdersId"]["encoding"] == {
        "meta": {"contentType": "application/json"},
        "file": {"is_file": True},
    }


def test_a_parameter_with_content_travels_as_json() -> None:
    text = dedent(SMALL).replace("in: query, schema: {type: array}", "in: query, content: {application/json: {}}")

    (_, expand) = worker.build(text.encode())["operations"]["getOrder"]["parameters"]
    assert expand["content_type"] == "application/json"


def test_an_id_that_is_too_long_is_replaced() -> None:
    answer = worker.build(dedent(SMALL).replace("getOrder", "x" * 300).encode())

    assert list(answer["operations"]) == ["getOrdersId", "putOrdersId"]
    assert answer["findings"][0]["message"].startswith("The id of this operation is too long; Slipway calls it")
