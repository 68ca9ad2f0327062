"""Brings messages to pages that htmx changes only in part."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

LEADS_AWAY = ("HX-Redirect", "HX-Location", "HX-Refresh", "Location")


class ToastMiddleware:
    """Sends waiting messages along with an htmx response; one that leads to another page leaves them for that page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.htmx or any(header in response for header in LEADS_AWAY):  # type: ignore[attr-defined]
            return response
        # A page that drew its messages has already emptied the list.
        if waiting := [{"text": str(message), "tone": message.level_tag} for message in messages.get_messages(request)]:
            trigger_client_event(response, "toasts", {"toasts": waiting})
        return response
