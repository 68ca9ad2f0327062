"""Filling in an operation's parameters, without a database."""

import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.connectors.calls import CallPlan, CallRefused, CallTarget, prepare_call, prepare_http

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def parameter(name: str, place: str = "query", *, required: bool = False, **style: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required or place == "path", "schema": {}, **style}


def target(*parameters: dict[str, Any], path: str = "/orders", method: str = "GET", **operation: Any) -> CallTarget:
    defaults = {"body": False, "body_required": False, "content_type": "", "safe": method == "GET"}
    return CallTarget(
        operation_id="it",
        operation={"method": method, "path": path, "parameters": list(parameters), **defaults, **operation},
        server_url="https://api.a.example/v1",
    )


def url_of(call: CallPlan) -> str:
    return call.url


def problems_of(called: CallTarget, **parameters: Any) -> tuple[str, ...]:
    with pytest.raises(CallRefused) as refused:
        prepare_call(called, parameters)
    return refused.value.problems


@given(TEXT, TEXT)
def test_whatever_a_value_holds_it_stays_one_part(part: str, asked: str) -> None:
    called = target(parameter("id", "path"), parameter("q"), path="/orders/{id}/lines")
    if part in (".", ".."):
        return

    split = urlsplit(prepare_call(called, {"id": part, "q": asked}).url)

    assert (split.scheme, split.netloc) == ("https", "api.a.example")
    assert [unquote(each) for each in split.path.split("/")] == ["", "v1", "orders", part, "lines"]
    assert parse_qsl(split.query, keep_blank_values=True) == [("q", asked)]


@pytest.mark.parametrize("climbing", ["..", ".", ""])
def test_a_value_cannot_climb_out_of_its_path(climbing: str) -> None:
    called = target(parameter("id", "path"), path="/orders/{id}/lines")

    with pytest.raises(CallRefused):
        prepare_call(called, {"id": climbing})


@pytest.mark.parametrize(
    ("style", "value", "query"),
    [
        ({}, ["a", "b c"], "it=a&it=b%20c"),
        ({"explode": False}, ["a", "b"], "it=a,b"),
        ({"style": "pipeDelimited"}, ["a", "b"], "it=a%7Cb"),
        ({"style": "deepObject"}, {"a": {"b": 1}, "c": [2]}, "it%5Ba%5D%5Bb%5D=1&it%5Bc%5D%5B0%5D=2"),
        ({}, {"a": 1}, "a=1"),
        ({}, True, "it=true"),
        ({}, None, ""),
    ],
)
def test_each_parameter_travels_in_its_style(style: dict[str, Any], value: Any, query: str) -> None:
    assert urlsplit(url_of(prepare_call(target(parameter("it", **style)), {"it": value}))).query == query


def test_a_name_that_occurs_twice_is_written_with_its_place() -> None:
    called = target(parameter("id", "path"), parameter("id"), path="/orders/{id}")

    plan = prepare_call(called, {"path.id": "a", "query.id": "b"})

    assert plan.url == "https://api.a.example/v1/orders/a?id=b"
    assert problems_of(called, id="a")[0] == "“id” occurs twice: write “path.id” or “query.id”."


def test_everything_that_is_wrong_is_named_at_once() -> None:
    called = target(parameter("since", required=True), parameter("limit"))

    assert problems_of(called, limt=3, body={}) == (
        "There is no parameter “limt”. Known are: since, limit.",
        "This operation takes no request body.",
        "The required parameter “since” (query) is missing.",
    )


def test_a_required_body_is_asked_for() -> None:
    called = target(method="POST", body=True, body_required=True, content_type="application/json")

    assert problems_of(called) == ("The request body is missing: give it as “body”.",)


def test_a_body_travels_as_json() -> None:
    called = target(method="POST", body=True, content_type="application/json")

    plan = prepare_call(called, {"body": {"name": "Åse", "id": 9007199254740993}})

    assert json.loads(plan.body or "") == {"name": "Åse", "id": 9007199254740993}
    assert (plan.headers["content-type"], plan.safe) == ("application/json", False)


def test_a_header_cannot_start_another() -> None:
    with pytest.raises(CallRefused):
        prepare_call(target(parameter("X-Trace", "header")), {"X-Trace": "a\r\nHost: evil"})


def test_headers_and_cookies_are_set() -> None:
    called = target(parameter("X-Trace", "header"), parameter("theme", "cookie"))

    assert prepare_call(called, {"X-Trace": 7, "theme": "a;b"}).headers == {
        "accept": "application/json",
        "X-Trace": "7",
        "cookie": "theme=a%3Bb",
    }


def test_without_a_server_the_call_is_refused() -> None:
    called = CallTarget(operation_id="it", operation=target().operation, server_url="")

    with pytest.raises(CallRefused, match="no server"):
        prepare_call(called, {})


def test_a_plain_call_keeps_the_query_of_its_address() -> None:
    plan = prepare_http("post", "https://a.example/x?k=1#part", query={"q": "a&b"}, body={"a": 1})

    assert (plan.method, plan.url, plan.body) == ("POST", "https://a.example/x?k=1&q=a%26b", '{"a": 1}')
    assert (plan.safe, plan.headers) == (False, {"accept": "application/json", "content-type": "application/json"})
