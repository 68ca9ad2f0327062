"""Shows both texts to whoever edits a draft that somebody else has saved meanwhile."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.accounts.http import Request
from apps.releases.services import StaleDraft
from apps.releases.views.merging import conflict


class StaleDraftMiddleware:
    """Answers a stale save of any form with the conflict page, so that no view can lose what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Answer a stale save; leave every other error to the others."""
        return conflict(request, exception) if isinstance(exception, StaleDraft) else None
