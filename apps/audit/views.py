"""The trail on screen: beside an object, and as a page of everything."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.audit import selectors
from apps.core.htmx import render
from apps.core.permissions import requires

PER_PAGE = 25
PER_PANEL = 10
LATEST = 8


@requires("console.see")
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """List everything that happened, newest first."""
    events = selectors.activity()
    if words := request.GET.get("q", "").strip():
        events = selectors.search(events, words)
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "entries": selectors.entries(list(page))}
    return render(request, "audit/activity.html", context, fragments={"activity-list"})


@requires("console.see")
@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """Show the last few things that changed something; signing in and out is left to the page of everything."""
    events = selectors.activity().exclude(verb__startswith="person.signed")[:LATEST]
    context = {"entries": selectors.entries(list(events))}
    return render(request, "audit/latest.html", context, fragments={"latest"})


@requires("console.see")
@require_safe
def trail(request: HttpRequest, label: str, pk: str) -> HttpResponse:
    """Show what happened to one object: who, when, why, before and after."""
    target = _target(label, pk)
    page = Paginator(selectors.trail_of(target), PER_PANEL).get_page(request.GET.get("page"))
    context = {"target": target, "page": page, "entries": selectors.entries(list(page))}
    return render(request, "audit/trail.html", context, fragments={"trail"})


def _target(label: str, pk: str) -> Model:
    try:
        model = apps.get_model(label)
        key = model._meta.pk.to_python(pk)
    except (LookupError, ValueError, ValidationError):
        raise Http404 from None
    if not selectors.is_tracked(model):
        raise Http404
    target: Model = get_object_or_404(model._default_manager.all(), pk=key)
    return target
