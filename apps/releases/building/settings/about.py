"""What a definition says about itself: title, summary, icon, readme, and what may be repeated."""

from collections.abc import Mapping
from typing import Any

from apps.releases.building.settings.edits import MISSING, OURS, Edit, all_of, setting
from apps.releases.definition import Definition

POINTERS = {
    "title": "/document/title",
    "summary": "/document/summary",
    "icon": f"{OURS}/icon",
    "readme": f"{OURS}/readme",
    "safe_to_repeat": f"{OURS}/safeToRepeat",
}


def about(definition: Definition) -> dict[str, Any]:
    """Read what a definition says about itself."""
    return {name: getattr(definition, name) for name in POINTERS}


def change_about(changes: Mapping[str, Any]) -> Edit:
    """Change what a form says differently; "" and False take a member away."""
    return all_of(*(setting(POINTERS[name], value or MISSING) for name, value in changes.items()))
