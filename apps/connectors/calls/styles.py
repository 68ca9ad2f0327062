"""How the value of a parameter travels: the styles of OpenAPI 3, which are those of RFC 6570. Pure.

https://spec.openapis.org/oas/v3.1.1.html#style-values
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

from apps.infra.egress import Encoded

type Parameter = Mapping[str, Any]
type Pair = tuple[str, str]

# The first style of a place is its default.
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
GLUE = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
# What "allowReserved" leaves as it is. The specification takes "[", "]", "#", "&" and "+" out: a query cannot hold
# them, or they would end the value or change it.
RESERVED = ":/?@!$'()*,;="
TRIPLE = re.compile(r"(%[0-9A-Fa-f]{2})")
# Above it, the whole numbers between two neighbours of a float are lost: it is no number that somebody wrote.
LARGEST_EXACT = 2**53


def scalar(value: Any) -> str:
    """A single value as text: booleans as true and false, nothing as the empty text, 3.0 as 3."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_EXACT:
        return str(int(value))
    return "" if value is None else str(value)


def unfit(parameter: Parameter, value: Any) -> str:
    """Why ``value`` cannot be sent as ``parameter``; empty if it can."""
    name = parameter["name"]
    if "content_type" in parameter:
        return _unfit_content(parameter, value)
    deep = style_of(parameter) == "deepObject"
    if not deep and any(isinstance(each, (Mapping, list, tuple)) for each in _members(value)):
        return f"“{name}” is nested too deep for its place."
    if not all(_is_plain(text) for text in _texts(value)):
        return f"“{name}” holds a line break or another control character."
    if parameter["in"] == "header" and not all(_is_latin(text) for text in _texts(value)):
        return f"“{name}” holds a character that a header cannot carry."
    return ""


def is_absent(value: Any) -> bool:
    """True for what no style writes (RFC 6570, 2.3): nothing, a list of nothing, an object of nothing."""
    return value is None or (_is_composed(value) and all(each is None for each in _members(value)))


def path_text(parameter: Parameter, value: Any) -> Encoded:
    """A value as it stands in a path: simple ``a,b``, label ``.a.b``, matrix ``;name=a;name=b``."""
    name, style, parts = _quoted(parameter["name"]), style_of(parameter), _parts(parameter, value)
    if style == "label":
        return Encoded("." + ("." if explodes(parameter) else ",").join(parts))
    if style != "matrix":
        return Encoded(",".join(parts))
    if not explodes(parameter) or not _is_composed(value) or "content_type" in parameter:
        parts = [f"{name}={','.join(parts)}"]
    elif not isinstance(value, Mapping):
        parts = [f"{name}={part}" for part in parts]
    # RFC 6570, 3.2.7: an empty value stands without its "=".
    return Encoded("".join(f";{part.removesuffix('=')}" for part in parts))


def query_pairs(parameter: Parameter, value: Any) -> list[Pair]:
    """Names and values as they stand in a query, percent-encoded."""
    name = _quoted(parameter["name"])
    if value is None:
        return []
    if "content_type" in parameter:
        return [(name, _quoted(_written(parameter, value)))]
    if is_absent(value):
        return []
    return _composed(parameter, name, value) if _is_composed(value) else [(name, _text(parameter, value))]


def _composed(parameter: Parameter, name: str, value: Any) -> list[Pair]:
    style = style_of(parameter)
    if style == "deepObject":
        return [(path, _quoted(scalar(each))) for path, each in bracketed(name, value, quote("[]"))]
    if not explodes(parameter):
        return [(name, GLUE.get(style, ",").join(_parts(parameter, value)))]
    if isinstance(value, Mapping):
        return [(_quoted(str(key)), _text(parameter, each)) for key, each in _given(value)]
    return [(name, _text(parameter, each)) for each in value if each is not None]


def header_text(parameter: Parameter, value: Any) -> str:
    """A value as it stands in a header, where nothing is percent-encoded."""
    if "content_type" in parameter:
        return _written(parameter, value)
    return ",".join(_joined(value, explode=explodes(parameter)))


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
    """The parameter's style; where the document names none, or one of another place, the usual one."""
    possible = STYLES[parameter["in"]]
    return str(parameter["style"]) if parameter.get("style") in possible else possible[0]


def explodes(parameter: Parameter) -> bool:
    """True if each member of a list or an object stands for itself."""
    return bool(parameter.get("explode", style_of(parameter) == "form"))


def _parts(parameter: Parameter, value: Any) -> list[str]:
    """The texts of a value, encoded, that a delimiter joins."""
    if "content_type" in parameter:
        return [_quoted(_written(parameter, value))]
    named = explodes(parameter) and isinstance(value, Mapping)
    if named:
        return [f"{_quoted(str(key))}={_text(parameter, each)}" for key, each in _given(value)]
    return [_text(parameter, each) for each in _joined(value, explode=False)]


def _joined(value: Any, *, explode: bool) -> list[str]:
    if isinstance(value, Mapping) and explode:
        return [f"{key}={scalar(each)}" for key, each in _given(value)]
    if isinstance(value, Mapping):
        return [scalar(each) for each in chain.from_iterable(_given(value))]
    return [scalar(each) for each in value if each is not None] if _is_composed(value) else [scalar(value)]


def _given(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, each) for key, each in value.items() if each is not None)


def _text(parameter: Parameter, value: Any) -> str:
    if not parameter.get("allowReserved") or parameter["in"] != "query":
        return _quoted(scalar(value))
    # What is percent-encoded already passes as it is; in a split, these are the odd pieces.
    pieces = enumerate(TRIPLE.split(scalar(value)))
    return "".join(piece if odd % 2 else quote(piece, safe=RESERVED) for odd, piece in pieces)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _written(parameter: Parameter, value: Any) -> str:
    """A value in the media type of its parameter. A text may be JSON already, unless the schema asks for a text."""
    if isinstance(value, str) and not (_is_json(parameter) and parameter.get("schema", {}).get("type") == "string"):
        return value
    if not _is_json(parameter):
        return scalar(value)
    text = json.dumps(value, ensure_ascii=parameter["in"] == "header", separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode()


def _unfit_content(parameter: Parameter, value: Any) -> str:
    name = parameter["name"]
    if _is_composed(value) and not _is_json(parameter):
        return f"“{name}” travels as {parameter['content_type']}: give it as a text."
    text = _written(parameter, value)
    if not _is_plain(text):
        return f"“{name}” holds a line break or another control character."
    if parameter["in"] == "header" and not _is_latin(text):
        return f"“{name}” holds a character that a header cannot carry."
    return ""


def _is_json(parameter: Parameter) -> bool:
    plain = str(parameter["content_type"]).split(";", maxsplit=1)[0].strip().lower()
    return plain in ("application/json", "text/json", "*/*", "") or plain.endswith("+json")


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


def _is_latin(text: str) -> bool:
    return all(character <= "\xff" and not "\x80" <= character < "\xa0" for character in text)
