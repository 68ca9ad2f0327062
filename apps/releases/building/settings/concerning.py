"""Which findings concern which part of the builder."""

from collections.abc import Sequence

from apps.releases.building.settings.edits import OURS
from apps.releases.definition import Finding

PARTS: dict[str, tuple[str, ...]] = {
    "triggers": ("/schedule", f"{OURS}/webhook", f"{OURS}/timeZone", f"{OURS}/missedRuns", f"{OURS}/sampleInput/event"),
    "configuration": ("/input", f"{OURS}/wizard", f"{OURS}/migrations", f"{OURS}/sampleInput"),
    "slots": (f"{OURS}/slots",),
    "readme": ("/document/title", "/document/summary", f"{OURS}/readme", f"{OURS}/icon", f"{OURS}/safeToRepeat"),
}
# Said about steps, and mended here.
CODES = {"configuration": ("unknown-setting",), "slots": ("unknown-slot", "unknown-operation")}


def concerning(part: str, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that are shown on a tab, in the order of the text."""
    return [
        finding
        for finding in findings
        if finding.code in CODES.get(part, ()) or any(_is_within(finding.path, place) for place in PARTS[part])
    ]


def _is_within(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
