"""A version's configuration as its page shows it, in words."""

from dataclasses import dataclass

from django.urls import reverse

from apps.connectors.calls.individual import fields_of
from apps.connectors.calls.pace import rate_of
from apps.connectors.calls.retries import retries_of
from apps.connectors.enums import PagingKind, RetryOn, Scheme, UsedAs
from apps.connectors.models import ConnectorVersion

LABELS = {
    "header": "Header",
    "query": "Query parameter (seen in logs)",
    "prefix": "Word before the key",
    "token_url": "Token URL",
    "scope": "Scope",
}
EMPTY = {
    "individual": "Nothing. Ask for what differs between customers: a part of the server's address, an account number.",
    "paging": "The API's answers have no pages. If they come in pieces, say how the next piece is asked for.",
    "test": "No call yet. Choose what “Test” calls; connections are tested with the first call that changes nothing.",
    "readme": "Nothing yet. Tell builders what they should know about this API.",
}
RETRIED_ON = {RetryOn.NO_ANSWER: "no answer", RetryOn.TOO_MANY: "429", RetryOn.SERVER_ERROR: "5xx"}
OF_PAGING = {
    "parameter": "Parameter",
    "first": "First page",
    "size_parameter": "Parameter of the size",
    "size": "Size of a page",
    "items_at": "Items stand at",
    "cursor_at": "Next cursor stands at",
    "more_at": "More if set",
}

type Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """One part of the configuration: its values in words (or ``empty``: what it is for), and where it is changed."""

    title: str
    url: str
    rows: Rows
    empty: str = ""
    opens: str = "dialog"

    @property
    def edit_label(self) -> str:
        """What the button says to screen readers."""
        return f"Edit {self.title.lower()}"


def summary_of(version: ConnectorVersion) -> list[SectionSummary]:
    """Return the parts of a version's configuration."""
    place = [version.connector.slug, version.number]
    source = [(version.get_source_kind_display(), version.source_name)]
    source_url = reverse("connectors:version_source", args=place)
    rows: dict[str, Rows] = {
        "servers": [("Development", version.development_server), ("Production", version.production_server)],
        "sign-in": [("Scheme", Scheme(version.scheme).label), *_options(version)],
        "individual": _individual(version),
        "execution": _execution(version),
        "paging": _paging(version),
        "test": _test(version),
        "readme": _readme(version),
    }
    parts = [
        SectionSummary(
            key.capitalize(), reverse("connectors:version_configure", args=[*place, key]), each, EMPTY.get(key, "")
        )
        for key, each in rows.items()
    ]
    return [SectionSummary("Source", source_url, source, opens="page"), *parts]


def _options(version: ConnectorVersion) -> Rows:
    return [(LABELS.get(name, name), str(value)) for name, value in version.scheme_options.items()]


def _individual(version: ConnectorVersion) -> Rows:
    return [(field.label, _used(field.used_as, field.name, field.target)) for field in fields_of(version.individual)]


def _used(used_as: str, name: str, target: str) -> str:
    words = {
        UsedAs.SERVER: f"part of the server's address, {{{name}}}",
        UsedAs.HEADER: f"header {target}",
        UsedAs.QUERY: f"query parameter {target}",
    }
    return words.get(UsedAs(used_as), "note for people")


def _execution(version: ConnectorVersion) -> Rows:
    kept = version.execution
    retries, rate, at_once = retries_of(kept), rate_of(kept), kept.get("at_once")
    after = ", ".join(words for on, words in RETRIED_ON.items() if on in retries.on)
    return [
        ("Time limit", f"{kept.get('timeout_s', 10)} s"),
        ("Further tries", f"up to {retries.attempts}, after {after}" if retries.attempts else "none"),
        ("Rate limit", f"at most {rate.words}" if rate else "none"),
        ("Calls at once", f"at most {at_once}" if at_once else "any number"),
        ("Idempotency header", kept.get("idempotency_header") or "none"),
    ]


def _paging(version: ConnectorVersion) -> Rows:
    kept = version.paging
    if not kept:
        return []
    told = [(label, str(kept[name])) for name, label in OF_PAGING.items() if kept.get(name) not in (None, "")]
    return [("Next page by", PagingKind(kept["kind"]).label), *told]


def _test(version: ConnectorVersion) -> Rows:
    calls = version.test_calls
    named = [(f"Call {number}" if len(calls) > 1 else "Call", _call(call)) for number, call in enumerate(calls, 1)]
    as_whom = ("Connection", str(version.test_connection or "the team's first one in development"))
    return [*named, as_whom] if calls else []


def _call(call: dict[str, object]) -> str:
    values, pages = call.get("parameters"), call.get("pages", 1)
    count = len(values) if isinstance(values, dict) else 0
    told = [f"{count} value{'' if count == 1 else 's'}" if count else "", f"up to {pages} pages" if pages != 1 else ""]
    return ", ".join(filter(None, [str(call["operation"]), *told]))


def _readme(version: ConnectorVersion) -> Rows:
    if not version.readme:
        return []
    first = next((line.lstrip("# ").strip() for line in version.readme.splitlines() if line.strip("# ")), "")
    return [("Begins with", first if len(first) <= 80 else f"{first[:79]}…")]
