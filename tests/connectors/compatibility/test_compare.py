"""What a comparison finds, told in small documents."""

from datetime import date
from typing import Any

from apps.connectors.compatibility import Change, Level, compare, worst
from tests.connectors.compatibility.documents import TEXT, Data, document, giving, query, record, taking

NUMBER = {"type": "integer"}


def rules(old: Data, new: Data, **options: Any) -> list[str]:
    return [change.rule for change in compare(old, new, **options) if change.path]


def of_request(old: Data, new: Data) -> list[str]:
    return rules(document({"POST /orders": taking(old)}), document({"POST /orders": taking(new)}))


def of_response(old: Data, new: Data) -> list[str]:
    return rules(document({"GET /orders": giving(old)}), document({"GET /orders": giving(new)}))


def test_a_change_says_what_changed_and_where() -> None:
    old = document({"GET /orders": {"operationId": "listOrders", "parameters": [query("since")]}})
    new = document({"GET /orders": {"operationId": "listOrders"}})

    assert compare(old, new)[-1] == Change(
        rule="request-parameter-removed",
        level=Level.MAY_BREAK,
        sentence="The query parameter “since” is gone.",
        method="GET",
        path="/orders",
        operation_id="listOrders",
        place="query parameter “since”",
    )


def test_a_change_survives_being_kept_as_json() -> None:
    change = Change("api-tag-added", Level.COMPATIBLE, "New.", "GET", "/orders", "listOrders", "")

    assert Change.from_dict(change.as_dict()) == change
    assert change.as_dict()["level"] == "compatible"


def test_the_worst_of_several_changes_counts() -> None:
    levels = [Level.COMPATIBLE, Level.BREAKING, Level.MAY_BREAK]

    assert worst(Change("x", level, "") for level in levels) is Level.BREAKING
    assert worst([]) is None


def test_changes_come_by_operation_with_the_worst_first() -> None:
    old = document({"GET /b": giving(record(name=TEXT)), "GET /a": giving(record(name=TEXT))})
    new = document({"GET /b": giving(record(name=NUMBER, more=TEXT)), "GET /a": giving(record(name=TEXT, more=TEXT))})

    assert [(each.path, each.level) for each in compare(old, new) if each.path] == [
        ("/a", Level.COMPATIBLE),
        ("/b", Level.BREAKING),
        ("/b", Level.COMPATIBLE),
    ]


def test_an_operation_without_id_has_the_one_that_the_compiler_gives_it() -> None:
    gone = compare(document({"GET /orders": {}, "GET /orders/{id}": {}}), document({"GET /orders": {}}))

    assert [(change.rule, change.operation_id) for change in gone if change.path] == [
        ("api-path-removed-without-deprecation", "getOrdersId")
    ]


def test_a_path_is_known_by_its_shape_and_a_renamed_parameter_is_told() -> None:
    old = document({"GET /orders/{id}": {"parameters": [{"name": "id", "in": "path", "schema": TEXT}]}})
    new = document({"GET /orders/{order}": {"parameters": [{"name": "order", "in": "path", "schema": TEXT}]}})

    assert [(each.rule, each.level, each.path) for each in compare(old, new) if each.path] == [
        ("request-path-parameter-renamed", Level.COMPATIBLE, "/orders/{order}")
    ]


def test_the_same_narrowing_breaks_a_request_and_leaves_a_response_alone() -> None:
    wide, narrow = record(size={**NUMBER, "maximum": 9}), record(size={**NUMBER, "maximum": 5})
    sent = compare(document({"POST /orders": taking(wide)}), document({"POST /orders": taking(narrow)}))
    returned = compare(document({"GET /orders": giving(narrow)}), document({"GET /orders": giving(wide)}))

    assert [(each.rule, each.level) for each in (*sent, *returned) if each.path] == [
        ("request-property-max-decreased", Level.BREAKING),
        ("response-property-max-increased", Level.BREAKING),
    ]
    assert sent[-1].sentence == "The largest value of “/size” in the request body went down from 9 to 5."
    assert sent[-1].place == "request body, /size"


def test_openapi_3_0_and_3_1_say_null_in_different_words() -> None:
    may_be_null: Data = {"type": "string", "nullable": True}
    reference = {"$ref": "#/components/schemas/Name"}
    parts = {"components": {"schemas": {"Name": TEXT}}}

    assert of_response(record(a=may_be_null), record(a={"type": ["string", "null"]})) == []
    assert of_response(record(a=may_be_null), record(a={"anyOf": [TEXT, {"type": "null"}]})) == []
    assert rules(
        document({"GET /a": giving(reference)}, **parts),
        document({"GET /a": giving({"oneOf": [reference, {"type": "null"}]})}, **parts),
    ) == ["response-body-became-nullable"]


def test_a_limit_that_values_stay_below_is_a_flag_in_3_0_and_a_number_in_3_1() -> None:
    assert of_request({**NUMBER, "maximum": 5, "exclusiveMaximum": True}, {**NUMBER, "exclusiveMaximum": 5}) == []


def test_parts_that_are_written_out_are_no_change() -> None:
    parts = {"allOf": [record(("id",), id=TEXT), record(name=TEXT)]}

    assert of_response(parts, record(("id",), id=TEXT, name=TEXT)) == []
    assert of_response(record(("id",), id=TEXT, name=TEXT), parts) == []
    assert of_response(parts, record(name=TEXT)) == ["response-required-property-removed"]


def test_alternatives_that_are_constants_are_an_enumeration() -> None:
    old = {"oneOf": [{"const": "open", "title": "Open"}, {"const": "paid"}]}

    assert of_response(old, {"type": "string", "enum": ["open", "paid"]}) == []
    assert of_response(old, {"type": "string", "enum": ["open", "paid", "late"]}) == ["response-body-enum-value-added"]


def test_a_constant_is_an_enumeration_of_one() -> None:
    assert of_request({"type": "string", "enum": ["open"]}, {"type": "string", "const": "open"}) == []
    assert of_request({"type": "string", "enum": ["open", "paid"]}, {"type": "string", "const": "open"}) == [
        "request-body-enum-value-removed"
    ]
    assert of_request(TEXT, {"type": "string", "const": "open"}) == ["request-body-const-added"]


def test_alternatives_that_come_instead_of_one_schema_may_break() -> None:
    new = {"oneOf": [record(a=TEXT, b=TEXT), record(a=TEXT, c=TEXT)]}

    assert of_response(record(a=TEXT), new) == ["response-body-one-of-restricted"]


def test_a_component_that_contains_itself_is_compared_once() -> None:
    def tree(name: Data) -> Data:
        node = record(
            name=name, left={"$ref": "#/components/schemas/Tree"}, right={"$ref": "#/components/schemas/Tree"}
        )
        return document({"GET /tree": giving(node["properties"]["left"])}, components={"schemas": {"Tree": node}})

    found = [change for change in compare(tree(TEXT), tree(NUMBER)) if change.path]

    assert [(change.rule, change.place) for change in found] == [
        ("response-property-type-changed", "response 200, /name")
    ]


def test_a_part_that_everyone_uses_is_told_for_each_operation() -> None:
    def api(name: Data) -> Data:
        shared = {"$ref": "#/components/schemas/Name"}
        operations = {f"GET /{path}": giving(record(name=shared)) for path in "abc"}
        return document(operations, components={"schemas": {"Name": name}})

    assert [change.path for change in compare(api(TEXT), api(NUMBER)) if change.path] == ["/a", "/b", "/c"]


def test_what_is_only_read_need_not_be_sent() -> None:
    hidden = {**TEXT, "readOnly": True}

    assert of_request(record(), record(("id",), id=hidden)) == ["new-optional-request-property"]
    required = compare(
        document({"POST /orders": taking(record(id=hidden))}),
        document({"POST /orders": taking(record(("id",), id=hidden))}),
    )
    assert worst(required) is Level.COMPATIBLE


def test_the_day_of_a_removal_decides() -> None:
    old = document({"GET /a": {"deprecated": True, "x-sunset": "2026-06-01"}, "GET /b": {}})
    new = document({"GET /b": {}})

    assert rules(old, new, today=date(2026, 5, 31)) == ["api-path-removed-before-sunset"]
    assert rules(old, new, today=date(2026, 6, 1)) == ["api-path-removed-with-deprecation"]


def test_nobody_was_promised_that_an_alpha_stays() -> None:
    old = document({"GET /a": {"x-stability-level": "alpha"}, "GET /b": {}})

    assert worst(compare(old, document({"GET /b": {}}))) is Level.MAY_BREAK


def test_names_of_headers_know_no_capitals() -> None:
    old = document({"GET /a": {"parameters": [{"name": "X-Trace", "in": "header", "schema": TEXT}]}})
    new = document({"GET /a": {"parameters": [{"name": "x-trace", "in": "header", "schema": TEXT}]}})

    assert compare(old, new) == []


def test_a_place_names_the_media_type_where_there_are_several() -> None:
    def body(schema: Data) -> Data:
        return {"content": {"application/json": {"schema": schema}, "application/cbor": {"schema": schema}}}

    old = document({"POST /a": {"requestBody": body(record(n=NUMBER))}})
    new = document({"POST /a": {"requestBody": body(record(n=TEXT))}})

    assert [change.place for change in compare(old, new) if change.path] == [
        "request body (application/cbor), /n",
        "request body (application/json), /n",
    ]


def test_a_parameter_that_is_written_in_another_way_breaks() -> None:
    old = document({"GET /a": {"parameters": [query("ids", {"type": "array"})]}})
    new = document({"GET /a": {"parameters": [query("ids", {"type": "array"}, explode=False)]}})

    assert rules(old, new) == ["request-parameter-style-changed"]


def test_a_flood_of_changes_is_counted() -> None:
    old = record(**{f"p{number:03}": TEXT for number in range(60)})
    changes = compare(document({"GET /a": giving(old)}), document({"GET /a": giving(record())}))

    assert len([change for change in changes if change.path]) == 51
    assert [change.sentence for change in changes if change.rule == "further-changes"] == [
        "There are 10 more like these that may break callers."
    ]


def test_what_is_not_as_it_should_be_counts_as_absent() -> None:
    odd = document({"GET /a": {"parameters": [7, {"in": "query"}], "responses": []}}, security="none", components=[])
    dangling = document({"GET /a": giving({"$ref": "#/components/schemas/Gone"})})

    assert compare(odd, dangling) != []
    assert compare(dangling, odd) != []
    assert compare({}, {}) == []
