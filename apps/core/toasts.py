"""Brings messages to pages that htmx changes only in part."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event


def offer_undo(request: HttpRequest, sentence: str, url: str) -> None:
    """Say that something was done, with a button that takes it back: a POST to ``url``."""
    messages.success(request, sentence, extra_tags=url)


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
        if waiting := [_told(message) for message in messages.get_messages(request)]:
            trigger_client_event(response, "toasts", {"toasts": waiting})
        return response


def _told(message: Any) -> dict[str, str]:
    undo = {"undo": message.extra_tags} if message.extra_tags else {}
    return {"text": str(message), "tone": message.level_tag, **undo}
