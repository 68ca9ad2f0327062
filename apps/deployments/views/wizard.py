"""The wizard's steps behind the console's door. Each has its address, keeps what was said, and can be come back to."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import redirect
from apps.core.permissions import requires
from apps.deployments import services, wizard_pages
from apps.deployments.forms import VersionForm
from apps.deployments.models import WizardDraft
from apps.deployments.views import steps
from apps.deployments.views.instances import deployed_message
from apps.deployments.views.posted import posted
from apps.releases.models import Release
from apps.releases.selectors import definition_of


@requires(Verb.INSTANCE_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
@steps.own_wizard
def wizard_version(request: Request, wizard: WizardDraft) -> HttpResponse:
    """First step: which release."""
    choices = wizard_pages.release_choices(wizard)
    initial = wizard_pages.version_initial(wizard, choices, request.GET.get("release", ""))
    form = VersionForm(wizard, [choice.release for choice in choices], posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        services.choose_release(wizard=wizard, **form.cleaned_data)
        return steps.onward(request, wizard, "version")
    context = {"form": form, "choices": choices, "picked": str(form["release"].value() or "")}
    return steps.show(request, wizard, "version", context, status=422 if form.errors else 200)


@requires(Verb.INSTANCE_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def wizard_connections(request: Request, pk: UUID) -> HttpResponse:
    """A connection for each slot."""
    return steps.connections(request, pk=pk)


@requires(Verb.INSTANCE_OPERATE)
@require_POST
def wizard_connection_test(request: Request, pk: UUID, connection_pk: int) -> HttpResponse:
    """Test a connection in the middle of choosing."""
    return steps.connection_test(request, pk=pk, connection_pk=connection_pk)


@requires(Verb.INSTANCE_OPERATE)
@require_POST
@steps.with_release
def wizard_connection_new(request: Request, wizard: WizardDraft, release: Release, slot: str) -> HttpResponse:
    """Keep what is chosen so far and lead to the form of a new connection, which leads back here."""
    definition = definition_of(release)
    if slot not in definition.slots:
        raise Http404
    steps.keep_choices(request, wizard, definition)
    return redirect(request, wizard_pages.new_connection_url(wizard, definition.slots[slot]))


@requires(Verb.INSTANCE_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def wizard_configuration(request: Request, pk: UUID, number: int) -> HttpResponse:
    """One page of questions."""
    return steps.configuration(request, pk=pk, number=number)


@requires(Verb.INSTANCE_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def wizard_review(request: Request, pk: UUID) -> HttpResponse:
    """Last step: what will change and what is missing; then deploy."""
    return steps.review(request, pk=pk, said=deployed_message)


@requires(Verb.INSTANCE_OPERATE)
@require_POST
def wizard_look_again(request: Request, pk: UUID) -> HttpResponse:
    """Go on after somebody else deployed."""
    return steps.look_again(request, pk=pk)
