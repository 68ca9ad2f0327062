"""Request bodies as real APIs read them, without a database; what is written is read back by other people's code."""

import base64
import json
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.connectors.calls import CallPlan, CallRefused, prepare_call, prepare_http
from apps.connectors.calls.bodies import body
from apps.core.errors import Refused
from tests.connectors.test_prepare_call import parameter, target
from tests.connectors.test_styles import DEEP, PIPES, WHOLE

JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
# Stripe's own way to declare what is nested.
STRIPE = {"metadata": DEEP, "items": DEEP, "expand": DEEP}
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


def a_file(content: bytes, **members: Any) -> dict[str, Any]:
    return {"content_base64": base64.b64encode(content).decode(), **members}


def parts_of(content_type: str, content: str | bytes) -> list[Message]:
    raw = content.encode() if isinstance(content, str) else content
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw)
    return [part for part in message.walk() if not part.is_multipart()]


def name_of(part: Message) -> Any:
    return part.get_param("name", header="content-disposition")


@pytest.mark.parametrize(
    ("encoding", "value", "written"),
    [
        (STRIPE, {"metadata": {"order": "6 x"}}, "metadata[order]=6+x"),
        (STRIPE, {"items": [{"price": "p_1", "quantity": 2}]}, "items[0][price]=p_1&items[0][quantity]=2"),
        (STRIPE, {"expand": ["charge", "customer"]}, "expand[0]=charge&expand[1]=customer"),
        (STRIPE, {"metadata": {}, "items": [], "expand": None}, ""),
        (STRIPE, {"metadata": ""}, "metadata="),
        ({}, {"To": "+4512345678", "Body": "Hej & hallo"}, "To=%2B4512345678&Body=Hej+%26+hallo"),
        ({}, {"StatusCallbackEvent": ["sent", "failed"]}, "StatusCallbackEvent=sent&StatusCallbackEvent=failed"),
        ({"ids": WHOLE}, {"ids": [1, 2]}, "ids=1,2"),
        ({"ids": PIPES}, {"ids": [1, 2]}, "ids=1%7C2"),
        ({"url": {"allowReserved": True}}, {"url": "http://a/?b=c&d"}, "url=http://a/?b=c%26d"),
        ({}, {"blocks": [{"a": 1}]}, "blocks=%5B%7B%22a%22%3A1%7D%5D"),
        ({"payload": {"contentType": JSON}}, {"payload": {"a": 1}}, "payload=%7B%22a%22%3A1%7D"),
        ({}, {"on": True, "off": None, "n": 2.0}, "on=true&n=2"),
        (None, {"a": {"b]": [1]}}, "a[b%5D][0]=1"),
    ],
)
def test_a_form_is_written_as_its_api_wants_it(encoding: Any, value: dict[str, Any], written: str) -> None:
    assert body(FORM, value, encoding) == ({"content-type": FORM}, written)


@given(st.dictionaries(st.text("ab=&+ %", min_size=1), st.text("ab=&+ %å\r\n"), min_size=1))
def test_whatever_a_form_holds_can_be_read_back(value: dict[str, str]) -> None:
    _, written = body(FORM, value, {})

    assert dict(parse_qsl(str(written), keep_blank_values=True)) == value


def test_a_message_of_parts_can_be_read_back() -> None:
    given_value = {"payload": {"content": "Hallo"}, "file": "a,b\r\n1,2", "tag": ["x", "y"], "none": None}

    headers, written = body(PARTS, given_value, {"file": {"is_file": True}})

    parts = parts_of(headers["content-type"], written)
    assert list(map(name_of, parts)) == ["payload", "file", "tag", "tag"]
    assert (parts[0].get_content_type(), json.loads(str(parts[0].get_payload()))) == (JSON, {"content": "Hallo"})
    assert (parts[1].get_filename(), parts[1].get_payload()) == ("file", "a,b\r\n1,2")
    assert body(PARTS, given_value, {"file": {"is_file": True}})[1] == written


def test_files_travel_as_their_bytes() -> None:
    picture = a_file(PNG, filename='a "b".png', content_type="image/png", headers={"X-Order": 7})
    encoding = {"avatar": {"is_file": True, "contentType": "image/*", "headers": {"X-Kind": "face", "X-Order": "0"}}}

    headers, written = body(PARTS, {"avatar": [picture, a_file(PNG)], "name": "Åse"}, encoding)

    first, second, name = parts_of(headers["content-type"], written)
    assert first.get_payload(decode=True) == second.get_payload(decode=True) == PNG
    assert (first.get_content_type(), second.get_content_type()) == ("image/png", "application/octet-stream")
    assert (first.get_filename(), second.get_filename()) == ("a %22b%22.png", "avatar")
    assert [(part["X-Kind"], part["X-Order"]) for part in (first, second)] == [("face", "7"), ("face", "0")]
    assert str(name.get_payload(decode=True), "utf-8") == "Åse"


def test_each_part_has_the_type_and_style_of_its_document() -> None:
    encoding = {
        "about": {"contentType": "text/csv, text/plain"},
        "link": {"style": "deepObject", "explode": True},
        "ids": {"style": "form", "explode": False},
    }
    value = {"about": "a;b", "link": {"create": True, "meta": {"a": "ö&"}}, "ids": [1, 2], "rows": [{"a": 1}, {"a": 2}]}

    headers, written = body(PARTS, value, encoding)

    parts = parts_of(headers["content-type"], written)
    told = [(name_of(part), part.get_content_type(), part.get_payload(decode=True)) for part in parts]
    assert told == [
        ("about", "text/csv", b"a;b"),
        ("link[create]", "text/plain", b"true"),
        ("link[meta][a]", "text/plain", "ö&".encode()),
        ("ids", "text/plain", b"1,2"),
        ("rows", JSON, b'{"a": 1}'),
        ("rows", JSON, b'{"a": 2}'),
    ]


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4), st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_a_part_never_ends_before_its_content(contents: list[bytes], filename: str, field: str) -> None:
    assume(all(_is_whole(text) for text in (filename, field)))
    value = {"before": "1", field: [a_file(each, filename=filename) for each in contents], "after": "2"}

    headers, written = body(PARTS, value, {})

    boundary = headers["content-type"].rpartition("boundary=")[2].encode()
    raw = written if isinstance(written, bytes) else written.encode()
    pieces = raw.split(b"--" + boundary)
    assert len(pieces) == sum(len(each) if isinstance(each, list) else 1 for each in value.values()) + 2
    if field not in ("before", "after"):
        assert [piece.partition(b"\r\n\r\n")[2][:-2] for piece in pieces[2:-2]] == contents


@pytest.mark.parametrize(
    ("content_type", "value", "headed", "written"),
    [
        (JSON, {"a": "å", "b": None}, JSON, '{"a": "å", "b": null}'),
        (JSON, "text", JSON, '"text"'),
        (JSON, "\udcff", JSON, '"\\udcff"'),
        ("application/vnd.api+json; ext=x", [1], "application/vnd.api+json; ext=x", "[1]"),
        ("*/*", {"a": 1}, JSON, '{"a": 1}'),
        ("*/*", "# Hi", "text/plain", "# Hi"),
        ("text/plain", "Hi", "text/plain", "Hi"),
        ("text/x-markdown", "# Å", "text/x-markdown; charset=utf-8", "# Å"),
        ("text/plain", 7, "text/plain", "7"),
        ("application/xml", "<å/>", "application/xml", "<å/>"),
        ("application/octet-stream", "plain", "application/octet-stream", "plain"),
        ("application/octet-stream", a_file(PNG), "application/octet-stream", PNG),
        ("*/*", a_file(PNG, content_type="image/png"), "image/png", PNG),
        ("image/*", a_file(PNG), "application/octet-stream", PNG),
        ("application/zip", a_file(b"PK"), "application/zip", "PK"),
    ],
)
def test_other_bodies_travel_as_they_are(content_type: str, value: Any, headed: str, written: str | bytes) -> None:
    assert body(content_type, value, {}) == ({"content-type": headed}, written)


@pytest.mark.parametrize(
    ("content_type", "value", "reason"),
    [
        ("text/csv", {"a": 1}, "A body of type text/csv is made from a text or from a file"),
        (PARTS, "text", "A body of type multipart/form-data is made from an object"),
        (FORM, [1], "A body of type application/x-www-form-urlencoded is made from an object"),
        (FORM, {"file": a_file(PNG)}, "cannot carry a file"),
        (PARTS, {"file": {"content_base64": "no base64!"}}, "given in base64"),
        (PARTS, {"file": a_file(PNG, content_type="a\r\nX-Evil: 1")}, "is not a media type"),
        (PARTS, {"file": a_file(PNG, headers={"X-A": "1\r\nX-Evil: 1"})}, "cannot be the header of a part"),
        (PARTS, {"file": a_file(PNG, headers={"X A": "1"})}, "cannot be the header of a part"),
        (PARTS, {"a": "\udcff"}, "half of a character"),
        (FORM, {"a": "\udcff"}, "half of a character"),
        ("text/plain", "\udcff", "half of a character"),
        (JSON, float("inf"), "a number that JSON does not know"),
    ],
)
def test_a_body_that_cannot_be_made_says_why(content_type: str, value: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        body(content_type, value, {})


def sent(value: Any, **operation: Any) -> CallPlan:
    return prepare_call(target(method="POST", body=True, **operation), {"body": value})


def test_a_file_travels_in_parts_where_the_document_offers_them() -> None:
    offered = {"content_type": JSON, "other_types": {FORM: {}, PARTS: {"file": {"contentType": "image/png"}}}}

    plain, with_file = sent({"name": "a"}, **offered), sent({"name": "a", "file": a_file(PNG)}, **offered)

    assert (plain.headers["content-type"], plain.body) == (JSON, '{"name": "a"}')
    parts = parts_of(with_file.headers["content-type"], with_file.content or b"")
    assert [(name_of(part), part.get_content_type()) for part in parts] == [
        ("name", "text/plain"),
        ("file", "image/png"),
    ]


def test_a_plan_with_bytes_stays_plain_data() -> None:
    plan = sent(a_file(PNG), content_type="application/octet-stream")

    assert plan.content == PNG
    assert base64.b64decode(json.loads(json.dumps(plan.body))) == PNG


def test_a_plain_call_carries_parts_with_their_boundary() -> None:
    plan = prepare_http("post", "https://a.example/", headers={"Content-Type": PARTS}, body={"a": "1"})

    assert [name_of(part) for part in parts_of(plan.headers["content-type"], plan.content or b"")] == ["a"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("content_type", [JSON, FORM, PARTS, "text/plain", "application/octet-stream", "*/*"])
@pytest.mark.parametrize("style", [{}, DEEP, PIPES, {"allowReserved": True}, {"content_type": JSON}])
@given(place=st.sampled_from(["id", "q", "X-T", "c", "body"]), value=VALUES)
def test_no_value_changes_where_a_call_goes(content_type: str, style: dict[str, Any], place: str, value: Any) -> None:
    places = (parameter("id", "path"), parameter("q", **style), parameter("X-T", "header"), parameter("c", "cookie"))
    called = target(*places, path="/orders/{id}/lines", method="POST", body=True, content_type=content_type)
    given_values = {"id": "1", "q": "a", "X-T": "b", "c": "d", place: value}
    try:
        plan = prepare_call(called, given_values)
    except CallRefused:
        return

    split = urlsplit(plan.url)
    assert (split.scheme, split.netloc, split.fragment) == ("https", "api.a.example", "")
    assert split.path.count("/") == 4
    assert not set(split.path.split("/")) & {".", ".."}
    assert plan.headers.keys() <= {"accept", "content-type", "X-T", "cookie"}
    assert not [value for value in plan.headers.values() if set(value) & set("\r\n\x00")]
    assert all(_is_latin(value) for value in plan.headers.values())
    if not isinstance(given_values["q"], dict):
        assert set(parse_qs(split.query, keep_blank_values=True)) <= _indexed(given_values["q"])
    assert isinstance(plan.content, bytes | None)


def _indexed(value: Any) -> set[str]:
    """The names that a list may take in the deep style."""
    return {"q", *(name for name, _ in _paths("q", value))}


def _paths(name: str, value: Any) -> list[tuple[str, Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        return [(name, value)]
    return [found for key, each in members for found in _paths(f"{name}[{key}]", each)]


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
