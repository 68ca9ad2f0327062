"""Which instances use a connector version: their release names it, or the one that they can go back to does."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count, Q, QuerySet

from apps.connectors.uses import Part, Question, Use, UseKind
from apps.deployments import selectors
from apps.deployments.models import Deployment, Instance
from apps.releases.connector_uses import releases_using
from apps.releases.models import ConnectorUse

# What runs, and what an undo brings back: what ran before, or before what the last undo brought back.
NOW, BEFORE, BEFORE_RESTORED = RELEASES = (
    "current_deployment__release",
    "current_deployment__previous__release",
    "current_deployment__restores__previous__release",
)
CAN_GO_BACK = "can go back to it"


def find_instances(question: Question, offset: int, most: int) -> Part:
    """Return the instances that use the versions, or could after an undo."""
    using = releases_using(question)
    found = _of_releases(using)
    ordered = selectors.with_versions(found).select_related(
        "integration_template",
        "environment",
        "customer",
        "current_deployment__previous",
        "current_deployment__restores__previous",
    )
    shown = ordered.order_by(*selectors.IN_ORDER)[offset : offset + most]
    return Part(UseKind.INSTANCE, found.count(), [_use(instance, using) for instance in shown])


def count_instances(versions: Collection[int]) -> Mapping[int, int]:
    """Return how many instances use each version, by the version's id; thousands are counted in the database."""
    named: dict[int, set[int]] = defaultdict(set)
    for release, version in ConnectorUse.objects.filter(version__in=versions).values_list("release_id", "version_id"):
        named[release].add(version)
    counted: Counter[int] = Counter()
    for *releases, instances in _of_releases(named).order_by().values_list(*RELEASES).annotate(found=Count("pk")):
        for version in set().union(*(named.get(release, ()) for release in releases)):
            counted[version] += instances
    return counted


def _of_releases(releases: Collection[int]) -> QuerySet[Instance]:
    known = list(releases)
    wanted = Q(**{f"{NOW}__in": known}) | Q(**{f"{BEFORE}__in": known}) | Q(**{f"{BEFORE_RESTORED}__in": known})
    return Instance.objects.installed().filter(wanted)


def _use(instance: Instance, using: Mapping[int, frozenset[str]]) -> Use:
    running = instance.current_deployment
    now = running.release_id if running else 0
    label = f" ({instance.label})" if instance.label else ""
    return Use(
        kind=UseKind.INSTANCE,
        name=f"{instance.owner_name}{label}",
        url=instance.get_absolute_url(),
        state=next(iter(instance.badges), None),
        environment=instance.environment.name,
        owner=instance.owner_name,
        operations=using[now] if now in using else _operations_before(running, using),
        template=instance.integration_template.name,
        note=f"runs {running.release.label}" if running and now in using else CAN_GO_BACK,
    )


def _operations_before(running: Deployment | None, using: Mapping[int, frozenset[str]]) -> frozenset[str]:
    restored = running.restores if running else None
    earlier = [each.previous for each in (running, restored) if each and each.previous]
    return frozenset().union(*(using.get(each.release_id, frozenset()) for each in earlier))
