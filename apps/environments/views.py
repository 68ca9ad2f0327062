"""Pages about environments."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.environments import selectors, services
from apps.environments.forms import (
    EgressForm,
    EnvironmentEditForm,
    EnvironmentForm,
    LockForm,
    PresetForm,
    ReachForm,
    UnlockForm,
)
from apps.environments.models import EgressException, Environment, EnvironmentKind, Reach


@requires(Verb.CONSOLE_SEE)
@require_safe
def environment_list(request: Request) -> HttpResponse:
    """List the environments in their order."""
    context = {"environments": selectors.environments(), "may_administer": may(request.user, Verb.ADMINISTER)}
    return render(request, "environments/environment_list.html", context)


@requires(Verb.CONSOLE_SEE)
@require_safe
def environment_detail(request: Request, slug: str) -> HttpResponse:
    """Show one environment: its lock, and where connectors may call from it."""
    environment = _environment(slug)
    context = {
        "environment": environment,
        "exceptions": selectors.egress_exceptions(environment),
        "may_administer": may(request.user, Verb.ADMINISTER),
        "may_lock": may(request.user, Verb.INSTANCE_OPERATE_PROTECTED),
    }
    return render(request, "environments/environment_detail.html", context)


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def environment_create(request: Request) -> HttpResponse:
    """Add an environment."""
    form = EnvironmentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            environment = services.create_environment(
                by=request.user,
                name=data["name"],
                kind=EnvironmentKind(data["kind"]),
                is_protected=data["is_protected"],
            )
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            messages.success(request, f"{environment} is ready. Sync connectors to it before you deploy there.")
            return redirect(request, environment)
    context = {"form": form}
    return render(request, "environments/environment_create.html", context, status=_status(form))


@requires(Verb.ADMINISTER)
@require_POST
def environment_begin(request: Request) -> HttpResponse:
    """Create the environments of a preset."""
    form = PresetForm(request.POST)
    if not form.is_valid():
        raise Refused("Choose one of the presets on the page of environments.")
    made = services.begin_with(by=request.user, preset=form.cleaned_data["preset"])
    messages.success(request, f"{' and '.join(map(str, made))} {'is' if len(made) == 1 else 'are'} ready.")
    return redirect(request, "environments:environment_list")


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def environment_edit(request: Request, slug: str) -> HttpResponse:
    """Rename an environment, change its kind or its protection."""
    environment = _environment(slug)
    form = EnvironmentEditForm(request.POST if request.method == "POST" else None, environment=environment)
    if form.is_valid():
        try:
            edited = services.edit_environment(by=request.user, environment=environment, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, [refused.message, *refused.problems])
        else:
            messages.success(request, f"Saved {edited}.")
            return redirect(request, edited)
    return _dialog(request, "environments/environment_edit.html", environment, form)


@requires(Verb.ADMINISTER)
@require_POST
def environment_move(request: Request, slug: str) -> HttpResponse:
    """Move an environment one place up or down in the order."""
    places = {"up": -1, "down": 1}.get(request.POST.get("to", ""))
    if places is None:
        raise Refused("An environment moves up or down: use the arrows on the page of environments.")
    services.move_environment(by=request.user, environment=_environment(slug), places=places)
    return redirect(request, "environments:environment_list")


@requires(Verb.ADMINISTER)
@require_POST
def environment_target(request: Request, slug: str) -> HttpResponse:
    """Let what customers install run here by default."""
    environment = services.make_marketplace_target(by=request.user, environment=_environment(slug))
    messages.success(request, f"What customers install from new listings runs in {environment} from now on.")
    return redirect(request, environment)


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def egress_reach(request: Request, slug: str) -> HttpResponse:
    """Open an environment to the internet, or close it but for the listed addresses."""
    environment = _environment(slug)
    form = ReachForm(request.POST if request.method == "POST" else None, initial={"reach": environment.reach})
    if form.is_valid():
        reach, reason = Reach(form.cleaned_data["reach"]), form.cleaned_data["reason"]
        services.set_reach(by=request.user, environment=environment, reach=reach, reason=reason)
        messages.success(request, f"Connectors in {environment} may call {reach.label.lower()}.")
        return redirect(request, environment)
    return _dialog(request, "environments/egress_reach.html", environment, form)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_http_methods(["GET", "HEAD", "POST"])
def environment_lock(request: Request, slug: str) -> HttpResponse:
    """Lock an environment, with a reason."""
    environment = _environment(slug)
    form = LockForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.lock_environment(by=request.user, environment=environment, **form.cleaned_data)
        messages.success(request, f"{environment} is locked: nothing is deployed there until it is unlocked.")
        return redirect(request, environment)
    return _dialog(request, "environments/environment_lock.html", environment, form)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_http_methods(["GET", "HEAD", "POST"])
def environment_unlock(request: Request, slug: str) -> HttpResponse:
    """Unlock an environment."""
    environment = _environment(slug)
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.unlock_environment(by=request.user, environment=environment, reason=form.cleaned_data["reason"])
        messages.success(request, f"{environment} is unlocked.")
        return redirect(request, environment)
    return _dialog(request, "environments/environment_unlock.html", environment, form)


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def egress_allow(request: Request, slug: str) -> HttpResponse:
    """Let connectors call one private address from here."""
    environment = _environment(slug)
    form = EgressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            exception = services.allow_egress(
                by=request.user,
                environment=environment,
                host=data["host"],
                port=data["port"],
                reason=data["reason"],
                expires_at=form.expires_at(),
            )
        except Refused as refused:
            form.add_error("host", refused.message)
        else:
            messages.success(request, f"Calls to {exception.host}:{exception.port} are allowed from {environment}.")
            return redirect(request, environment)
    return _dialog(request, "environments/egress_allow.html", environment, form)


@requires(Verb.ADMINISTER)
@require_POST
def egress_forbid(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take an exception back."""
    environment = _environment(slug)
    exception = get_object_or_404(EgressException, pk=pk, environment=environment)
    services.forbid_egress(by=request.user, exception=exception)
    messages.success(request, f"Calls to {exception.host}:{exception.port} are no longer allowed.")
    return redirect(request, environment)


def _environment(slug: str) -> Environment:
    return get_object_or_404(selectors.environments(), slug=slug)


def _dialog(request: Request, template: str, environment: Environment, form: Any) -> HttpResponse:
    context = {"environment": environment, "form": form, "parent_url": environment.get_absolute_url()}
    return render(request, template, context, fragments=("dialog",), status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.errors else 200
