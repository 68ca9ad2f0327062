"""What pages show about releases, put together from several selectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.connectors.models import ConnectorVersion
from apps.releases import selectors
from apps.releases.actions import Action
from apps.releases.definition import Definition, DefinitionError, Finding, Slot, Step
from apps.releases.links import link_to
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.starters import all_starters

ICONS = {
    "call": "plug-connected",
    "set": "braces",
    "for": "repeat",
    "switch": "arrows-split-2",
    "try": "shield-half",
    "wait": "clock-pause",
    "raise": "alert-octagon",
    "do": "list-tree",
    "fork": "git-fork",
    "emit": "send",
    "listen": "ear",
    "run": "terminal-2",
}


# Icons that a definition may choose; the sprite holds those that are named in our code.
TEMPLATE_ICONS = frozenset(
    {
        "shopping-cart",
        "heartbeat",
        "users",
        "file",
        "mail",
        "calendar",
        "credit-card",
        "truck",
        "receipt",
        "building-store",
        "message-circle",
        "database",
        "cloud",
        "package",
        "refresh",
        "address-book",
    }
)
NO_ICON = "file"


@dataclass(frozen=True)
class ShownStarter:
    """A starter as the page of a new template offers it."""

    key: str
    title: str
    summary: str
    icon: str


@dataclass(frozen=True)
class ShownStep:
    """A step with its icon and the connector version that its slot pins."""

    step: Step
    icon: str
    connector: str

    @property
    def indent(self) -> range:
        return range(min(self.step.depth, 6))


@dataclass(frozen=True)
class ShownSlot:
    """A slot with the connector version that it pins, None where there is none such."""

    slot: Slot
    version: ConnectorVersion | None

    @property
    def label(self) -> str:
        return str(self.version) if self.version else f"{self.slot.connector} v{self.slot.version}"


@dataclass(frozen=True)
class Content:
    """What a release contains, ready to be shown; findings stand instead where the text cannot be read."""

    release: Release
    definition: Definition | None
    steps: Sequence[ShownStep] = ()
    slots: Sequence[ShownSlot] = ()
    findings: Sequence[Finding] = ()


@dataclass(frozen=True)
class Row:
    """A release in the history, with what the person can do with it."""

    release: Release
    actions: Sequence[Action]

    @property
    def first(self) -> Action:
        """What people do most: edit a draft, deploy a version."""
        wanted = "view" if self.release.is_draft else "deploy"
        return next(action for action in self.actions if action.key == wanted)

    @property
    def rest(self) -> Sequence[Action]:
        return [action for action in self.actions if action is not self.first]


def content_of(release: Release) -> Content:
    """Read what a release contains for showing it."""
    try:
        definition = selectors.definition_of(release)
    except DefinitionError as error:
        return Content(release, None, findings=error.findings)
    slots = slots_of(definition)
    labels = {shown.slot.name: shown.label for shown in slots}
    steps = [ShownStep(step, ICONS.get(step.kind, "point"), labels.get(step.slot, "")) for step in definition.steps]
    return Content(release, definition, steps, slots)


def slots_of(definition: Definition) -> list[ShownSlot]:
    """Return the slots of a definition with the connector versions that they pin."""
    versions = selectors.pinned_versions(definition)
    return [ShownSlot(slot, versions[name]) for name, slot in definition.slots.items()]


def starters() -> list[ShownStarter]:
    """Return what a new template can begin with."""
    return [ShownStarter(one.key, one.title, one.summary, icon_named(one.icon)) for one in all_starters()]


def icon_named(icon: str) -> str:
    """Return an icon that a definition asks for, or a plain one where the console does not have it."""
    return icon if icon in TEMPLATE_ICONS else NO_ICON


def panels(integration_template: IntegrationTemplate) -> dict[str, Any]:
    """Return the addresses of the panels that apps above show on a template's page."""
    slug = integration_template.slug
    return {
        "instances_url": link_to("deployments:template_instances_panel", slug),
        "runs_url": link_to("runs:template_runs_panel", slug),
        "listing_url": link_to("marketplace:listing_panel", slug),
    }


def report_url(release: Release) -> str:
    """Return the address of the runs of a release, "" where nothing runs releases."""
    url = link_to("runs:run_list")
    return f"{url}?release={release.pk}" if url else ""
