"""What the pages of the wizard show: choices with their reasons, and the review."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.forms import BoundField
from django.urls import reverse

from apps.accounts.permissions import Verb, may
from apps.connectors.models import Connection, Connector
from apps.deployments import comparing, selectors
from apps.deployments.comparing import Difference
from apps.deployments.config_form import Answer, Lost
from apps.deployments.doors import door_of
from apps.deployments.enums import DeploymentKind
from apps.deployments.forms import ConnectionsForm, purpose_of
from apps.deployments.models import Deployment, WizardDraft
from apps.deployments.plan import Plan
from apps.deployments.readiness import Problem, problems
from apps.deployments.wizard import Step, lost_by, plan_of, steps_of
from apps.infra.jobs.workers import workers_alive
from apps.releases.definition import Asks, Definition, Slot
from apps.releases.models import Release
from apps.releases.selection import Verdict
from apps.releases.selectors import newest_version, releases_of, same_content, suggested_name, verdict
from apps.releases.whats_new import News, news_between


@dataclass(frozen=True)
class ReleaseChoice:
    """A release with whether it may be picked. ``same_as`` is the version with the content of a draft."""

    release: Release
    verdict: Verdict
    is_running: bool
    same_as: Release | None = None
    newest: Release | None = None


def release_choices(wizard: WizardDraft) -> list[ReleaseChoice]:
    """Return the latest draft for those who may freeze it, then every version, the refused ones with the reason."""
    releases = [
        release
        for release in releases_of(wizard.integration_template).filter(binned_at=None)
        if not release.is_draft or (release.is_latest and may(wizard.person, Verb.DRAFT_EDIT))
    ]
    return [_choice(wizard, release) for release in releases]


def _choice(wizard: WizardDraft, release: Release) -> ReleaseChoice:
    audience = selectors.audience_of(wizard.person)
    answer = verdict(release, purpose_of(wizard, release), audience)
    running = wizard.seen_deployment
    is_running = running is not None and running.release_id == release.pk
    if not release.is_draft:
        return ReleaseChoice(release, answer, is_running)
    template = wizard.integration_template
    if not release.digest:
        answer = Verdict(ok=False, reason="It cannot be read: mend it in the editor first.")
    return ReleaseChoice(release, answer, is_running, same_content(template, release.digest), newest_version(template))


def version_initial(wizard: WizardDraft, choices: Sequence[ReleaseChoice], asked: str) -> dict[str, Any]:
    """Return what the version step shows first: what was chosen or asked for, else live, else the newest possible."""
    possible = {choice.release.pk: choice.release for choice in choices if choice.verdict.ok}
    live = [pk for pk, release in possible.items() if release.is_live]
    frozen = [pk for pk, release in possible.items() if not release.is_draft]
    wanted = [int(asked) if asked.isdecimal() else 0, wizard.release_id or 0, *live, *frozen, *possible]
    draft = next((release for release in possible.values() if release.is_draft), None)
    return {
        "release": next((pk for pk in wanted if pk in possible), None),
        "name": wizard.version_name or (suggested_name(draft) if draft else ""),
        "description": wizard.version_description,
    }


@dataclass(frozen=True)
class SlotChoice:
    """A slot, its field, the connections to choose from, and where to make a new one ("" where one cannot).

    ``left_out`` counts the connector's connections there that sign in differently.
    """

    slot: Slot
    field: BoundField
    connections: list[Connection]
    picked: str
    new_url: str
    left_out: int


def connections_initial(wizard: WizardDraft, usable: Mapping[str, list[Connection]], asked: str) -> dict[str, Any]:
    """Return the connection that each slot shows first: the one just made, the one chosen, or the only one."""
    made = int(asked) if asked.isdecimal() else 0
    return {slot: _first(rows, [made, wizard.connections.get(slot, 0)]) for slot, rows in usable.items()}


def _first(rows: list[Connection], wanted: Sequence[int]) -> int | None:
    known = [row.pk for row in rows]
    only = known if len(known) == 1 else []
    return next((pk for pk in [*wanted, *only] if pk in known), None)


def slot_choices(wizard: WizardDraft, definition: Definition, form: ConnectionsForm) -> list[SlotChoice]:
    """Return the slots as the connections step shows them."""
    usable = selectors.connections_by_slot(selectors.target_of(wizard), definition)
    known = set(Connector.objects.values_list("slug", flat=True))
    there = Counter(selectors.connections_for(selectors.target_of(wizard)).values_list("connector__slug", flat=True))
    return [
        SlotChoice(
            slot,
            form[name],
            usable[name],
            picked=str(form[name].value() or ""),
            new_url=door_of(wizard).new_connection_url(wizard, name) if slot.connector in known else "",
            left_out=there[slot.connector] - len(usable[name]),
        )
        for name, slot in definition.slots.items()
    ]


def new_connection_url(wizard: WizardDraft, slot: Slot) -> str:
    """Return where a connection for the slot is made; from there one comes back to the wizard."""
    back = reverse("deployments:wizard_connections", args=[wizard.pk])
    owner = {"customer": wizard.customer.slug} if wizard.customer else {}
    schemes = selectors.schemes_by_slot(wizard.environment, {slot.name: slot})
    scheme = {"scheme": schemes[slot.name].value} if slot.name in schemes else {}
    query = {"connector": slot.connector, "environment": wizard.environment.slug, **owner, **scheme, "next": back}
    return f"{reverse('connectors:connection_create')}?{urlencode(query)}"


@dataclass(frozen=True)
class MissingThing:
    """A problem with the step that mends it."""

    problem: Problem
    url: str


@dataclass(frozen=True)
class Review:
    """Everything to know before the click."""

    plan: Plan
    kind: DeploymentKind
    difference: Difference
    answers: list[Answer]
    missing: list[MissingThing]
    lost: list[Lost]
    workers: int
    same_as: Release | None

    @property
    def news(self) -> News | None:
        """What was written about the versions between the one that runs and the one to come."""
        before = self.difference.before
        return news_between(before.release, self.plan.release) if before and self.difference.is_other_release else None


def review_of(wizard: WizardDraft, release: Release) -> Review:
    """Return what the wizard would change, and what is missing."""
    plan = plan_of(wizard, release)
    running = comparing.content_of(wizard.seen_deployment) if wizard.seen_deployment else None
    change = comparing.difference(running, comparing.content_of_plan(plan))
    steps = steps_of(wizard)
    return Review(
        plan=plan,
        kind=plan.kind(same=change.is_empty),
        difference=replace(change, config=[one for one in change.config if _is_shown(wizard, change, one.name)]),
        answers=[one for one in change.after.answers if _is_shown(wizard, change, one.name)],
        missing=[MissingThing(one, _mended_at(one, steps)) for one in problems(plan, person=wizard.person)],
        lost=lost_by(wizard),
        workers=workers_alive(),
        same_as=same_content(wizard.integration_template, release.digest) if release.is_draft else None,
    )


def _is_shown(wizard: WizardDraft, change: Difference, name: str) -> bool:
    """Customers see their own answers only, not those that the team gives."""
    contents = [content for content in (change.before, change.after) if content]
    return door_of(wizard).chooses_version or all(
        content.definition.audience(name) is Asks.CUSTOMER for content in contents
    )


def _mended_at(problem: Problem, steps: Sequence[Step]) -> str:
    if problem.url:
        return problem.url
    return next((step.url for step in steps if step.key.startswith(problem.about)), "")


def since(wizard: WizardDraft) -> list[Deployment]:
    """Return what was deployed there after the person looked, newest first."""
    instance = selectors.find_instance(selectors.target_of(wizard))
    if instance is None:
        return []
    seen = wizard.seen_deployment.number if wizard.seen_deployment else 0
    return list(selectors.deployments_of(instance).filter(number__gt=seen))


def conflict(wizard: WizardDraft) -> Deployment | None:
    """Return what somebody else deployed there meanwhile."""
    return next(iter(since(wizard)), None)
