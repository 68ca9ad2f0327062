"""Turns a refusal that no view caught into an answer a person can use."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.core.errors import Refused
from apps.core.htmx import render, retarget


class RefusalMiddleware:
    """A page says why; an htmx request gets the same sentence as a toast."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer refusals; leave every other error to Django."""
        return refusal_response(request, exception) if isinstance(exception, Refused) else None


def refusal_response(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Say why: on a page, or as a toast where htmx asked."""
    context = {"refusal": refusal}
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "core/refused.html#toast", context, status=refusal.status)
        return retarget(response, "#toasts")
    return render(request, "core/refused.html", context, status=refusal.status)
