"""Closed lists of the deployments app."""

from django.db.models import TextChoices

from apps.core.badges import Badge


class DeploymentKind(TextChoices):
    """Why a deployment was made."""

    INSTALL = "install", "Install"
    CHANGE_VERSION = "change_version", "Change version"
    RECONFIGURE = "reconfigure", "Reconfigure"
    UNDO = "undo", "Undo"
    ROLLOUT = "rollout", "Rollout"
    REDEPLOY = "redeploy", "Redeploy"

    @property
    def badge(self) -> Badge:
        """How the kind looks."""
        return _BADGES[self]


_BADGES = {
    DeploymentKind.INSTALL: Badge("Install", "The first deployment of this instance.", "green", "package-import"),
    DeploymentKind.CHANGE_VERSION: Badge("Change version", "Another release, today's answers.", "blue", "replace"),
    DeploymentKind.RECONFIGURE: Badge("Reconfigure", "The same release, other answers.", "accent", "adjustments"),
    DeploymentKind.UNDO: Badge("Undo", "Exactly what an earlier deployment had.", "amber", "arrow-back-up"),
    DeploymentKind.ROLLOUT: Badge("Rollout", "One item of an update of many instances.", "purple", "stack-push"),
    DeploymentKind.REDEPLOY: Badge("Redeploy", "The same release and answers once more.", "gray", "refresh"),
}

LIVE = Badge("Live", "It runs the version that new customers get.", "green", "broadcast")
AHEAD = Badge("Ahead of live", "It runs a version newer than the live one.", "purple", "arrow-up-right")
PAUSED = Badge("Paused", "No run starts here until it is resumed.", "amber", "player-pause")
REMOVED = Badge("Removed", "Its owner removed it; nothing runs here until it is installed again.", "gray", "trash")


def behind_live(count: int) -> Badge:
    """Say how far an instance is behind the live version."""
    meaning = f"The live version is {count} {'number' if count == 1 else 'numbers'} further."
    return Badge(f"{count} behind", meaning, "amber", "arrow-down-right")


def standing(number: int | None, live: int | None) -> Badge | None:
    """Return how a version stands to the live one; None where nothing is live."""
    if not number or not live:
        return None
    if number == live:
        return LIVE
    return behind_live(live - number) if number < live else AHEAD
