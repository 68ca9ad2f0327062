"""What fsck asks about releases."""

from collections.abc import Iterable

from django.db.models import Count

from apps.releases import reading
from apps.releases.definition import DefinitionError
from apps.releases.models import Release, Snapshot
from apps.releases.storage import Damaged

# What never changes once a release has its number.
FROZEN = (
    "integration_template_id number snapshot_id digest base_id created_by_id created_by_name created_at frozen_at"
).split()


def several_live() -> Iterable[str]:
    """C1: templates with more than one live release. The constraint forbids it; this asks what the rows say."""
    rows = Release.objects.live().order_by().values("integration_template__name").annotate(count=Count("pk"))
    for row in rows.filter(count__gt=1):
        yield f"{row['integration_template__name']} has {row['count']} live releases"


def altered_content() -> Iterable[str]:
    """C2: texts that are not what was stored, and versions whose digest is not that of their content."""
    damaged = set()
    for snapshot in Snapshot.objects.iterator():
        try:
            _ = snapshot.text
        except Damaged as error:
            damaged.add(snapshot.pk)
            yield error.message
    versions = Release.objects.versions().exclude(snapshot__in=damaged).select_related("snapshot")
    for release in versions.select_related("integration_template").iterator():
        if _digest(release) != release.digest:
            yield f"{release} does not contain what was frozen"


def _digest(release: Release) -> str:
    try:
        return reading.accepted(release.text).digest
    except DefinitionError:
        return ""
