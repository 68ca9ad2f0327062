"""The table of styles of the specification, line by line, and bodies as real APIs want them; without a database.

https://spec.openapis.org/oas/v3.1.1.html#style-examples
"""

import json
from email import message_from_string
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.connectors.calls import prepare_call
from apps.connectors.calls.bodies import body
from apps.core.errors import Refused
from tests.connectors.test_prepare_call import parameter, problems_of, target

FORM = "application/x-www-form-urlencoded"
EMPTY, TEXT = "", "blue"
ARRAY = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}
MATRIX: dict[str, Any] = {"style": "matrix"}
LABEL: dict[str, Any] = {"style": "label"}
WHOLE: dict[str, Any] = {"explode": False}
APART: dict[str, Any] = {"explode": True}
SPACES: dict[str, Any] = {"style": "spaceDelimited", **WHOLE}
PIPES: dict[str, Any] = {"style": "pipeDelimited", **WHOLE}
DEEP: dict[str, Any] = {"style": "deepObject", **APART}
# Stripe's own way to declare what is nested.
STRIPE = {"metadata": DEEP, "items": DEEP, "expand": DEEP}


@pytest.mark.parametrize(
    ("style", "value", "written"),
    [
        (MATRIX | WHOLE, EMPTY, ";color"),
        (MATRIX | WHOLE, TEXT, ";color=blue"),
        (MATRIX | WHOLE, ARRAY, ";color=blue,black,brown"),
        (MATRIX | WHOLE, OBJECT, ";color=R,100,G,200,B,150"),
        (MATRIX | APART, EMPTY, ";color"),
        (MATRIX | APART, TEXT, ";color=blue"),
        (MATRIX | APART, ARRAY, ";color=blue;color=black;color=brown"),
        (MATRIX | APART, OBJECT, ";R=100;G=200;B=150"),
        (LABEL | WHOLE, TEXT, ".blue"),
        (LABEL | WHOLE, ARRAY, ".blue,black,brown"),
        (LABEL | WHOLE, OBJECT, ".R,100,G,200,B,150"),
        (LABEL | APART, TEXT, ".blue"),
        (LABEL | APART, ARRAY, ".blue.black.brown"),
        (LABEL | APART, OBJECT, ".R=100.G=200.B=150"),
        (WHOLE, TEXT, "blue"),
        (WHOLE, ARRAY, "blue,black,brown"),
        (WHOLE, OBJECT, "R,100,G,200,B,150"),
        (APART, TEXT, "blue"),
        (APART, ARRAY, "blue,black,brown"),
        (APART, OBJECT, "R=100,G=200,B=150"),
    ],
)
def test_a_path_is_written_as_the_specification_shows(style: dict[str, Any], value: Any, written: str) -> None:
    called = target(parameter("color", "path", **style), path="/things/{color}/parts")

    assert prepare_call(called, {"color": value}).url == f"https://api.a.example/v1/things/{written}/parts"


@pytest.mark.parametrize(
    ("style", "value", "written"),
    [
        (WHOLE, EMPTY, "?color="),
        (WHOLE, TEXT, "?color=blue"),
        (WHOLE, ARRAY, "?color=blue,black,brown"),
        (WHOLE, OBJECT, "?color=R,100,G,200,B,150"),
        (APART, EMPTY, "?color="),
        (APART, TEXT, "?color=blue"),
        (APART, ARRAY, "?color=blue&color=black&color=brown"),
        (APART, OBJECT, "?R=100&G=200&B=150"),
        (SPACES, ARRAY, "?color=blue%20black%20brown"),
        (SPACES, OBJECT, "?color=R%20100%20G%20200%20B%20150"),
        (PIPES, ARRAY, "?color=blue%7Cblack%7Cbrown"),
        (PIPES, OBJECT, "?color=R%7C100%7CG%7C200%7CB%7C150"),
        (DEEP, OBJECT, "?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        (DEEP, ["charge", "customer"], "?color%5B0%5D=charge&color%5B1%5D=customer"),
        ({"allowReserved": True}, "a/b?c d", "?color=a/b?c%20d"),
        ({"content_type": "application/json"}, {"a": [1]}, "?color=%7B%22a%22%3A%5B1%5D%7D"),
        ({}, [], ""),
    ],
)
def test_a_query_is_written_as_the_specification_shows(style: dict[str, Any], value: Any, written: str) -> None:
    called = target(parameter("color", **style))

    assert prepare_call(called, {"color": value}).url == f"https://api.a.example/v1/orders{written}"


@pytest.mark.parametrize(
    ("place", "style", "value", "written"),
    [
        ("header", WHOLE, ARRAY, "blue,black,brown"),
        ("header", WHOLE, OBJECT, "R,100,G,200,B,150"),
        ("header", APART, OBJECT, "R=100,G=200,B=150"),
        ("header", {}, "a b", "a b"),
        ("header", {"content_type": "application/json"}, {"a": 1}, '{"a":1}'),
        ("cookie", WHOLE, TEXT, "color=blue"),
        ("cookie", WHOLE, ARRAY, "color=blue,black,brown"),
        ("cookie", APART, ARRAY, "color=blue; color=black; color=brown"),
        ("cookie", {}, "a;b", "color=a%3Bb"),
    ],
)
def test_headers_and_cookies_are_written_in_their_styles(
    place: str, style: dict[str, Any], value: Any, written: str
) -> None:
    plan = prepare_call(target(parameter("color", place, **style)), {"color": value})

    assert plan.headers["color" if place == "header" else "cookie"] == written


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=4))
def test_a_delimiter_within_a_value_is_never_taken_for_one(values: list[str]) -> None:
    called = target(parameter("ids", "path", **MATRIX, **APART), path="/x/{ids}")

    part = prepare_call(called, {"ids": values}).url.rpartition("/")[2]

    assert len(part.split(";ids=")) == len(values) + 1


@pytest.mark.parametrize("bad", [{"a": {"b": 1}}, [[1]], "a\nb", "\udcff"])
def test_a_value_that_does_not_fit_its_place_is_named(bad: Any) -> None:
    (problem,) = problems_of(target(parameter("it")), it=bad)

    assert problem.startswith("“it” ")


@pytest.mark.parametrize(
    ("encoding", "value", "written"),
    [
        (STRIPE, {"metadata": {"order": "6 x"}}, "metadata[order]=6+x"),
        (STRIPE, {"items": [{"price": "p_1", "quantity": 2}]}, "items[0][price]=p_1&items[0][quantity]=2"),
        (STRIPE, {"expand": ["charge", "customer"]}, "expand[0]=charge&expand[1]=customer"),
        ({}, {"To": "+4512345678", "Body": "Hej & hallo"}, "To=%2B4512345678&Body=Hej+%26+hallo"),
        ({}, {"StatusCallbackEvent": ["sent", "failed"]}, "StatusCallbackEvent=sent&StatusCallbackEvent=failed"),
        ({"ids": WHOLE}, {"ids": [1, 2]}, "ids=1,2"),
        ({"ids": PIPES}, {"ids": [1, 2]}, "ids=1%7C2"),
        ({}, {"blocks": [{"a": 1}]}, "blocks=%5B%7B%22a%22%3A1%7D%5D"),
        ({}, {"on": True, "off": None}, "on=true"),
        (None, {"a": {"b]": [1]}}, "a[b%5D][0]=1"),
    ],
)
def test_a_form_is_written_as_its_api_wants_it(encoding: Any, value: dict[str, Any], written: str) -> None:
    assert body(FORM, value, encoding) == ({"content-type": FORM}, written)


@given(st.dictionaries(st.text("ab=&+ %", min_size=1), st.text("ab=&+ %å\r\n"), min_size=1))
def test_whatever_a_form_holds_can_be_read_back(value: dict[str, str]) -> None:
    _, written = body(FORM, value, {})

    assert dict(parse_qsl(written, keep_blank_values=True)) == value


def test_a_message_of_parts_can_be_read_back() -> None:
    given_value = {"payload": {"content": "Hallo"}, "file": "a,b\r\n1,2", "tag": ["x", "y"], "none": None}

    headers, written = body("multipart/form-data", given_value, {"file": {"is_file": True}})

    message = message_from_string(f"Content-Type: {headers['content-type']}\r\n\r\n{written}")
    parts = [each for each in message.walk() if not each.is_multipart()]
    names = [each.get_param("name", header="content-disposition") for each in parts]
    assert names == ["payload", "file", "tag", "tag"]
    assert json.loads(str(parts[0].get_payload())) == {"content": "Hallo"}
    assert (parts[1].get_filename(), parts[1].get_payload()) == ("file", "a,b\r\n1,2")
    assert body("multipart/form-data", given_value, {"file": {"is_file": True}})[1] == written


@pytest.mark.parametrize(("content_type", "value"), [("text/csv", {"a": 1}), ("multipart/form-data", "text")])
def test_a_body_that_cannot_be_made_says_why(content_type: str, value: Any) -> None:
    with pytest.raises(Refused, match=f"A body of type {content_type} is made from"):
        body(content_type, value, {})
