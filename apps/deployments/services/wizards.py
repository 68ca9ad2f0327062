"""Wizards under way: what a person has chosen so far, and what it becomes. Nothing here runs anywhere yet."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.deployments import selectors
from apps.deployments.models import Deployment, WizardDraft
from apps.deployments.plan import Target
from apps.deployments.rights import authorise_operating
from apps.deployments.services.deploying import NewVersion, Order, carry_out
from apps.deployments.wizard import carried_to, complete_config
from apps.infra.crash import crash_point
from apps.releases.definition import DefinitionError
from apps.releases.models import Release

KEPT = timedelta(days=14)


class AlreadyDeployed(Exception):
    """The wizard has made its deployment before; it makes no second one."""


def start_wizard(*, by: User, target: Target) -> WizardDraft:
    """Begin to deploy to the target. Where an instance exists, its answers and connections are the starting point."""
    authorise_operating(by, environment=target.environment, customer=target.customer)
    WizardDraft.objects.filter(person=by, expires_at__lte=clock.now()).delete()
    instance = selectors.find_instance(target)
    current = instance.current_deployment if instance else None
    return WizardDraft.objects.create(
        person=by,
        integration_template=target.integration_template,
        environment=target.environment,
        customer=target.customer,
        label=target.label,
        instance=instance,
        seen_deployment=current,
        answers=current.config_revision.data if current else {},
        connections=dict(current.bindings.values_list("slot", "connection_id")) if current else {},
        created_at=clock.now(),
        expires_at=clock.now() + KEPT,
    )


def choose_release(*, wizard: WizardDraft, release: Release, name: str = "", description: str = "") -> None:
    """Choose what to deploy; answers that it still knows are kept. A draft needs the name of its version."""
    if release.integration_template_id != wizard.integration_template_id:
        raise Refused("That is a release of another template.")
    if wizard.release_id != release.pk or release.is_draft:
        _carry_over(wizard, release)
    wizard.release = release
    wizard.release_digest = release.digest if release.is_draft else ""
    wizard.version_name, wizard.version_description = name.strip(), description.strip()
    _keep(wizard, "release", "release_digest", "version_name", "version_description", "answers", "asked")


def _carry_over(wizard: WizardDraft, release: Release) -> None:
    try:
        carried = carried_to(wizard, release)
    except DefinitionError as error:
        raise Refused(f"{release.label} cannot be read, so it cannot be deployed: {error}") from error
    wizard.answers, wizard.asked = carried.answers, list(carried.asked)


def choose_connections(*, wizard: WizardDraft, connections: Mapping[str, int]) -> None:
    """Bind slots to connections; their ids were checked by the form and will be again at the deployment."""
    wizard.connections = dict(connections)
    _keep(wizard, "connections")


def answer_questions(*, wizard: WizardDraft, asked: Iterable[str], answers: Mapping[str, Any]) -> None:
    """Keep the answers of one page; names of ``asked`` without an answer were left blank on purpose."""
    names = list(asked)
    wizard.answers = {**{name: value for name, value in wizard.answers.items() if name not in names}, **answers}
    wizard.asked = list(dict.fromkeys([*wizard.asked, *names]))
    _keep(wizard, "answers", "asked")


def look_again(*, wizard: WizardDraft) -> None:
    """Take what runs there now as seen: the person goes on after a conflict."""
    wizard.instance = selectors.find_instance(selectors.target_of(wizard))
    wizard.seen_deployment = wizard.instance.current_deployment if wizard.instance else None
    _keep(wizard, "instance", "seen_deployment")


def discard_wizard(*, wizard: WizardDraft) -> None:
    """Forget a wizard that made no deployment."""
    WizardDraft.objects.filter(pk=wizard.pk, deployment=None).delete()


def finish_wizard(*, by: User, wizard: WizardDraft, reason: str = "") -> Deployment:
    """Deploy what the wizard says, once: the second call returns what the first one made."""
    try:
        with operation("instance.deployed", by=by, reason=reason) as op:
            fresh = _locked(wizard)
            deployment = carry_out(op, _order(fresh, reason), by=by)
            fresh.deployment = deployment
            fresh.save(update_fields=["deployment"])
            crash_point("deploy.before_commit")
    except AlreadyDeployed:
        return _made_by(wizard)
    crash_point("deploy.after_commit")
    return deployment


def _locked(wizard: WizardDraft) -> WizardDraft:
    fresh = WizardDraft.objects.select_for_update(of=("self",)).filter(pk=wizard.pk).first()
    if fresh is None:
        raise Conflict("This wizard was discarded meanwhile. Start again.")
    if fresh.deployment_id:
        raise AlreadyDeployed
    return fresh


def _made_by(wizard: WizardDraft) -> Deployment:
    made = WizardDraft.objects.filter(pk=wizard.pk).values("deployment")
    return Deployment.objects.select_related("instance", "release").get(pk__in=made)


def _order(wizard: WizardDraft, reason: str) -> Order:
    if wizard.release is None:
        raise Refused("Choose a version first.")
    return Order(
        target=selectors.target_of(wizard),
        release=wizard.release,
        config=complete_config(wizard),
        connections=wizard.connections,
        seen=wizard.seen_deployment,
        reason=reason,
        new_version=NewVersion(wizard.version_name, wizard.version_description, wizard.release_digest),
    )


def _keep(wizard: WizardDraft, *fields: str) -> None:
    with transaction.atomic():
        if not WizardDraft.objects.filter(pk=wizard.pk, deployment=None).exists():
            raise Conflict("This wizard has been finished or discarded meanwhile. Start again.")
        wizard.save(update_fields=fields)
