"""What a connection is asked for, and where its credentials may go: the versions that serve where it is made say it."""

import contextlib
from collections.abc import Iterable, Mapping

from apps.accounts.models import Customer
from apps.connectors import selectors
from apps.connectors.calls import individual
from apps.connectors.calls.individual import Field
from apps.connectors.enums import Scheme
from apps.connectors.models import Build, Connector
from apps.core.errors import Refused
from apps.environments.models import Environment, EnvironmentKind
from apps.infra.egress import origin_of


def fields_asked(
    connector: Connector, environment: Environment, scheme: Scheme, *, for_team: bool = False
) -> list[Field]:
    """Return what a connection is asked for besides its credentials: by all versions that serve there and sign in like
    this, for one connection serves them all."""
    builds = builds_to_connect(connector, environment, for_team=for_team)
    return individual.merged(*(build.configuration["individual"] for build in builds if build.scheme == scheme))


def origins_for(
    connector: Connector, environment: Environment, values: Mapping[str, str], *, customer: Customer | None
) -> list[str]:
    """Return where credentials may go: the servers and token addresses of what is synced there, with what the
    connection enters for their variables. A version whose variables it does not fill gets nothing."""
    found = set()
    for build, url in _addresses(connector, environment, customer):
        fields = individual.fields_of(build.configuration["individual"])
        with contextlib.suppress(Refused):
            found.add(origin_of(individual.filled(url, fields, values)))
    return sorted(found)


def places_for(connector: Connector, environment: Environment, *, customer: Customer | None) -> list[str]:
    """Return ``origins_for`` before anything is entered: what varies stands in braces."""
    urls = {url for _, url in _addresses(connector, environment, customer)}
    return sorted({"/".join(url.split("/")[:3]) if "{" in url else origin_of(url) for url in urls})


def builds_to_connect(connector: Connector, environment: Environment, *, for_team: bool) -> list[Build]:
    """Return the builds that a connection is made for: those that serve there, and those that only the team's test
    calls from there."""
    serving = selectors.builds_serving(connector, environment)
    tested = selectors.builds_tested_from(connector, environment) if for_team else []
    return [*serving, *(build for build in tested if build not in serving)]


def _addresses(
    connector: Connector, environment: Environment, customer: Customer | None
) -> Iterable[tuple[Build, str]]:
    """Every address that a connection there may go to, with the build that names it."""
    for build in builds_to_connect(connector, environment, for_team=customer is None):
        yield from ((build, url) for url in _urls(build, environment.kind))
    if customer is None:
        for build in selectors.builds_tested_from(connector, environment):
            yield from ((build, url) for url in _urls(build, EnvironmentKind.DEVELOPMENT))


def _urls(build: Build, kind: str) -> list[str]:
    urls = build.server_for(kind), build.configuration["scheme_options"].get("token_url", "")
    return [url for url in urls if url]
