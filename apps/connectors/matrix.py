"""Where each version of a connector serves: environments by versions, as the connector's page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.connectors.models import ConnectorVersion, Sync
from apps.connectors.own_uses import BEHIND, SERVED
from apps.core.badges import Badge
from apps.environments.models import Environment


@dataclass(frozen=True)
class Cell:
    """What a version has in an environment: the build that serves there, or nothing."""

    version: ConnectorVersion
    sync: Sync | None
    badge: Badge | None


@dataclass(frozen=True)
class Line:
    """An environment with a cell for each version."""

    environment: Environment
    cells: list[Cell]


def matrix(versions: Sequence[ConnectorVersion]) -> list[Line]:
    """Return every environment in order. ``versions`` come from ``selectors.versions_of``."""
    return [Line(place, [_cell(version, place) for version in versions]) for place in Environment.objects.all()]


def _cell(version: ConnectorVersion, environment: Environment) -> Cell:
    sync = next((sync for sync in version.syncs.all() if sync.environment_id == environment.pk), None)
    if sync is None:
        return Cell(version, None, None)
    newest: int | None = getattr(version, "newest_build_id", None)
    return Cell(version, sync, SERVED if sync.build_id == newest else BEHIND)
