"""How the value of a parameter travels: the styles of OpenAPI 3, which are those of RFC 6570. Pure.

https://spec.openapis.org/oas/v3.1.1.html#style-values
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

from apps.infra.egress import Encoded

type Parameter = Mapping[str, Any]
type Pair = tuple[str, str]

DEFAULTS = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
GLUE = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
# What "allowReserved" leaves as it is; "#", "&" and "+" would end the value or change it.
RESERVED = ":/?@!$'()*,;[]="


def scalar(value: Any) -> str:
    """A single value as text: booleans as true and false, nothing as the empty text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def unfit(parameter: Parameter, value: Any) -> str:
    """Why ``value`` cannot be sent as ``parameter``; empty if it can."""
    name = parameter["name"]
    if "content_type" in parameter:
        return ""
    deep = style_of(parameter) == "deepObject"
    if not deep and any(isinstance(each, (Mapping, list, tuple)) for each in _members(value)):
        return f"“{name}” is nested too deep for its place."
    if not all(_is_plain(text) for text in _texts(value)):
        return f"“{name}” holds a line break or another control character."
    return ""


def path_text(parameter: Parameter, value: Any) -> Encoded:
    """A value as it stands in a path: simple ``a,b``, label ``.a.b``, matrix ``;name=a;name=b``."""
    name, style, parts = _quoted(parameter["name"]), style_of(parameter), _parts(parameter, value)
    if style == "label":
        return Encoded("." + ("." if _explodes(parameter) else ",").join(parts))
    if style != "matrix":
        return Encoded(",".join(parts))
    if not _explodes(parameter) or not _is_composed(value):
        joined = ",".join(parts)
        return Encoded(f";{name}={joined}" if joined else f";{name}")
    return Encoded("".join(f";{part}" if isinstance(value, Mapping) else f";{name}={part}" for part in parts))


def query_pairs(parameter: Parameter, value: Any) -> list[Pair]:
    """Names and values as they stand in a query, percent-encoded."""
    name = _quoted(parameter["name"])
    if value is None:
        return []
    if "content_type" in parameter:
        return [(name, _quoted(_json(value)))]
    return _composed(parameter, name, value) if _is_composed(value) else [(name, _text(parameter, value))]


def _composed(parameter: Parameter, name: str, value: Any) -> list[Pair]:
    style = style_of(parameter)
    if style == "deepObject":
        return [(path, _quoted(scalar(each))) for path, each in bracketed(name, value, quote("[]"))]
    if not _explodes(parameter):
        return [(name, GLUE.get(style, ",").join(_parts(parameter, value)))]
    if isinstance(value, Mapping):
        return [(_quoted(str(key)), _text(parameter, each)) for key, each in _given(value)]
    return [(name, _text(parameter, each)) for each in value]


def header_text(parameter: Parameter, value: Any) -> str:
    """A value as it stands in a header, where nothing is percent-encoded."""
    if "content_type" in parameter:
        return _json(value)
    return ",".join(_joined(value, explode=_explodes(parameter)))


def cookies(parameter: Parameter, value: Any) -> list[str]:
    """``name=value`` for each cookie of the parameter."""
    return [f"{name}={text}" for name, text in query_pairs(parameter, value)]


def bracketed(name: str, value: Any, brackets: str = "[]") -> Iterator[tuple[str, Any]]:
    """``expand[0]``, ``metadata[order]`` with their values: the way of deepObject and of most form APIs."""
    before, after = brackets[: len(brackets) // 2], brackets[len(brackets) // 2 :]
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from bracketed(f"{name}{before}{_quoted(str(key))}{after}", each, brackets)
    elif isinstance(value, (list, tuple)):
        for index, each in enumerate(value):
            yield from bracketed(f"{name}{before}{index}{after}", each, brackets)
    elif value is not None:
        yield name, value


def style_of(parameter: Parameter) -> str:
    """The parameter's style; where the document names none, that of its place."""
    return str(parameter.get("style") or DEFAULTS[parameter["in"]])


def _explodes(parameter: Parameter) -> bool:
    return bool(parameter.get("explode", style_of(parameter) == "form"))


def _parts(parameter: Parameter, value: Any) -> list[str]:
    """The texts of a value, encoded, that a delimiter joins."""
    if "content_type" in parameter:
        return [_quoted(_json(value))]
    named = _explodes(parameter) and isinstance(value, Mapping)
    if named:
        return [f"{_quoted(str(key))}={_text(parameter, each)}" for key, each in _given(value)]
    return [_text(parameter, each) for each in _joined(value, explode=False)]


def _joined(value: Any, *, explode: bool) -> list[str]:
    if isinstance(value, Mapping) and explode:
        return [f"{key}={scalar(each)}" for key, each in _given(value)]
    if isinstance(value, Mapping):
        return [scalar(each) for each in chain.from_iterable(_given(value))]
    return [scalar(each) for each in value] if _is_composed(value) else [scalar(value)]


def _given(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, each) for key, each in value.items() if each is not None)


def _text(parameter: Parameter, value: Any) -> str:
    reserved = RESERVED if parameter.get("allowReserved") and parameter["in"] == "query" else ""
    return quote(scalar(value), safe=reserved)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_composed(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple))


def _members(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from chain.from_iterable((str(key), *_texts(each)) for key, each in value.items())
    elif isinstance(value, (list, tuple)):
        yield from chain.from_iterable(map(_texts, value))
    else:
        yield scalar(value)


def _is_plain(text: str) -> bool:
    return not any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in text)
