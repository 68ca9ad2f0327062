"""The wizard's steps, whoever walks them: the marked views of both doors call these."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from apps.accounts.http import Request
from apps.connectors import services as connectors
from apps.core.errors import Conflict, Refused
from apps.core.htmx import redirect, render
from apps.deployments import selectors, services, wizard_pages
from apps.deployments.config_form import ConfigForm
from apps.deployments.doors import door_of
from apps.deployments.forms import ConnectionsForm, ReviewForm
from apps.deployments.models import Deployment, WizardDraft
from apps.deployments.views.posted import posted
from apps.deployments.wizard import asked_by, lost_by, neighbours, pages_of, position, steps_of
from apps.releases.definition import Definition
from apps.releases.models import Release
from apps.releases.selectors import definition_of

type Step = Callable[..., HttpResponse]


def own_wizard(view: Step) -> Step:
    """Load the wizard among the person's own; a finished one leads to what it made."""

    @wraps(view)
    def load(request: Request, pk: UUID, **more: Any) -> HttpResponse:
        wizard = get_object_or_404(selectors.wizards_of(request.user), pk=pk)
        if wizard.deployment:
            return redirect(request, door_of(wizard).url("instance_detail", wizard.deployment.instance_id))
        return view(request, wizard, **more)

    return load


def with_release(view: Step) -> Step:
    """Lead back to the first step while there is no release, or where the chosen draft was edited since."""

    @own_wizard
    @wraps(view)
    def check(request: Request, wizard: WizardDraft, **more: Any) -> HttpResponse:
        release = wizard.release
        if release is None:
            return redirect(request, wizard)
        if release.is_draft and release.digest != wizard.release_digest:
            messages.warning(request, "The draft was edited after you chose it. Choose it again to deploy that.")
            return redirect(request, wizard)
        return view(request, wizard, release, **more)

    return check


@with_release
def connections(request: Request, wizard: WizardDraft, release: Release) -> HttpResponse:
    """Second step: a connection for each slot."""
    definition = definition_of(release)
    form = _connections_form(request, wizard, definition)
    if request.method == "POST" and form.is_valid():
        services.choose_connections(wizard=wizard, connections=form.cleaned_data)
        return onward(request, wizard, "connections")
    return _connections_page(request, wizard, definition, form)


@with_release
def connection_test(request: Request, wizard: WizardDraft, release: Release, connection_pk: int) -> HttpResponse:
    """Test a connection in the middle of choosing; what is chosen so far is kept."""
    target, definition = selectors.target_of(wizard), definition_of(release)
    connection = get_object_or_404(selectors.connections_for(target), pk=connection_pk)
    keep_choices(request, wizard, definition)
    connectors.test_connection(by=request.user, connection=connection)
    if not request.htmx:
        return redirect(request, door_of(wizard).url("wizard_connections", wizard.pk))
    return _connections_page(request, wizard, definition, _connections_form(request, wizard, definition, fresh=True))


@with_release
def configuration(request: Request, wizard: WizardDraft, release: Release, number: int) -> HttpResponse:
    """One page of questions."""
    definition = definition_of(release)
    pages, asked = pages_of(wizard, definition), asked_by(wizard, definition)
    if not 1 <= number <= len(pages):
        raise Http404
    page = pages[number - 1]
    form = ConfigForm(
        definition.config_schema,
        {name: asked[name] for name in page.fields if name in asked},
        data=posted(request),
        answers=wizard.answers,
        asked=wizard.asked,
        mark_new=wizard.seen_deployment is not None,
    )
    key = f"configuration-{number}"
    if request.method == "POST" and form.is_valid():
        services.answer_questions(wizard=wizard, asked=form.page, answers=form.answers_given)
        return onward(request, wizard, key)
    context = {"form": form, "page": page, "lost": lost_by(wizard)}
    return show(request, wizard, key, context, status=422 if form.errors else 200)


@with_release
def review(request: Request, wizard: WizardDraft, release: Release, said: Callable[[Deployment], str]) -> HttpResponse:
    """Last step: what will change and what is missing; then deploy. ``said``: how the page tells of it."""
    form = ReviewForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return _review_page(request, wizard, release, form)
    try:
        deployment = services.finish_wizard(by=request.user, wizard=wizard, reason=form.cleaned_data["reason"])
    except Conflict as conflict:
        return _conflict_page(request, wizard, conflict)
    except Refused as refusal:
        return _review_page(request, wizard, release, form, refusal=refusal)
    messages.success(request, said(deployment))
    return redirect(request, door_of(wizard).url("instance_detail", deployment.instance_id))


@own_wizard
def look_again(request: Request, wizard: WizardDraft) -> HttpResponse:
    """Go on after somebody else deployed: what runs now is the new starting point, the answers stay."""
    services.look_again(wizard=wizard)
    return redirect(request, door_of(wizard).url("wizard_review", wizard.pk))


def show(request: Request, wizard: WizardDraft, key: str, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    steps = steps_of(wizard, at=key)
    before, after = neighbours(steps, key)
    context = {
        "wizard": wizard,
        "target": selectors.target_of(wizard),
        "steps": steps,
        "current_step": position(steps, key),
        "back": before,
        "next": after,
        "conflict": wizard_pages.conflict(wizard),
        "here": request.path,
        **more,
    }
    name = key.partition("-")[0]
    return render(request, f"{door_of(wizard).pages}/wizard_{name}.html", context, fragments=("wizard",), status=status)


def onward(request: Request, wizard: WizardDraft, key: str) -> HttpResponse:
    _, after = neighbours(steps_of(wizard, at=key), key)
    return redirect(request, after.url if after else wizard)


def _connections_form(
    request: Request, wizard: WizardDraft, definition: Definition, *, fresh: bool = False
) -> ConnectionsForm:
    usable = selectors.connections_by_slot(selectors.target_of(wizard), definition)
    initial = wizard_pages.connections_initial(wizard, usable, request.GET.get("connection", ""))
    data = request.POST if request.method == "POST" and not fresh else None
    return ConnectionsForm(definition.slots, usable, data, initial=initial)


def keep_choices(request: Request, wizard: WizardDraft, definition: Definition) -> None:
    """Keep the connections chosen so far, before the person goes to another page or tests one."""
    form = _connections_form(request, wizard, definition)
    form.is_valid()
    services.choose_connections(wizard=wizard, connections={**wizard.connections, **form.cleaned_data})


def _connections_page(
    request: Request, wizard: WizardDraft, definition: Definition, form: ConnectionsForm
) -> HttpResponse:
    slots = wizard_pages.slot_choices(wizard, definition, form)
    status = 422 if form.errors else 200
    return show(request, wizard, "connections", {"form": form, "slots": slots}, status=status)


def _review_page(
    request: Request, wizard: WizardDraft, release: Release, form: ReviewForm, *, refusal: Refused | None = None
) -> HttpResponse:
    review = wizard_pages.review_of(wizard, release)
    context = {"form": form, "review": review, "refusal": refusal}
    return show(request, wizard, "review", context, status=422 if refusal or form.errors else 200)


def _conflict_page(request: Request, wizard: WizardDraft, conflict: Conflict) -> HttpResponse:
    since = wizard_pages.since(wizard)
    context = {"conflict_sentence": conflict.message, "since": since}
    fresh = get_object_or_404(selectors.wizards_of(request.user), pk=wizard.pk)
    return show(request, fresh, "review", {**context, "is_conflict": True, "form": ReviewForm()}, status=409)
