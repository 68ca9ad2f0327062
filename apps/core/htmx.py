"""All that views know about htmx: pages and their fragments, redirects, events."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_template
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request after the htmx middleware."""

    htmx: HtmxDetails


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragments: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Render the page, or one fragment of it.

    ``fragments`` lists the partials of the template that may be asked for; the one whose name is the id of the htmx
    target is sent alone. A client can ask for nothing else.
    """
    target = fragment_of(request)
    name = f"{template}#{target}" if target in fragments else template
    response = render_template(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def fragment_of(request: HttpRequest) -> str | None:
    """Return the id of the element that htmx will fill, or None for a plain request."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return htmx.target if htmx else None


def redirect(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Send the browser to another page, with or without htmx. ``to`` is an object, a URL name or a path."""
    url = resolve_url(to, *args, **kwargs)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url, status=303)


def announce(response: HttpResponse, *events: str) -> HttpResponse:
    """Tell the page that something happened (``release-published``), so that its lists refresh."""
    for event in events:
        trigger_client_event(response, event)
    return response


def retarget(response: HttpResponse, target: str, *, swap: str = "beforeend") -> HttpResponse:
    """Let htmx put the response elsewhere than the request meant."""
    response["HX-Retarget"] = target
    response["HX-Reswap"] = swap
    return response


def in_place_of_page(response: HttpResponse) -> HttpResponse:
    """Let htmx put a whole page where the page is, whatever part of it asked."""
    response["HX-Reselect"] = "#main > *"
    return retarget(response, "#main", swap="innerHTML show:window:top")


def replace_page(response: HttpResponse) -> HttpResponse:
    """Like ``in_place_of_page``, for a page that renews itself: whoever reads it stays where they are."""
    response["HX-Reselect"] = "#main > *"
    return retarget(response, "#main", swap="innerHTML")


def toast(response: HttpResponse, text: str, *, tone: str = "success") -> HttpResponse:
    """Say something in passing along with an htmx response."""
    trigger_client_event(response, "toasts", {"toasts": [{"text": text, "tone": tone}]})
    return response


def events_of(response: HttpResponse) -> dict[str, Any]:
    """Return the events that a response announces; for tests."""
    events: dict[str, Any] = json.loads(response.headers.get("HX-Trigger", "{}"))
    return events
