"""The next part of an answer that comes in pages. Pure.

pages = Pages(paging, most=20)
parameters = first_parameters(paging, operation, {"status": "open"})
result = …
if following := pages.after(plan, parameters, result): …  # its parameters, or its address
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from apps.connectors.calls.plan import CallPlan
from apps.connectors.calls.result import CallResult
from apps.connectors.enums import PagingKind
from apps.infra.egress import EgressError, origin_of

MOST_PAGES = 1_000
# RFC 8288: <address>; rel="next", and several of them in one header.
LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^;,<>=\s]+\s*(?:=\s*(?:\"[^\"]*\"|[^;,<>\"\s]*))?)*)")
RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^;,\s\"]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Following:
    """The call for the next page: the same operation with ``parameters``, or ``plan`` with an address of the API's."""

    parameters: dict[str, Any]
    plan: CallPlan | None = None


@dataclass(slots=True)
class Pages:
    """Follows pages until there is no next one, the limit is reached, or an API leads back to where it has been."""

    paging: Mapping[str, Any]
    most: int = MOST_PAGES
    read: int = 0
    stopped_because: str = ""
    seen: set[str] = field(default_factory=set)

    def after(self, plan: CallPlan, parameters: Mapping[str, Any], result: CallResult) -> Following | None:
        """Return the call for the page after ``result``, None where there is none (``stopped_because`` may say why)."""
        self.read += 1
        self.seen.add(_place(plan, parameters))
        following = self._following(plan, parameters, result)
        if following is None:
            return None
        if self.read >= self.most:
            self.stopped_because = f"the limit of {self.most} {'page' if self.most == 1 else 'pages'} is reached"
            return None
        if _place(following.plan or plan, following.parameters) in self.seen:
            self.stopped_because = "the API leads back to a page that was read already"
            return None
        return following

    def _following(self, plan: CallPlan, parameters: Mapping[str, Any], result: CallResult) -> Following | None:
        if not result.is_success:
            return None
        if self.paging.get("kind") == PagingKind.LINK:
            url = next_url(plan, result.headers)
            return Following(dict(parameters), replace(plan, url=url)) if url else None
        following = next_parameters(self.paging, parameters, result.body)
        return Following(following) if following is not None else None


def first_parameters(
    paging: Mapping[str, Any], operation: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the parameters of the first page: with the size of a page, where the operation knows it."""
    name, size = paging.get("size_parameter", ""), paging.get("size")
    known = {parameter["name"] for parameter in operation["parameters"]}
    wanted = name in known and size and name not in parameters and f"query.{name}" not in parameters
    return {**parameters, name: size} if wanted else dict(parameters)


def divides(paging: Mapping[str, Any], operation: Mapping[str, Any]) -> bool:
    """Tell whether an operation can be asked for further pages."""
    kind = paging.get("kind", PagingKind.NONE)
    known = {parameter["name"] for parameter in operation["parameters"]}
    return kind == PagingKind.LINK or (kind != PagingKind.NONE and paging.get("parameter") in known)


def next_parameters(paging: Mapping[str, Any], parameters: Mapping[str, Any], body: Any) -> dict[str, Any] | None:
    """Return the parameters of the next page by page number, offset or cursor; None after the last one."""
    kind, name = paging.get("kind", PagingKind.NONE), paging.get("parameter", "")
    if not name or (paging.get("more_at") and not at(body, paging["more_at"])):
        return None
    given = f"query.{name}" if f"query.{name}" in parameters else name
    if kind == PagingKind.CURSOR:
        cursor = at(body, paging.get("cursor_at", ""))
        is_cursor = isinstance(cursor, (str, int)) and not isinstance(cursor, bool) and cursor != ""
        return {**parameters, given: cursor} if is_cursor else None
    if kind not in (PagingKind.PAGE, PagingKind.OFFSET):
        return None
    items = at(body, paging.get("items_at", ""))
    count = len(items) if isinstance(items, (list, dict)) else 0
    size = _whole(parameters.get(paging.get("size_parameter") or "", paging.get("size")))
    # Without a promise of more, a short page is the last one.
    if not count or (size and count < size and not paging.get("more_at")):
        return None
    begin = _whole(paging.get("first"), default=1) if kind == PagingKind.PAGE else 0
    present = _whole(parameters.get(given), default=begin) or 0
    return {**parameters, given: present + (1 if kind == PagingKind.PAGE else count)}


def next_url(plan: CallPlan, headers: Mapping[str, str]) -> str:
    """Return the absolute address of the next page from a ``Link`` header (RFC 8288); empty where there is none.

    An address of another origin is not followed: the call would go where nobody allowed it to.
    """
    for address, attributes in LINK.findall(headers.get("link", "")):
        relations = " ".join(quoted or plain for quoted, plain in RELATION.findall(attributes)).lower().split()
        if "next" in relations:
            url = _without(plan.scheme_options.get("query", ""), urljoin(plan.url, address))
            return url if _same_origin(url, plan.url) else ""
    return ""


def at(body: Any, path: str) -> Any:
    """Return what stands at a JSON pointer (``/data/0``) or a dotted path (``data.-1.id``); empty: the whole answer.

    None where nothing stands there.
    """
    for part in _parts(path):
        if isinstance(body, Mapping):
            body = body.get(part)
        elif (
            isinstance(body, (list, tuple)) and re.fullmatch(r"-?\d{1,9}", part) and -len(body) <= int(part) < len(body)
        ):
            body = body[int(part)]
        else:
            return None
    return body


def _parts(path: str) -> list[str]:
    path = path.strip()
    if path.startswith("/"):
        return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]
    return path.removeprefix("$.").split(".") if path not in ("", "$") else []


def _whole(value: Any, default: int | None = None) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def _place(plan: CallPlan, parameters: Mapping[str, Any]) -> str:
    return f"{plan.url} {sorted(parameters.items(), key=str)!r}"


def _same_origin(url: str, other: str) -> bool:
    try:
        return origin_of(url) == origin_of(other)
    except EgressError:
        return False


def _without(name: str, url: str) -> str:
    """The address without a key that some APIs repeat in their links; it is added anew when the call is sent."""
    split = urlsplit(url)
    if not name or name not in dict(parse_qsl(split.query, keep_blank_values=True)):
        return url
    kept = [pair for pair in parse_qsl(split.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(split._replace(query=urlencode(kept)))
