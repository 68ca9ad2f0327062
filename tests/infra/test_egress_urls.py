"""A value in a URL stays the part that it was put in (T19)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.infra.egress import DestinationRefused, RequestRefused, expand_url, origin_of
from apps.infra.egress.urls import target_of

SERVER = "https://api.example.com/v2/"


@given(value=st.text() | st.sampled_from(["..", ".", "/", "a/../b", "?x=1", "#f", "@evil", "\\", "%2e%2e", "%0d%0a"]))
@settings(max_examples=3_000, deadline=None)
def test_any_value_leaves_host_depth_and_names_as_they_were(value):
    try:
        url = expand_url(SERVER, "/orders/{id}/lines", {"id": value}, {"q": value, "b": [value, 1]})
    except RequestRefused:
        return
    target = target_of(url)
    path, _, query = target.path.partition("?")
    assert target.origin == "https://api.example.com"
    assert path.split("/")[:3] == ["", "v2", "orders"]
    assert path.split("/")[4:] == ["lines"]
    assert [pair.split("=")[0] for pair in query.split("&")] == ["q", "b", "b"]
    assert target.url == url


def test_values_are_written_as_the_other_side_reads_them():
    path = "/a/{name}/{n}/{yes}"
    url = expand_url(
        SERVER, path, {"name": "Ä b/c", "n": 7, "yes": True}, {"a b": "c&d", "none": None, "l": ["x", "y"]}
    )
    assert url == "https://api.example.com/v2/a/%C3%84%20b%2Fc/7/true?a%20b=c%26d&l=x&l=y"


@pytest.mark.parametrize("value", ["", ".", "..", "a\r\nb", "a\x00b", "\ud800", None, {"a": 1}])
def test_values_that_would_move_the_path_are_refused(value):
    with pytest.raises(RequestRefused):
        expand_url(SERVER, "/orders/{id}", {"id": value}, {})


def test_a_missing_value_and_a_climbing_template_are_refused():
    for template, values in (("/a/{id}", {}), ("/a/../b", {}), ("/a/%2e%2E/b", {}), ("/{a}{b}", {"a": ".", "b": "."})):
        with pytest.raises(RequestRefused):
            expand_url(SERVER, template, values, {})


def test_a_server_url_with_password_or_query_is_refused():
    with pytest.raises(DestinationRefused):
        expand_url("https://user:pw@api.example.com", "/a", {}, {})
    with pytest.raises(RequestRefused):
        expand_url("https://api.example.com?x=1", "/a", {}, {})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://API.Example.com:443/x", "https://api.example.com"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://[::1]:8001/", "http://[::1]:8001"),
        ("https://bücher.example./", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_has_one_spelling(url, origin):
    assert origin_of(url) == origin
