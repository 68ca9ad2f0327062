"""Reads about the builds of a connector beside each other: lists, pickers, and what is known about two of them."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from apps.connectors.compatibility import ENGINE, Change
from apps.connectors.models import Build, Comparison, Connector, ConnectorVersion, Operation, Sync
from apps.connectors.selectors.builds import SHORTEST_NAME, made_at
from apps.environments.models import EnvironmentKind

MADE = "made_at"
PER_PAGE = 50
MOST_PICKED = 100


def builds_of(version: ConnectorVersion, *, before: Build | None = None) -> list[Build]:
    """Return builds, newest first, with the environments that they serve; ``before`` goes on after that one.

    One more than ``PER_PAGE`` comes where there are more.
    """
    found = _with_places(version.builds.all())
    if before:
        made = getattr(before, MADE)
        found = found.filter(Q(made_at__lt=made) | Q(made_at=made, pk__lt=before.pk))
    return list(found.order_by(f"-{MADE}", "-pk")[: PER_PAGE + 1])


def build_named(connector: Connector, name: str) -> Build | None:
    """Return the build that ``name`` means: ``v2.3f2a9c1b0d4e``, or a digest or its beginning alone.

    A copied version may hold a build of the same content; without a version the highest one is meant.
    """
    number, _, digest = name.rpartition(".")
    found = _complete(Build.objects.filter(version__connector=connector))
    if number:
        if not number.removeprefix("v").isdecimal():
            return None
        found = found.filter(version__number=int(number.removeprefix("v")))
    same = {"digest": digest} if len(digest) == Build._meta.get_field("digest").max_length else _beginning(digest)
    return found.filter(**same).order_by("-version__number", "-pk").first() if same else None


def builds_to_pick(connector: Connector, *, chosen: Iterable[Build] = ()) -> list[Build]:
    """Return what can be compared: the newest builds of all versions, those that serve, and those ``chosen`` now."""
    every = _complete(Build.objects.filter(version__connector=connector))
    newest = list(every.order_by(f"-{MADE}", "-pk")[:MOST_PICKED])
    missing = {build.pk: build for build in chosen}
    if len(newest) == MOST_PICKED:
        missing |= {build.pk: build for build in every.filter(Exists(Sync.objects.filter(build=OuterRef("pk"))))}
    known = {build.pk for build in newest}
    found = newest + [build for pk, build in missing.items() if pk not in known]
    return sorted(found, key=lambda build: (build.version.number, getattr(build, MADE), build.pk), reverse=True)


def build_serving(version: ConnectorVersion, kind: EnvironmentKind) -> Build | None:
    """Return the build of a version that was synced last to environments of a kind."""
    syncs = Sync.objects.filter(version=version, environment__kind=kind).order_by("-synced_at", "-pk")
    sync = syncs.select_related("build__version__connector").first()
    return sync.build if sync else None


def build_before(version: ConnectorVersion) -> Build | None:
    """Return the newest build of the highest version below: what a copied version is compared with."""
    below = Build.objects.filter(version__connector=version.connector, version__number__lt=version.number)
    return _complete(below).order_by("-version__number", f"-{MADE}", "-pk").first()


def kept_changes(old: Build, new: Build) -> list[Change] | None:
    """Return what changed between the documents of two builds; None where nobody has asked yet."""
    if old.document_id == new.document_id:
        return []
    same = Comparison.objects.filter(old_id=old.document_id, new_id=new.document_id, engine=ENGINE)
    changes = same.values_list("changes", flat=True).first()
    return None if changes is None else [Change.from_dict(change) for change in changes]


def places_of(document_id: int) -> dict[tuple[str, str], str]:
    """Return ``{(method, path): operationId}`` of a document, by which releases call it."""
    rows = Operation.objects.filter(document_id=document_id).values_list("method", "path", "operation_id")
    return {(method, path): operation_id for method, path, operation_id in rows}


def _complete(builds: QuerySet[Build]) -> QuerySet[Build]:
    return _with_places(builds.select_related("version__connector"))


def _with_places(builds: QuerySet[Build]) -> QuerySet[Build]:
    syncs = Sync.objects.select_related("environment").order_by("environment__position", "environment__name")
    return builds.annotate(**{MADE: made_at()}).prefetch_related(Prefetch("syncs", syncs))


def _beginning(digest: str) -> dict[str, str]:
    return {"digest__startswith": digest} if len(digest) >= SHORTEST_NAME else {}
