"""The start page, the theme, and what people see when something is wrong."""

import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from apps.core import navigation
from apps.core.components.frame import THEMES
from apps.core.htmx import render, retarget
from apps.core.outage import RETRY_AFTER_S, is_outage
from apps.core.permissions import public, signed_in

YEAR = 365 * 86_400


@signed_in("It only leads to the first page that the person may see.")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first entry of the navigation."""
    entries = [entry for section in navigation.sections_for(request) for entry in section.entries]
    if not entries:
        return render(request, "core/nothing_here.html")
    return redirect(entries[0].url)


@public("How pages look is everybody's own choice and says nothing about anything.")
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme in a cookie and go back."""
    chosen = request.POST.get("theme", "")
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/", status=HTTPStatus.SEE_OTHER)
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - called by Django
    """400: the browser sent something that makes no sense."""
    return error_page(request, HTTPStatus.BAD_REQUEST, "That request makes no sense", "Go back and try again.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - called by Django
    """403: raised by Django itself; refusals of ours carry their own sentence."""
    text = "Ask an administrator for a role that includes this page."
    return error_page(request, HTTPStatus.FORBIDDEN, "Your role does not include this", text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - called by Django
    """404: nothing there, or nothing there for this person."""
    text = "It may have been moved or deleted, or it belongs to somebody else."
    return error_page(request, HTTPStatus.NOT_FOUND, "There is nothing here", text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - called by Django
    """403: the form's protection against forgery did not match."""
    text = "The page was open for too long or came from elsewhere. Go back, reload it and send it again."
    return error_page(request, HTTPStatus.FORBIDDEN, "This form has expired", text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is out of reach: drawn without session, database or request, any of which may be
    what broke."""
    if is_outage(sys.exception()):
        return _outage(request)
    context = {
        "code": 500,
        "heading": "Something went wrong on our side",
        "text": "It has been written to the log. What you did was not saved; try again in a moment.",
    }
    return HttpResponse(render_to_string("core/error.html", context), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _outage(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    context = {
        "code": status.value,
        "heading": "The database is busy",
        "text": "Nothing is lost or half done. What you did just now was not saved: try again in a moment.",
        "retry_url": request.get_full_path() if request.method == "GET" else "",
    }
    page = render_to_string("core/error.html", context)
    return HttpResponse(page, status=status, headers={"Retry-After": str(RETRY_AFTER_S)})


def error_page(request: HttpRequest, status: HTTPStatus, heading: str, text: str) -> HttpResponse:
    """Answer with a page that says what is wrong, or with a toast where htmx asked."""
    context: dict[str, Any] = {"code": status.value, "heading": heading, "text": text}
    if getattr(request, "htmx", False):
        return retarget(render(request, "core/error.html#toast", context, status=status), "#toasts")
    return (
        render(request, "core/error.html", context, status=status)
        if hasattr(request, "htmx")
        else HttpResponse(render_to_string("core/error.html", context), status=status)
    )
