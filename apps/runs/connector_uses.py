"""Which runs hold on to a connector version: they were pinned to builds of it and are not over."""

from collections import Counter
from collections.abc import Collection, Mapping
from uuid import UUID

from apps.connectors.models import Build
from apps.connectors.uses import Part, Question, Use, UseKind
from apps.runs.models import Run
from apps.runs.states import OVER


def find_runs(question: Question, offset: int, most: int) -> Part:
    """Return the runs under way that call the versions. What they still will call is not known, so operations are
    no question that they answer."""
    if question.operations is not None:
        return Part(UseKind.RUN, 0)
    held = [pk for pk, versions in _held(question.versions).items() if versions]
    runs = Run.objects.filter(pk__in=held).select_related("release__integration_template", "environment")
    return Part(UseKind.RUN, len(held), [_use(run) for run in runs[offset : offset + most]])


def count_runs(versions: Collection[int]) -> Mapping[int, int]:
    """Return how many runs under way hold on to each version, by the version's id."""
    counted: Counter[int] = Counter()
    for held in _held(versions).values():
        counted.update(held)
    return counted


def _held(versions: Collection[int]) -> dict[UUID, set[int]]:
    builds = dict(Build.objects.filter(version__in=versions).values_list("pk", "version_id"))
    if not builds:
        return {}
    runs = Run.objects.exclude(state__in=OVER).order_by("queued_at").values_list("pk", "pinned")
    pinned = {pk: {pin["build"] for pin in pins["slots"].values()} for pk, pins in runs.iterator()}
    return {pk: {builds[build] for build in found if build in builds} for pk, found in pinned.items()}


def _use(run: Run) -> Use:
    return Use(
        kind=UseKind.RUN,
        name=str(run),
        url=run.get_absolute_url(),
        state=run.status.badge,
        environment=run.environment.name,
        template=run.release.integration_template.name,
        note=f"of {run.release.label}",
    )
