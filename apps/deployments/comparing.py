"""What differs between two things that run, or would run, on an instance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.audit import differences as audit
from apps.connectors.models import Connection
from apps.core.errors import Refused
from apps.deployments import selectors
from apps.deployments.config_form import Answer, Change, changes, questions, told
from apps.deployments.models import Deployment
from apps.deployments.plan import Plan
from apps.releases.definition import Definition, DefinitionError
from apps.releases.definition.diff import Group, compare
from apps.releases.models import Release
from apps.releases.selectors import definition_of


@dataclass(frozen=True)
class Content:
    """A release with its answers and connections."""

    release: Release
    definition: Definition
    config: Mapping[str, Any]
    connections: Mapping[str, Connection]

    @property
    def answers(self) -> list[Answer]:
        """The answers in words, in the order of their questions."""
        return told(self.config, questions(self.definition.config_schema))

    @property
    def bound(self) -> list[tuple[str, Connection | None]]:
        """Every slot's title with its connection."""
        return [(slot.title, self.connections.get(name)) for name, slot in self.definition.slots.items()]


@dataclass(frozen=True)
class Difference:
    """What changes from ``before`` (None: nothing ran) to ``after``."""

    before: Content | None
    after: Content
    config: list[Change]
    connections: list[Change]
    groups: list[Group]

    @property
    def is_other_release(self) -> bool:
        return self.before is None or self.before.release != self.after.release

    @property
    def is_empty(self) -> bool:
        """Nothing at all would change."""
        return not (self.is_other_release or self.config or self.connections)


def content_of(deployment: Deployment) -> Content:
    """Return what a deployment put onto its instance."""
    return Content(
        deployment.release,
        definition_of(deployment.release),
        deployment.config_revision.data,
        selectors.bound_connections(deployment),
    )


def content_of_plan(plan: Plan) -> Content:
    """Return what a plan would put there."""
    return Content(plan.release, plan.definition, plan.config, plan.connections)


def difference(before: Content | None, after: Content) -> Difference:
    """Compare version, answers, connections and the release's parts."""
    if before is None:
        return Difference(None, after, [], [], [])
    groups = compare(before.definition, after.definition).groups if before.release != after.release else ()
    return Difference(
        before,
        after,
        _config_changes(before, after),
        _connection_changes(before, after),
        [group for group in groups if group.changes],
    )


def told_by(deployment: Deployment) -> list[audit.Change]:
    """Return what a deployment changed, for the trail: version, answers and connections; of the first one, all."""
    after = content_of(deployment)
    before = _before(deployment.previous, after)
    is_first = deployment.previous is None
    version = audit.Change("Version", None if is_first else before.release.title, after.release.title)
    connections = _connection_changes(before, after)
    return [
        *([version] if is_first or before.release != after.release else []),
        *(audit.Change(one.title, one.before, one.after) for one in _config_changes(before, after)),
        *(audit.Change(f"Connection “{one.title}”", one.before, one.after) for one in connections),
    ]


def _before(previous: Deployment | None, after: Content) -> Content:
    if previous is None:
        return Content(after.release, after.definition, {}, {})
    return Content(
        previous.release,
        _definition_or(previous.release, after.definition),
        previous.config_revision.data,
        selectors.bound_connections(previous),
    )


def _definition_or(release: Release, other: Definition) -> Definition:
    """What no longer can be read must not keep anybody from leaving it."""
    try:
        return definition_of(release)
    except (Refused, DefinitionError):
        return other


def _config_changes(before: Content, after: Content) -> list[Change]:
    return changes(
        before.config,
        after.config,
        asked_before=questions(before.definition.config_schema),
        asked_after=questions(after.definition.config_schema),
    )


def _connection_changes(before: Content, after: Content) -> list[Change]:
    titles = {name: slot.title for content in (before, after) for name, slot in content.definition.slots.items()}
    names = [name for name in titles if before.connections.get(name) != after.connections.get(name)]
    return [Change(name, titles[name], _name(before, name), _name(after, name)) for name in names]


def _name(content: Content, slot: str) -> str | None:
    connection = content.connections.get(slot)
    return str(connection) if connection else None
