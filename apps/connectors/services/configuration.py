"""The configuration of connector versions, section by section. A change asks for a new build (but not the readme's);
what is synced keeps serving."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors import selectors
from apps.connectors.calls import individual as individual_fields
from apps.connectors.calls.individual import Field
from apps.connectors.calls.retries import MOST_RETRIES
from apps.connectors.enums import PagingKind, RatePer, RetryOn, Scheme, UsedAs, VersionState
from apps.connectors.models import Connection, ConnectorVersion
from apps.connectors.services.locking import locked_version
from apps.core import clock
from apps.core.errors import Refused

LONGEST_TIMEOUT_S = 60
LONGEST_README = 40_000
MOST_FIELDS, MOST_TEST_CALLS, MOST_TEST_PAGES = 20, 20, 20
MOST_CALLS, MOST_AT_ONCE = 1_000_000, 1_000


def configure_servers(
    *, by: User | Actor, version: ConnectorVersion, development_server: str, production_server: str
) -> ConnectorVersion:
    """Say where the API lives in environments of each kind. ``{name}`` is what a connection enters for that field."""
    for server in filter(None, (development_server, production_server)):
        _check_url(version, server)
    changes = {"development_server": development_server.rstrip("/"), "production_server": production_server.rstrip("/")}
    return _configured(by, version, "the servers", changes)


def configure_scheme(
    *, by: User | Actor, version: ConnectorVersion, scheme: Scheme, options: dict[str, str]
) -> ConnectorVersion:
    """Say how the API wants to know who calls.

    ``options``: ``{"header": …, "prefix": …}`` or ``{"query": …}``, ``{"token_url": …, "scope": …}``.
    """
    if scheme == Scheme.OAUTH2_CLIENT_CREDENTIALS:
        _check_url(version, options.get("token_url", ""))
    if scheme == Scheme.API_KEY:
        _check_key(options)
    kept = {name: value for name, value in options.items() if value}
    return _configured(by, version, "the sign-in", {"scheme": scheme, "scheme_options": kept})


def configure_individual(
    *, by: User | Actor, version: ConnectorVersion, fields: Sequence[Mapping[str, Any]]
) -> ConnectorVersion:
    """Say what each connection is asked for: ``[{name, label, help, required, used_as, target}]``, in that order.

    Connections that exist keep what they hold; a new required field is asked for when they are entered anew.
    """
    asked = individual_fields.fields_of(fields)
    _check_fields(asked)
    known = {field.name for field in asked if field.used_as == UsedAs.SERVER}
    missing = [name for name in _variables_of(version) if name not in known]
    if missing:
        told = f"“{{{missing[0]}}}” stands in a server's address and needs its field."
        raise Refused(f"{told} Take it out of the address first.")
    return _configured(by, version, "the individual fields", {"individual": [field.data for field in asked]})


def configure_execution(
    *,
    by: User | Actor,
    version: ConnectorVersion,
    timeout_s: float,
    idempotency_header: str,
    retries: Mapping[str, Any] | None = None,
    rate: Mapping[str, Any] | None = None,
    at_once: int = 0,
) -> ConnectorVersion:
    """Say how long a call may take (all of it), which header carries the key of an unsafe call, and what limits calls.

    ``retries``: ``{"attempts": 3, "on": ["no_answer", "429", "5xx"]}``; ``rate``: ``{"calls": 10, "per": "second"}``;
    ``at_once``: 0 is without a limit. Limits hold per environment, over all workers.
    """
    if not 0 < timeout_s <= LONGEST_TIMEOUT_S:
        raise Refused(f"A call may take at most {LONGEST_TIMEOUT_S} seconds.")
    _check_limits(retries or {}, rate or {}, at_once)
    execution: dict[str, Any] = {"timeout_s": timeout_s, "idempotency_header": idempotency_header}
    if retries and retries["attempts"]:
        execution["retries"] = {"attempts": retries["attempts"], "on": sorted(retries["on"])}
    if rate and rate["calls"]:
        execution["rate"] = {"calls": rate["calls"], "per": str(rate["per"])}
    if at_once:
        execution["at_once"] = at_once
    return _configured(by, version, "the execution", {"execution": execution})


def configure_paging(*, by: User | Actor, version: ConnectorVersion, paging: Mapping[str, Any]) -> ConnectorVersion:
    """Say how the API divides long answers: ``{kind, parameter, first, size_parameter, size, items_at, cursor_at,
    more_at}``; empty or of kind ``none``: it does not."""
    kind = PagingKind(paging.get("kind", PagingKind.NONE))
    kept = {name: value for name, value in paging.items() if value not in ("", None)}
    if kind in (PagingKind.PAGE, PagingKind.OFFSET, PagingKind.CURSOR) and not kept.get("parameter"):
        raise Refused("Name the parameter that chooses the page.")
    if kind == PagingKind.CURSOR and not kept.get("cursor_at"):
        raise Refused("Say where the next cursor stands in the answer.")
    changes = {"paging": {} if kind == PagingKind.NONE else {**kept, "kind": kind.value}}
    return _configured(by, version, "the paging", changes)


def configure_test(
    *,
    by: User | Actor,
    version: ConnectorVersion,
    test_calls: Sequence[Mapping[str, Any]],
    connection: Connection | None = None,
) -> ConnectorVersion:
    """Choose what the test calls (``[{operation, parameters, pages}]``), and with which of the team's connections in
    development. Connections are tested with the first call that changes nothing."""
    if connection and (connection.connector_id != version.connector_id or connection.customer_id):
        raise Refused("The test needs a connection of the team, made for this connector.")
    if connection and connection not in selectors.test_connections(version):
        raise Refused("The test runs in development: choose a connection of such an environment.")
    if len(test_calls) > MOST_TEST_CALLS:
        raise Refused(f"A test makes at most {MOST_TEST_CALLS} calls.")
    calls = [kept_call(**call) for call in test_calls]
    changes = {"test_calls": calls, "test_connection": connection}
    return _configured(by, version, "the test", changes, rebuild=calls != version.test_calls)


def configure_readme(*, by: User | Actor, version: ConnectorVersion, readme: str) -> ConnectorVersion:
    """Write down for builders how the connector is used, as Markdown. It is no part of a build."""
    if len(readme) > LONGEST_README:
        raise Refused(f"A readme has at most {LONGEST_README:,} characters.")
    return _configured(by, version, "the readme", {"readme": readme.strip()}, rebuild=False)


def kept_call(operation: str, parameters: Mapping[str, Any] | None = None, pages: int = 1) -> dict[str, Any]:
    """Return one call of a test as a version keeps it."""
    if not 1 <= pages <= MOST_TEST_PAGES:
        raise Refused(f"A test follows 1 to {MOST_TEST_PAGES} pages.")
    return {"operation": operation, "parameters": dict(parameters or {}), "pages": pages}


def _configured(
    by: User | Actor, version: ConnectorVersion, section: str, changes: dict[str, Any], *, rebuild: bool = True
) -> ConnectorVersion:
    authorise(by, Verb.DRAFT_EDIT)
    if all(getattr(version, name) == value for name, value in changes.items()):
        return version
    with operation("connector_version.configured", by=by) as op:
        version = locked_version(version)
        op.about(version, within=version.connector, section=section)
        for name, value in changes.items():
            setattr(version, name, value)
        version.updated_at = clock.now()
        if rebuild:
            version.state = VersionState.UPDATED
        version.save(update_fields=[*changes, "updated_at", "state"])
    return version


def _check_fields(asked: Sequence[Field]) -> None:
    if len(asked) > MOST_FIELDS:
        raise Refused(f"A connection is asked for at most {MOST_FIELDS} fields.")
    for field in asked:
        if problem := individual_fields.definition_problem(field)[1]:
            raise Refused(f"{field.label or field.name or 'A field'}: {problem}")
    names = [field.name for field in asked]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise Refused(f"There are two fields of the name “{twice}”.")


def _check_limits(retries: Mapping[str, Any], rate: Mapping[str, Any], at_once: int) -> None:
    if not 0 <= retries.get("attempts", 0) <= MOST_RETRIES:
        raise Refused(f"A call is tried again at most {MOST_RETRIES} times.")
    if retries.get("attempts") and not retries.get("on"):
        raise Refused("Say after what a call is tried again.")
    if any(each not in RetryOn.values for each in retries.get("on", ())):
        raise Refused("A call is tried again after no answer, 429 or 5xx.")
    if not 0 <= rate.get("calls", 0) <= MOST_CALLS or rate.get("per", RatePer.SECOND) not in RatePer.values:
        raise Refused("A rate limit is a number of calls per second, minute or hour.")
    if not 0 <= at_once <= MOST_AT_ONCE:
        raise Refused(f"At most {MOST_AT_ONCE:,} calls may be under way at once.")


def _variables_of(version: ConnectorVersion) -> list[str]:
    """The variables of all addresses of a version."""
    row = ConnectorVersion.objects.get(pk=version.pk)
    urls = (row.development_server, row.production_server, row.scheme_options.get("token_url", ""))
    return [name for url in urls for name in individual_fields.variables_in(url)]


def _check_key(options: dict[str, str]) -> None:
    places = [name for name in ("header", "query", "cookie") if options.get(name)]
    if "cookie" in places:
        raise Refused("Slipway sends no API key in a cookie. Use the header that the API takes beside it.")
    if len(places) != 1:
        raise Refused("An API key travels in one place: name its header, or else its query parameter.")


def _check_url(version: ConnectorVersion, url: str) -> None:
    fields = individual_fields.fields_of(version.individual)
    known = [field.name for field in fields if field.used_as == UsedAs.SERVER]
    if problem := individual_fields.address_problem(url, known):
        raise Refused(problem)
