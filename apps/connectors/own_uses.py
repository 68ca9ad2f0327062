"""What this app itself knows to use a connector version: environments that it serves, connections that fit it."""

from collections import Counter
from collections.abc import Collection, Mapping

from django.db.models import Count, Q

from apps.connectors.models import Build, Connection, ConnectionQuerySet, Sync
from apps.connectors.selectors.builds import made_at
from apps.connectors.uses import Part, Question, Use, UseKind
from apps.core.badges import Badge
from apps.environments.models import Environment

SERVED = Badge("Newest build", "The build that was made last answers here.", "green", "cloud-check")
BEHIND = Badge("Older build", "A newer build exists; it is not synced here yet.", "amber", "clock")


def users_of_environment(environment: Environment) -> list[str]:
    """Return a sentence for what connectors have in an environment."""
    syncs = Sync.objects.filter(environment=environment).count()
    connections = Connection.objects.filter(environment=environment).count()
    told = []
    if syncs:
        told.append(
            "One connector version is synced here" if syncs == 1 else f"{syncs} connector versions are synced here"
        )
    if connections:
        told.append("One connection is for it" if connections == 1 else f"{connections} connections are for it")
    return told


def find_environments(question: Question, offset: int, most: int) -> Part:
    """Return the environments that the versions serve, in their order."""
    syncs = Sync.objects.filter(version__in=_asked(question)).select_related("environment", "build", "version")
    newest = newest_builds(question.versions)
    ordered = syncs.order_by("environment__position", "-version__number")
    uses = [_environment_use(sync, newest) for sync in ordered[offset : offset + most]]
    return Part(UseKind.ENVIRONMENT, syncs.count(), uses)


def count_environments(versions: Collection[int]) -> Mapping[int, int]:
    """Return how many environments each version serves, by the version's id."""
    counted = Sync.objects.filter(version__in=versions).order_by().values("version").annotate(places=Count("pk"))
    return dict(counted.values_list("version", "places"))


def find_connections(question: Question, offset: int, most: int) -> Part:
    """Return the connections that calls of the versions may use: where they serve, with their way to sign in."""
    connections = _fitting(_places(_asked(question)))
    ordered = connections.select_related("connector", "environment", "customer").defer("sealed")
    uses = [_connection_use(one) for one in ordered.order_by("environment__position", "name")[offset : offset + most]]
    return Part(UseKind.CONNECTION, connections.count(), uses)


def count_connections(versions: Collection[int]) -> Mapping[int, int]:
    """Return how many connections fit each version, by the version's id."""
    places = _places(versions)
    kinds = _fitting(places).order_by().values_list("connector", "environment", "scheme").annotate(found=Count("pk"))
    found = {tuple(place): number for *place, number in kinds}
    counted: Counter[int] = Counter()
    for version, *place in places:
        counted[version] += found.get(tuple(place), 0)
    return counted


def newest_builds(versions: Collection[int]) -> dict[int, int]:
    """Return the id of the build that was made last, by the version's id."""
    builds = Build.objects.filter(version__in=versions).annotate(made_at=made_at()).order_by("made_at", "pk")
    return dict(builds.values_list("version", "pk"))


def _asked(question: Question) -> Collection[int]:
    """Environments and connections call no operations themselves."""
    return question.versions if question.operations is None else ()


def _places(versions: Collection[int]) -> list[tuple[int, int, int, str]]:
    syncs = Sync.objects.filter(version__in=versions)
    return list(syncs.values_list("version", "version__connector", "environment", "build__configuration__scheme"))


def _fitting(places: Collection[tuple[int, int, int, str]]) -> ConnectionQuerySet:
    wanted = Q(pk=None)
    for _, connector, environment, scheme in places:
        wanted |= Q(connector=connector, environment=environment, scheme=scheme)
    return Connection.objects.filter(wanted)


def _environment_use(sync: Sync, newest: Mapping[int, int]) -> Use:
    return Use(
        kind=UseKind.ENVIRONMENT,
        name=sync.environment.name,
        url=sync.environment.get_absolute_url(),
        state=SERVED if newest.get(sync.version_id) == sync.build_id else BEHIND,
        environment=sync.environment.name,
        note=f"build {sync.build.short_digest}",
    )


def _connection_use(connection: Connection) -> Use:
    return Use(
        kind=UseKind.CONNECTION,
        name=connection.name,
        url=connection.get_absolute_url(),
        state=connection.state_badge,
        environment=connection.environment.name,
        owner=connection.owner_name,
    )
