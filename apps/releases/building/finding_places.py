"""Where findings lead: to their line in the source, and to their step in the builder."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from apps.releases.definition import Finding
from apps.releases.models import Release
from apps.releases.reading import Reading


@dataclass(frozen=True)
class PlacedFinding:
    """A finding with the addresses of its line and of its step, "" where it has none."""

    finding: Finding
    line_url: str
    step_url: str


def placed(release: Release, reading: Reading) -> list[PlacedFinding]:
    """Return what the linter says about a release, each with where it leads."""
    pointers = [step.pointer for step in reading.definition.steps] if reading.definition else []
    where = [release.integration_template.slug, release.pk]
    source, steps = reverse("releases:builder_source", args=where), reverse("releases:builder", args=where)
    return [
        PlacedFinding(
            finding,
            f"{source}?line={finding.line}" if finding.line else "",
            f"{steps}?{urlencode({'at': pointer}, safe='/')}" if (pointer := _around(finding.path, pointers)) else "",
        )
        for finding in reading.findings
    ]


def _around(path: str, pointers: Sequence[str]) -> str:
    around = (pointer for pointer in pointers if path == pointer or path.startswith(f"{pointer}/"))
    return max(around, key=len, default="")
