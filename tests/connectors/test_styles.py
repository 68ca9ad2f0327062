"""The table of styles of the specification, cell by cell, and what it leaves open; without a database.

https://spec.openapis.org/oas/v3.1.1.html#style-examples
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.connectors.calls import prepare_call, styles
from tests.connectors.test_prepare_call import parameter, problems_of, target

COMMAS = "blue,black,brown"
MATRIX_APART, FORM_APART = ";color=blue;color=black;color=brown", "color=blue&color=black&color=brown"
OBJECT = {"R": 100, "G": 200, "B": 150}
# The columns of the table: the value of "color".
COLUMNS: dict[str, Any] = {"empty": "", "string": "blue", "array": ["blue", "black", "brown"], "object": OBJECT}
MATRIX: dict[str, Any] = {"style": "matrix"}
LABEL: dict[str, Any] = {"style": "label"}
SIMPLE: dict[str, Any] = {"style": "simple"}
FORMED: dict[str, Any] = {"style": "form"}
WHOLE: dict[str, Any] = {"explode": False}
APART: dict[str, Any] = {"explode": True}
SPACES: dict[str, Any] = {"style": "spaceDelimited", **WHOLE}
PIPES: dict[str, Any] = {"style": "pipeDelimited", **WHOLE}
DEEP: dict[str, Any] = {"style": "deepObject", **APART}


@pytest.mark.parametrize(
    ("place", "style", "cells"),
    [
        ("path", MATRIX | WHOLE, (";color", ";color=blue", f";color={COMMAS}", ";color=R,100,G,200,B,150")),
        ("path", MATRIX | APART, (";color", ";color=blue", MATRIX_APART, ";R=100;G=200;B=150")),
        ("path", LABEL | WHOLE, (".", ".blue", f".{COMMAS}", ".R,100,G,200,B,150")),
        ("path", LABEL | APART, (".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150")),
        ("path", SIMPLE | WHOLE, ("", "blue", COMMAS, "R,100,G,200,B,150")),
        ("path", SIMPLE | APART, ("", "blue", COMMAS, "R=100,G=200,B=150")),
        ("header", SIMPLE | WHOLE, ("", "blue", COMMAS, "R,100,G,200,B,150")),
        ("header", SIMPLE | APART, ("", "blue", COMMAS, "R=100,G=200,B=150")),
        ("query", FORMED | WHOLE, ("color=", "color=blue", f"color={COMMAS}", "color=R,100,G,200,B,150")),
        ("query", FORMED | APART, ("color=", "color=blue", FORM_APART, "R=100&G=200&B=150")),
        ("cookie", FORMED | WHOLE, ("color=", "color=blue", f"color={COMMAS}", "color=R,100,G,200,B,150")),
        ("cookie", FORMED | APART, ("color=", "color=blue", FORM_APART.replace("&", "; "), "R=100; G=200; B=150")),
        ("query", SPACES, (None, None, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150")),
        ("query", PIPES, (None, None, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150")),
        ("query", DEEP, (None, None, None, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150")),
    ],
)
def test_the_table_of_the_specification(place: str, style: dict[str, Any], cells: tuple[str | None, ...]) -> None:
    known = {name: cell for name, cell in zip(COLUMNS, cells, strict=True) if cell is not None}

    assert {name: _written(place, style, COLUMNS[name]) for name in known} == known


def _written(place: str, style: dict[str, Any], value: Any) -> str:
    """What a value becomes in its place."""
    described = parameter("color", place, **style)
    if place == "path":
        return styles.path_text(described, value)
    plan = prepare_call(target(described), {"color": value})
    return plan.headers[{"header": "color"}.get(place, place)] if place != "query" else plan.url.partition("?")[2]


@pytest.mark.parametrize(
    ("style", "value", "written"),
    [
        # What the table leaves open: members that are nothing, empty texts, styles of another place, encoding.
        (MATRIX | APART, ["a", None, ""], ";color=a;color"),
        (MATRIX | APART, {"R": "", "G": 1}, ";R;G=1"),
        (MATRIX | WHOLE, "a/b;c=d é", ";color=a%2Fb%3Bc%3Dd%20%C3%A9"),
        (LABEL | APART, {"a.b": 1, "none": None}, ".a.b=1"),
        ({"style": "deepObject"}, ["a", "b"], "a,b"),
        (SIMPLE, "50%/2", "50%25%2F2"),
        (SIMPLE, [True, 3.0, 0.5, 7], "true,3,0.5,7"),
        ({"content_type": "application/json"}, {"a": [1]}, "%7B%22a%22%3A%5B1%5D%7D"),
        ({"style": "matrix", "content_type": "application/json"}, [1], ";color=%5B1%5D"),
    ],
)
def test_a_path_beyond_the_table(style: dict[str, Any], value: Any, written: str) -> None:
    called = target(parameter("color", "path", **style), path="/things/{color}/parts")

    assert prepare_call(called, {"color": value}).url == f"https://api.a.example/v1/things/{written}/parts"


@pytest.mark.parametrize(
    ("style", "value", "written"),
    [
        (DEEP, ["charge", "customer"], "?color%5B0%5D=charge&color%5B1%5D=customer"),
        (DEEP, [{"price": "p_1"}, {"price": "p_2"}], "?color%5B0%5D%5Bprice%5D=p_1&color%5B1%5D%5Bprice%5D=p_2"),
        (DEEP, {"a": {"b": [1]}, "c": None, "d]": ""}, "?color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Bd%5D%5D="),
        (SPACES, ["a b", "c"], "?color=a%20b%20c"),
        (PIPES, ["a|b", None, "c"], "?color=a%7Cb%7Cc"),
        ({"style": "pipeDelimited", **APART}, ["a", "b"], "?color=a&color=b"),
        ({"style": "matrix"}, ["a", "b"], "?color=a&color=b"),
        (WHOLE, ["a,b", "c"], "?color=a%2Cb,c"),
        (APART, ["a", None, ""], "?color=a&color="),
        ({"allowReserved": True}, "a/b?c d", "?color=a/b?c%20d"),
        (
            {"allowReserved": True},
            "http://a.example/?q=1&r=[2]#3+4",
            "?color=http://a.example/?q=1%26r=%5B2%5D%233%2B4",
        ),
        ({"allowReserved": True}, "a%20b %zz", "?color=a%20b%20%25zz"),
        (WHOLE | {"allowReserved": True}, ["a/b", "c:d"], "?color=a/b,c:d"),
        ({"content_type": "application/json"}, {"a": [1]}, "?color=%7B%22a%22%3A%5B1%5D%7D"),
        ({"content_type": "application/json"}, '{"a": 1}', "?color=%7B%22a%22%3A%201%7D"),
        ({"content_type": "application/json", "schema": {"type": "string"}}, "a", "?color=%22a%22"),
        ({"content_type": "application/json"}, [], "?color=%5B%5D"),
        ({"content_type": "application/xml"}, "<a/>", "?color=%3Ca%2F%3E"),
        ({}, [], ""),
        (WHOLE, [], ""),
        (DEEP, {}, ""),
        ({}, {"a": None}, ""),
        ({}, None, ""),
    ],
)
def test_a_query_beyond_the_table(style: dict[str, Any], value: Any, written: str) -> None:
    called = target(parameter("color", **style))

    assert prepare_call(called, {"color": value}).url == f"https://api.a.example/v1/orders{written}"


@pytest.mark.parametrize(
    ("place", "style", "value", "written"),
    [
        ("header", {}, "a b, é", "a b, é"),
        ("header", {"style": "form"}, ["a", "b"], "a,b"),
        ("header", {"content_type": "application/json"}, {"a": "å\n"}, '{"a":"\\u00e5\\n"}'),
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
