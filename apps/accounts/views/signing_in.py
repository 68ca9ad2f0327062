"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts import selectors, services
from apps.accounts.forms import LoginForm
from apps.accounts.http import Request
from apps.accounts.models import User
from apps.core.htmx import render
from apps.core.permissions import public, signed_in

BACKEND = "django.contrib.auth.backends.ModelBackend"


@public("people who are not signed in must be able to sign in")
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password."""
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _sign_in(request, form.get_user(), BACKEND)
    return _login_page(request, form, status=422 if form.is_bound else 200)


@public("in demo mode everybody may try every role; without demo mode the address does not exist")
@require_POST
def demo_login(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the demo's people with one click."""
    if not settings.SLIPWAY_DEMO:
        raise Http404
    return _sign_in(request, get_object_or_404(selectors.active_people(), username=username), BACKEND)


@signed_in("everybody may leave")
@require_POST
def logout(request: Request) -> HttpResponse:
    """Sign out."""
    services.record_sign_out(person=request.user)
    end_session(request)
    return redirect("accounts:login")


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Say that too many wrong passwords came from this address."""
    form = LoginForm(request, request.POST)
    form.errors.clear()
    form.add_error(None, "Too many wrong passwords for this name from here. Wait five minutes and try again.")
    return _login_page(request, form, status=429)


def _login_page(request: HttpRequest, form: LoginForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo_people": selectors.active_people() if settings.SLIPWAY_DEMO else [],
    }
    return render(request, "accounts/login.html", context, status=status)


def _sign_in(request: HttpRequest, person: User, backend: str) -> HttpResponse:
    start_session(request, person, backend=backend)
    services.record_sign_in(person=person)
    return redirect(_next_url(request, person))


def _next_url(request: HttpRequest, person: User) -> str:
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe else person.home_url
