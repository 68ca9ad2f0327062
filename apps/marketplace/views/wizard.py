"""The wizard's steps behind the customers' door: the same steps as the team's, without a choice of version."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.permissions import requires
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import Deployment
from apps.deployments.views import steps
from apps.marketplace import plainly

_SAID = {
    DeploymentKind.INSTALL: "{} is installed and ready.",
    DeploymentKind.CHANGE_VERSION: "{} is up to date.",
}


@requires(Verb.MARKETPLACE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def wizard_connections(request: Request, pk: UUID) -> HttpResponse:
    """Which of the customer's accounts to use."""
    return steps.connections(request, pk=pk)


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def wizard_connection_test(request: Request, pk: UUID, connection_pk: int) -> HttpResponse:
    """Try one of the accounts in the middle of choosing."""
    with plainly.spoken():
        return steps.connection_test(request, pk=pk, connection_pk=connection_pk)


@requires(Verb.MARKETPLACE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def wizard_configuration(request: Request, pk: UUID, number: int) -> HttpResponse:
    """One page of questions."""
    return steps.configuration(request, pk=pk, number=number)


@requires(Verb.MARKETPLACE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def wizard_review(request: Request, pk: UUID) -> HttpResponse:
    """A last look, then it is done."""
    return steps.review(request, pk=pk, said=_said)


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def wizard_look_again(request: Request, pk: UUID) -> HttpResponse:
    """Go on after something was changed there meanwhile."""
    return steps.look_again(request, pk=pk)


def _said(deployment: Deployment) -> str:
    words = _SAID.get(DeploymentKind(deployment.kind), "The new settings of {} are in use.")
    return words.format(deployment.instance.integration_template)
