"""What changed in the configuration of two builds, and how much that matters to whoever calls the API. Pure."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from apps.connectors.compatibility import Change, Level
from apps.connectors.enums import RatePer, Scheme

PREFIX = "configuration-"
SERVERS, SIGN_IN, FIELDS, EXECUTION, PAGING, TEST = "Servers", "Sign-in", "Fields", "Execution", "Paging", "Test"
NO_SCHEME = "none"
WORDS_ONLY = frozenset(("label", "help", "title", "description", "example", "placeholder"))
OPTIONS = {
    "header": "the header of the key",
    "query": "the query parameter of the key",
    "prefix": "the word before the key",
    "token_url": "the token address",
    "authorize_url": "the sign-in address",
    "scope": "the scope",
}
USUAL_TIMEOUT_S = 10

type Data = Mapping[str, Any]


def configuration_changes(old: Data, new: Data) -> list[Change]:
    """Return what changed from one build's configuration to the other's, the worst first."""
    found = [change for part in PARTS for change in part(old, new)]
    return sorted(found, key=lambda change: change.level.rank)


def _servers(old: Data, new: Data) -> Iterator[Change]:
    before, now = old.get("servers") or {}, new.get("servers") or {}
    signs_in = new.get("scheme", NO_SCHEME) != NO_SCHEME
    for kind in dict.fromkeys((*before, *now)):
        yield from _server(kind, before.get(kind) or "", now.get(kind) or "", signs_in=signs_in)


def _server(kind: str, before: str, now: str, *, signs_in: bool) -> Iterator[Change]:
    if before == now:
        return
    if not before:
        yield _change("server-added", Level.COMPATIBLE, f"There is a server for {kind} now: {now}.", SERVERS)
    elif not now:
        where = "until one is entered, this build cannot be synced there"
        yield _change("server-removed", Level.MAY_BREAK, f"There is no server for {kind}: {where}.", SERVERS)
    elif signs_in and _origin(before) != _origin(now):
        told = f"Calls in {kind} go to {now} instead of {before}. A connection's secret is sent to the place it was"
        yield _change("server-origin-changed", Level.BREAKING, f"{told} entered for only: enter it anew.", SERVERS)
    else:
        told = f"Calls in {kind} go to {now} instead of {before}."
        yield _change("server-changed", Level.MAY_BREAK, told, SERVERS)


def _sign_in(old: Data, new: Data) -> Iterator[Change]:
    before, now = old.get("scheme", NO_SCHEME), new.get("scheme", NO_SCHEME)
    if before == now:
        yield from _scheme_options(old.get("scheme_options") or {}, new.get("scheme_options") or {})
    elif now == NO_SCHEME:
        told = "Calls carry no credentials any more."
        yield _change("scheme-removed", Level.MAY_BREAK, told, SIGN_IN)
    else:
        told = f"Sign-in changed from {_scheme(before)} to {_scheme(now)}: every connection must be entered anew."
        yield _change("scheme-changed", Level.BREAKING, told, SIGN_IN)


def _scheme_options(old: Data, new: Data) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        before, now = old.get(name), new.get(name)
        if before == now:
            continue
        moved = name.endswith("_url") and _origin(str(before or "")) != _origin(str(now or ""))
        what = OPTIONS.get(name, _words(name))
        told = f"For sign-in, {what} changed from {_shown(before)} to {_shown(now)}."
        level = Level.BREAKING if moved else Level.MAY_BREAK
        yield _change(f"sign-in-{name.replace('_', '-')}-changed", level, told, SIGN_IN)


def _fields(old: Data, new: Data) -> Iterator[Change]:
    before, now = _by_name(old.get("individual")), _by_name(new.get("individual"))
    for name in dict.fromkeys((*before, *now)):
        if name not in now:
            told = f"Connections are not asked for “{_label(before[name])}” any more; calls go without it."
            yield _change("field-removed", Level.MAY_BREAK, told, FIELDS)
        elif name not in before:
            yield _added_field(now[name])
        else:
            yield from _field(before[name], now[name])


def _added_field(field: Data) -> Change:
    told = f"Connections are asked for “{_label(field)}”"
    if field.get("required"):
        return _change("required-field-added", Level.BREAKING, f"{told}: each must be completed.", FIELDS)
    return _change("optional-field-added", Level.COMPATIBLE, f"{told}; it may stay empty.", FIELDS)


def _field(before: Data, now: Data) -> Iterator[Change]:
    if before == now:
        return
    label, was, is_now = _label(now), bool(before.get("required")), bool(now.get("required"))
    if is_now and not was:
        told = f"“{label}” is required of every connection now."
        yield _change("field-became-required", Level.BREAKING, told, FIELDS)
    elif was and not is_now:
        yield _change("field-became-optional", Level.COMPATIBLE, f"“{label}” may stay empty now.", FIELDS)
    differing = {key for key in {*before, *now} if before.get(key) != now.get(key)} - {"required"}
    if differing - WORDS_ONLY:
        told = f"“{label}” changed: {', '.join(_words(key) for key in sorted(differing - WORDS_ONLY))}."
        yield _change("field-changed", Level.MAY_BREAK, told, FIELDS)
    elif differing:
        yield _change("field-reworded", Level.COMPATIBLE, f"“{label}” is worded differently.", FIELDS)


def _execution(old: Data, new: Data) -> Iterator[Change]:
    before, now = old.get("execution") or {}, new.get("execution") or {}
    for limit in LIMITS:
        if before.get(limit.name) != now.get(limit.name):
            yield _limited(limit, before, now)
    headers = [kept.get("idempotency_header") or "" for kept in (before, now)]
    if headers[0] != headers[1]:
        yield _idempotency(*headers)


def _idempotency(before: str, now: str) -> Change:
    if not before:
        told = f"Calls that may not be repeated carry a key in {now} now."
        return _change("idempotency-header-added", Level.COMPATIBLE, told, EXECUTION)
    if not now:
        told = "Calls carry no idempotency key any more: a repeated one may act twice."
        return _change("idempotency-header-removed", Level.MAY_BREAK, told, EXECUTION)
    told = f"The idempotency key travels in {now} instead of {before}."
    return _change("idempotency-header-changed", Level.MAY_BREAK, told, EXECUTION)


def _limited(limit: "Limit", before: Data, now: Data) -> Change:
    """Less than before may break; the same amount in another way (other retries, say) may too."""
    was, is_now = limit.value(before), limit.value(now)
    direction = "changed" if was == is_now else "decreased" if is_now < was else "increased"
    level = Level.COMPATIBLE if is_now > was else Level.MAY_BREAK
    told = f"{limit.label}: {limit.words(now)} instead of {limit.words(before)}."
    return _change(f"{limit.rule}-{direction}", level, told, EXECUTION)


def _rate(kept: Data) -> float:
    rate = kept.get("rate") or {}
    return rate["calls"] / RatePer(rate["per"]).seconds if rate.get("calls") else math.inf


def _rate_words(kept: Data) -> str:
    rate = kept.get("rate") or {}
    return f"{rate['calls']} calls per {rate['per']}" if rate.get("calls") else "no limit"


def _tries_words(kept: Data) -> str:
    retries = kept.get("retries") or {}
    return f"{retries['attempts']} after {', '.join(retries.get('on', ()))}" if retries.get("attempts") else "none"


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of the execution of which callers want no less than they had."""

    name: str
    rule: str
    label: str
    value: Callable[[Data], float]
    words: Callable[[Data], str]


LIMITS = (
    Limit(
        "timeout_s",
        "time-limit",
        "Time limit of a call",
        lambda kept: float(kept.get("timeout_s") or USUAL_TIMEOUT_S),
        lambda kept: f"{kept.get('timeout_s') or USUAL_TIMEOUT_S} s",
    ),
    Limit(
        "retries",
        "retries",
        "Further tries",
        lambda kept: float((kept.get("retries") or {}).get("attempts", 0)),
        _tries_words,
    ),
    Limit("rate", "rate-limit", "Rate limit", _rate, _rate_words),
    Limit(
        "at_once",
        "calls-at-once",
        "Calls at once",
        lambda kept: float(kept.get("at_once") or math.inf),
        lambda kept: str(kept.get("at_once") or "any number"),
    ),
)


def _paging(old: Data, new: Data) -> Iterator[Change]:
    before, now = old.get("paging") or {}, new.get("paging") or {}
    if before == now:
        return
    if not before:
        yield _change("paging-added", Level.COMPATIBLE, "Pages of long answers can be followed now.", PAGING)
    elif not now:
        told = "Pages of long answers are not followed any more: only the first one comes."
        yield _change("paging-removed", Level.BREAKING, told, PAGING)
    else:
        told = "How pages of long answers are followed has changed."
        yield _change("paging-changed", Level.MAY_BREAK, told, PAGING)


def _test(old: Data, new: Data) -> Iterator[Change]:
    if old.get("test") != new.get("test"):
        yield _change("test-changed", Level.COMPATIBLE, "What the pipeline's test calls has changed.", TEST)


PARTS: tuple[Callable[[Data, Data], Iterator[Change]], ...] = (_servers, _sign_in, _fields, _execution, _paging, _test)


def _change(rule: str, level: Level, sentence: str, place: str) -> Change:
    return Change(rule=f"{PREFIX}{rule}", level=level, sentence=sentence, place=place)


def _scheme(value: str) -> str:
    label = Scheme(value).label if value in Scheme.values else _words(value)
    return f"“{label}”"


def _by_name(fields: Any) -> dict[str, Data]:
    listed = fields if isinstance(fields, list) else []
    return {str(field.get("name", "")): field for field in listed if isinstance(field, Mapping)}


def _label(field: Data) -> str:
    return str(field.get("label") or field.get("name") or "")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _words(name: str) -> str:
    return str(name).replace("_", " ")


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "", {}, []) else str(value)
