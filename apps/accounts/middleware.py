"""Deny by default: a view says who may see it, or nobody does."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise, may
from apps.core.errors import Forbidden
from apps.core.middleware import refusal_response
from apps.core.permissions import Access, Public, Requires, access_of, is_admin_site


class AccessMiddleware:
    """Checks the mark of a view before it runs. Strangers to a whole area get 404, members without the right 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let the request through, send it to sign in, or refuse it."""
        access = Requires(Verb.SUPPORT_ACT) if is_admin_site(request.resolver_match) else access_of(view)
        if isinstance(access, Public):
            return None
        user = request.user
        if not isinstance(user, User):
            return _to_login(request)
        try:
            _check(user, access)
        except Forbidden as refusal:
            return refusal_response(request, refusal)
        return None


def _check(user: User, access: Access | None) -> None:
    if access is None:
        raise Forbidden("This page is closed: it does not say who may see it.")
    if isinstance(access, Requires):
        verb = Verb(access.verb)
        if not _is_at_home(user, verb):
            raise Http404
        authorise(user, verb)


def _is_at_home(user: User, verb: Verb) -> bool:
    area = Verb.MARKETPLACE_USE if verb in (Verb.MARKETPLACE_USE, Verb.MARKETPLACE_MANAGE) else Verb.CONSOLE_SEE
    return may(user, area)


def _to_login(request: HttpRequest) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect_to_login(request.get_full_path())
    here = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
    login = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': here})}"
    response = HttpResponseClientRedirect(login)
    response.status_code = 401
    return response
