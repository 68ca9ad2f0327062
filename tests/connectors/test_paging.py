"""The next page of an answer, by every way of paging; without a database or a network but for the last stories."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.calls import CallPlan, CallResult, CallTarget, Pages, next_parameters, next_url, prepare_call
from apps.connectors.calls.paging import at, first_parameters
from tests.connectors.calling import served
from tests.connectors.scripted import Reply, scripted
from tests.factories import connectors as make

PAGE = {"kind": "page", "parameter": "page", "first": 1, "size_parameter": "limit", "size": 2, "items_at": "data"}
OFFSET = {"kind": "offset", "parameter": "offset", "size_parameter": "limit", "size": 2, "items_at": "/data"}
CURSOR = {"kind": "cursor", "parameter": "starting_after", "cursor_at": "data.-1.id", "more_at": "has_more"}
LINK = {"kind": "link"}
OPERATION = {
    "method": "GET",
    "path": "/orders",
    "safe": True,
    "body": False,
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": {}}
        for name in ("page", "offset", "starting_after", "limit", "status")
    ],
}


def planned(**parameters: Any) -> CallPlan:
    target = CallTarget(operation_id="listOrders", operation=OPERATION, server_url="https://api.shop.example/v1")
    return prepare_call(target, parameters)


def answered(body: Any = None, *, status: int = 200, link: str = "") -> CallResult:
    headers = {"link": link} if link else {}
    return CallResult(status=status, headers=headers, body=body, request_masked={}, response_masked={}, elapsed_ms=1)


@pytest.mark.parametrize(
    ("paging", "given", "body", "expected"),
    [
        (PAGE, {}, {"data": [1, 2]}, {"page": 2}),
        (PAGE, {"page": 4}, {"data": [1, 2]}, {"page": 5}),
        (PAGE, {"query.page": "4"}, {"data": [1, 2]}, {"query.page": 5}),
        ({**PAGE, "first": 0}, {}, {"data": [1, 2]}, {"page": 1}),
        (PAGE, {}, {"data": [1]}, None),
        (PAGE, {}, {"data": []}, None),
        (PAGE, {}, {"error": "x"}, None),
        (PAGE, {"limit": 1}, {"data": [1]}, {"limit": 1, "page": 2}),
        ({**PAGE, "more_at": "more"}, {}, {"data": [1], "more": True}, {"page": 2}),
        ({**PAGE, "more_at": "more"}, {}, {"data": [1, 2], "more": False}, None),
        ({"kind": "page", "parameter": "page"}, {}, [1, 2], {"page": 2}),
        (OFFSET, {"status": "open"}, {"data": [1, 2]}, {"status": "open", "offset": 2}),
        (OFFSET, {"offset": 2}, {"data": [1, 2]}, {"offset": 4}),
        (OFFSET, {"offset": 4}, {"data": [1]}, None),
        (CURSOR, {}, {"data": [{"id": "a"}, {"id": "b"}], "has_more": True}, {"starting_after": "b"}),
        (CURSOR, {}, {"data": [{"id": "a"}], "has_more": False}, None),
        (CURSOR, {}, {"data": [], "has_more": True}, None),
        ({**CURSOR, "more_at": ""}, {}, {"data": [{"id": 0}]}, {"starting_after": 0}),
        ({**CURSOR, "cursor_at": "next"}, {}, {"next": None, "has_more": True}, None),
        ({**CURSOR, "cursor_at": "next"}, {}, {"next": {"odd": 1}, "has_more": True}, None),
        ({}, {}, {"data": [1, 2]}, None),
        ({"kind": "none"}, {}, {"data": [1, 2]}, None),
    ],
)
def test_the_next_page(paging: dict[str, Any], given: dict[str, Any], body: Any, expected: Any) -> None:
    assert next_parameters(paging, given, body) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<https://api.shop.example/v1/orders?page=2>; rel="next"', "https://api.shop.example/v1/orders?page=2"),
        ('</v1/orders?page=2>; rel="next"', "https://api.shop.example/v1/orders?page=2"),
        ("<?page=2>; rel=next", "https://api.shop.example/v1/orders?page=2"),
        (
            '<?page=1>; rel="prev", <?page=3>; title="a, b"; rel="last next"',
            "https://api.shop.example/v1/orders?page=3",
        ),
        ("<?a=1,2;3>; rel=next", "https://api.shop.example/v1/orders?a=1,2;3"),
        ('<?page=1>; rel="prev"', ""),
        ('<https://evil.example/orders?page=2>; rel="next"', ""),
        ('<http://api.shop.example/v1/orders?page=2>; rel="next"', ""),
        ('<https://api.shop.example:444/v1/orders?page=2>; rel="next"', ""),
        ('<https://api.shop.example@evil.example/>; rel="next"', ""),
        ('<javascript:alert(1)>; rel="next"', ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_the_link_header_is_followed_to_its_own_origin_only(header: str, expected: str) -> None:
    assert next_url(planned(), {"link": header}) == expected


def test_a_key_that_the_api_repeats_in_its_links_is_left_out() -> None:
    target = CallTarget(
        operation_id="listOrders",
        operation=OPERATION,
        server_url="https://api.shop.example",
        scheme="api_key",
        scheme_options={"query": "key"},
    )

    assert next_url(prepare_call(target, {}), {"link": "</orders?key=k&page=2>; rel=next"}) == (
        "https://api.shop.example/orders?page=2"
    )


def test_pages_end_at_their_limit() -> None:
    pages = Pages(PAGE, most=2)

    second = pages.after(planned(), {}, answered({"data": [1, 2]}))
    assert second is not None
    assert pages.after(planned(), second.parameters, answered({"data": [1, 2]})) is None
    assert pages.stopped_because == "the limit of 2 pages is reached"


def test_an_api_that_leads_in_a_circle_is_left() -> None:
    pages = Pages(CURSOR)
    answer = answered({"data": [{"id": "a"}], "has_more": True})

    second = pages.after(planned(), {}, answer)
    assert second is not None
    assert pages.after(planned(), second.parameters, answer) is None
    assert (pages.read, pages.stopped_because) == (2, "the API leads back to a page that was read already")


def test_a_circle_of_links_is_left() -> None:
    pages, plan = Pages(LINK), planned()

    assert pages.after(plan, {}, answered([], link=f"<{plan.url}>; rel=next")) is None
    assert "read already" in pages.stopped_because


def test_nothing_follows_an_answer_that_is_none() -> None:
    assert Pages(PAGE).after(planned(), {}, answered({"data": [1, 2]}, status=500)) is None


def test_the_size_of_a_page_is_asked_for_where_the_operation_knows_it() -> None:
    assert first_parameters(PAGE, OPERATION, {}) == {"limit": 2}
    assert first_parameters(PAGE, OPERATION, {"limit": 9}) == {"limit": 9}
    assert first_parameters(PAGE, {**OPERATION, "parameters": []}, {}) == {}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", {"a": [{"b~/c": 1}]}),
        ("$", {"a": [{"b~/c": 1}]}),
        ("a.0", {"b~/c": 1}),
        ("$.a.-1", {"b~/c": 1}),
        ("/a/0/b~0~1c", 1),
        ("a.5", None),
        ("a.x", None),
        ("a.0.b.c", None),
        ("/a/-2", None),
    ],
)
def test_what_stands_at_a_place(path: str, expected: Any) -> None:
    assert at({"a": [{"b~/c": 1}]}, path) == expected


def test_the_test_follows_pages_and_says_how_many(bea: User) -> None:
    following = {"Link": '</orders?since=2>; rel="next"'}
    with scripted(
        Reply(200, [1], following), Reply(200, [2], {"Link": '</orders?since=3>; rel="next"'}), Reply()
    ) as api:
        version = served(api)
        services.configure_paging(by=bea, version=version, paging=LINK)
        calls = [{"operation": "listOrders", "pages": 5}]
        services.configure_test(by=bea, version=version, test_calls=calls)
        make.synced(version)
        job = services.test_version(by=bea, version=version)

    assert [hit.path for hit in api.hits] == ["/orders", "/orders?since=2", "/orders?since=3"]
    assert (job.state, job.details[0]["pages"]) == ("succeeded", 3)
    assert ", 3 pages." in job.sentence
