"""Questions about instances that must have no answer."""

from collections.abc import Iterable

from django.db.models import F, Q

from apps.audit.fsck import register_check
from apps.deployments.config_form import faults
from apps.deployments.models import Deployment, Instance
from apps.releases.definition import DefinitionError
from apps.releases.selectors import definition_of
from apps.releases.states import Mark


def wrong_pointers() -> Iterable[str]:
    """C3: instances whose deployment is of another instance, template or configuration, or of a retired release."""
    deployments = Deployment.objects.select_related("instance__integration_template", "release__integration_template")
    for deployment in deployments.exclude(release__integration_template=F("instance__integration_template")):
        yield f"{deployment} has a release of another template: {deployment.release}"
    for deployment in deployments.exclude(config_revision__instance=F("instance")):
        yield f"{deployment} has answers of another instance"
    for instance in Instance.objects.exclude(current_deployment=None).exclude(current_deployment__instance=F("pk")):
        yield f"{instance} points to a deployment of another instance"
    retired = Q(release__mark=Mark.QUARANTINED) | Q(release__mark=Mark.DEPRECATED, kind__in=_CHOSEN)
    for deployment in deployments.filter(retired, at__gt=F("release__mark_at")):
        yield f"{deployment} was made after its release was marked {deployment.release.mark}"


def refused_configurations() -> Iterable[str]:
    """C4: instances whose configuration the schema of their release refuses."""
    instances = Instance.objects.exclude(current_deployment=None).select_related(
        "integration_template",
        "environment",
        "customer",
        "current_deployment__config_revision",
        "current_deployment__release__snapshot",
    )
    for instance in instances.iterator(chunk_size=500):
        if wrong := _refusal(instance):
            yield f"{instance}: {wrong}"


def _refusal(instance: Instance) -> str:
    deployment = instance.current_deployment
    if deployment is None:
        return ""
    try:
        schema = definition_of(deployment.release).config_schema
    except DefinitionError as error:
        return f"its release cannot be read: {error}"
    wrong = faults(schema, deployment.config_revision.data) if schema else []
    return "; ".join(f"{fault.field} {fault.sentence}" for fault in wrong)


_CHOSEN = ("install", "change_version", "rollout")

register_check("C3", "Instances that point to something foreign or retired", wrong_pointers)
register_check("C4", "Configurations that their release refuses", refused_configurations)
