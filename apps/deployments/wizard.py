"""The config wizard's thinking: its steps, the answers it carries over, and what it would deploy."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from apps.connectors.enums import ConnectionState
from apps.deployments import selectors
from apps.deployments.config_form import Carried, Kind, Lost, Question, carry, faults, questions
from apps.deployments.doors import door_of
from apps.deployments.models import WizardDraft
from apps.deployments.plan import Plan
from apps.releases.definition import Asks, Definition, Page
from apps.releases.models import Release
from apps.releases.selectors import definition_of


@dataclass(frozen=True)
class Step:
    """One step with its address; ``url`` is "" while it cannot be reached yet."""

    key: str
    label: str
    url: str


WHERE = Step("where", "Where", "")
STILL_UNKNOWN = [Step(label.lower(), label, "") for label in ("Connections", "Configuration", "Review")]
FIRST_STEPS = [WHERE, Step("version", "Version", ""), *STILL_UNKNOWN]


def steps_of(wizard: WizardDraft, *, at: str = "") -> list[Step]:
    """Return the steps that this wizard has; which ones depends on the chosen release. ``at`` is always one of them."""
    steps = [WHERE, _step(wizard, "version", "Version")] if door_of(wizard).chooses_version else []
    if wizard.release is None:
        return [*steps, *STILL_UNKNOWN]
    definition = definition_of(wizard.release)
    if definition.slots and (at == "connections" or not is_update(wizard) or _wants_connections(wizard, definition)):
        steps.append(_step(wizard, "connections", "Connections"))
    pages = pages_of(wizard, definition)
    for number, page in enumerate(pages, 1):
        label = page.title if len(pages) > 1 else door_of(wizard).configuration
        url = door_of(wizard).url("wizard_configuration", wizard.pk, number)
        steps.append(Step(f"configuration-{number}", label, url))
    return [*steps, _step(wizard, "review", door_of(wizard).review)]


def _step(wizard: WizardDraft, key: str, label: str) -> Step:
    return Step(key, label, door_of(wizard).url(f"wizard_{key}", wizard.pk))


def position(steps: list[Step], key: str) -> int:
    """Return the place of a step, counted from 1."""
    return next(number for number, step in enumerate(steps, 1) if step.key == key)


def neighbours(steps: list[Step], key: str) -> tuple[Step | None, Step | None]:
    """Return the steps before and after one."""
    at = position(steps, key)
    return (steps[at - 2] if at > 1 else None, steps[at] if at < len(steps) else None)


def questions_of(definition: Definition) -> dict[str, Question]:
    """Return what a release asks."""
    return questions(definition.config_schema, by_customer=lambda name: definition.audience(name) is Asks.CUSTOMER)


def asked_by(wizard: WizardDraft, definition: Definition) -> dict[str, Question]:
    """Return what the wizard asks its person: everything of the team, of customers what is theirs to answer, and in an
    update only what today's answers do not settle."""
    asked = {name: each for name, each in questions_of(definition).items() if each.kind is not Kind.SECRET}
    if wizard.person.customer_id:
        asked = {name: each for name, each in asked.items() if each.by_customer}
    if is_update(wizard):
        open_ones = _unsettled(wizard, definition)
        asked = {name: each for name, each in asked.items() if name in open_ones}
    return asked


def pages_of(wizard: WizardDraft, definition: Definition) -> list[Page]:
    """Return the pages on which the person is asked anything."""
    asked = asked_by(wizard, definition)
    return [page for page in definition.config_pages if asked.keys() & set(page.fields)]


def is_update(wizard: WizardDraft) -> bool:
    """Tell whether a customer moves something installed to another version: then only new questions are asked."""
    seen, instance = wizard.seen_deployment, wizard.instance
    if seen is None or instance is None or instance.removed_at or door_of(wizard).chooses_version:
        return False
    return wizard.release_id != seen.release_id


def _unsettled(wizard: WizardDraft, definition: Definition) -> set[str]:
    """Names of new questions, and of those whose answer of today the release refuses or lacks."""
    schema = definition.config_schema
    carried = carry(_todays(wizard), _schema_of_today(wizard), schema, definition.migrations)
    wrong = {fault.field for fault in faults(schema, {**_defaults(definition), **carried.answers})} if schema else set()
    return {*schema.get("properties", {})} - {*carried.asked} | wrong


def _wants_connections(wizard: WizardDraft, definition: Definition) -> bool:
    """Tell whether an update needs a connection that today's do not give."""
    bound = selectors.chosen_connections(selectors.target_of(wizard), wizard.connections)
    before = definition_of(wizard.seen_deployment.release).slots if wizard.seen_deployment else {}
    return any(
        slot.name not in before
        or before[slot.name].connector != slot.connector
        or slot.name not in bound
        or bound[slot.name].state != ConnectionState.VALID
        for slot in definition.slots.values()
    )


def carried_to(wizard: WizardDraft, release: Release) -> Carried:
    """Return what a release keeps of today's answers and of those given in this wizard."""
    after = definition_of(release)
    before = _schema_so_far(wizard)
    todays = {name: value for name, value in _todays(wizard).items() if name not in wizard.asked}
    return carry({**todays, **wizard.answers}, before, after.config_schema, after.migrations)


def lost_by(wizard: WizardDraft) -> list[Lost]:
    """Return today's answers that the chosen release cannot keep."""
    if wizard.seen_deployment is None or wizard.release is None:
        return []
    before, after = definition_of(wizard.seen_deployment.release), definition_of(wizard.release)
    lost = carry(_todays(wizard), before.config_schema, after.config_schema, after.migrations).lost
    return [one for one in lost if not wizard.person.customer_id or before.audience(one.name) is Asks.CUSTOMER]


def complete_config(wizard: WizardDraft) -> dict[str, Any]:
    """Return the configuration to deploy: the answers, and the defaults of questions that nobody was asked."""
    if wizard.release is None:
        return {}
    return completed(definition_of(wizard.release), wizard.answers, wizard.asked)


def completed(definition: Definition, answers: Mapping[str, Any], asked: Collection[str]) -> dict[str, Any]:
    """Add the defaults of questions that nobody was asked, and put everything in the order of the questions."""
    defaults = {name: value for name, value in _defaults(definition).items() if name not in asked}
    complete = {**defaults, **answers}
    return {name: complete[name] for name in [*questions_of(definition), *complete] if name in complete}


def plan_of(wizard: WizardDraft, release: Release) -> Plan:
    """Return what the wizard would deploy now."""
    target = selectors.target_of(wizard)
    return Plan(
        target=target,
        instance=wizard.instance,
        release=release,
        definition=definition_of(release),
        config=complete_config(wizard),
        connections=selectors.chosen_connections(target, wizard.connections),
    )


def _todays(wizard: WizardDraft) -> Mapping[str, Any]:
    seen = wizard.seen_deployment
    data: Mapping[str, Any] = seen.config_revision.data if seen else {}
    return data


def _schema_so_far(wizard: WizardDraft) -> dict[str, Any]:
    """Everything asked up to now: by what runs there, and by the release chosen before in this wizard.

    Only names that were really asked count, so that a question of a release one merely looked at stays new.
    """
    properties: dict[str, Any] = {}
    if wizard.release:
        fields = definition_of(wizard.release).config_schema.get("properties", {})
        properties |= {name: field for name, field in fields.items() if name in wizard.asked}
    return {"properties": {**properties, **_schema_of_today(wizard).get("properties", {})}}


def _schema_of_today(wizard: WizardDraft) -> dict[str, Any]:
    return definition_of(wizard.seen_deployment.release).config_schema if wizard.seen_deployment else {}


def _defaults(definition: Definition) -> dict[str, Any]:
    asked = questions_of(definition).items()
    return {name: each.default for name, each in asked if each.has_default and each.kind is not Kind.SECRET}
