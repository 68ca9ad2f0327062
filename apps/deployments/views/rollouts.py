"""Updating many instances: the preview, the rollout under way, and what can be done to it."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Conflict
from apps.core.htmx import announce, fragment_of, redirect, render
from apps.core.permissions import requires
from apps.deployments import rights, services
from apps.deployments.forms import PutBackForm, ReasonForm, RolloutFilterForm, RolloutForm
from apps.deployments.models import Instance, Rollout
from apps.deployments.rollouts import paging, selectors
from apps.deployments.rollouts.states import RETRIED, ItemState, RolloutState
from apps.deployments.views.posted import posted
from apps.infra.jobs.workers import workers_alive
from apps.releases.models import Release

PER_PAGE = 50
LIVE = "rollout-live"
CHANGED = "rollouts-changed"


@requires(Verb.CONSOLE_SEE)
@require_safe
def rollout_list(request: Request) -> HttpResponse:
    """Every rollout, newest first."""
    page = Paginator(selectors.rollouts(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "deployments/rollout_list.html", {"page": page}, fragments=("rollouts",))


@requires(Verb.CONSOLE_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def rollout_preview(request: Request) -> HttpResponse:
    """What would happen to each instance, with its reason; then begin. Looking writes nothing."""
    release = _asked_release(request)
    filters = RolloutFilterForm(release.integration_template, request.GET)
    found = selectors.candidates(release, filters.chosen, by=request.user)
    form = RolloutForm(posted(request))
    if request.method == "POST" and form.is_valid():
        choices, reason = _choices(request, release, found, form.cleaned_data), form.cleaned_data["reason"]
        rollout = services.start_rollout(by=request.user, release=release, choices=choices, reason=reason)
        return redirect(request, rollout)
    after = request.GET.get("after", "")
    seen = paging.preview(found, release, by=request.user, after=after)
    context = {
        "release": release,
        "filters": filters,
        "form": form,
        "preview": seen,
        "is_in_pages": bool(seen.after or after),
        "is_first": not after,
        "here": request.get_full_path(),
        "first_url": _page_url(request),
        "next_url": _page_url(request, after=seen.after) if seen.after else "",
        "is_filtered": bool(filters.chosen),
        "why_not": rights.why_no_rollout(request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "deployments/rollout_preview.html", context, fragments=("preview",), status=status)


@requires(Verb.CONSOLE_SEE)
@require_safe
def rollout_detail(request: Request, pk: int) -> HttpResponse:
    """How far it is, item by item. While it runs its fragment asks once a second; when it ends the asking does."""
    rollout = _load(pk)
    context = _told(request, rollout)
    if context["is_polled"] and request.GET.get("seen") == context["token"]:
        return HttpResponse(status=204)
    return render(request, "deployments/rollout_detail.html", context, fragments=(LIVE,))


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_POST
def rollout_pause(request: Request, pk: int) -> HttpResponse:
    """Let nothing more be touched for now."""
    rollout = services.pause_rollout(by=request.user, rollout=_load(pk))
    messages.success(request, f"{rollout} is paused.")
    return announce(redirect(request, rollout), CHANGED)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_POST
def rollout_resume(request: Request, pk: int) -> HttpResponse:
    """Go on."""
    rollout = services.resume_rollout(by=request.user, rollout=_load(pk))
    return announce(redirect(request, rollout), CHANGED)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_POST
def rollout_retry(request: Request, pk: int) -> HttpResponse:
    """Give what failed or waits another turn."""
    rollout = services.retry_rollout(by=request.user, rollout=_load(pk))
    return announce(redirect(request, rollout), CHANGED)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_http_methods(["GET", "HEAD", "POST"])
def rollout_cancel(request: Request, pk: int) -> HttpResponse:
    """Ask why, then end it early. A dialog."""
    rollout = _load(pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        services.cancel_rollout(by=request.user, rollout=rollout, reason=form.cleaned_data["reason"])
        messages.success(request, f"{rollout} is cancelled. What was updated stays as it is.")
        return announce(redirect(request, rollout), CHANGED)
    context = {"rollout": rollout, "form": form, "parent_url": rollout.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "deployments/rollout_cancel.html", context, fragments=("dialog",), status=status)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_http_methods(["GET", "HEAD", "POST"])
def rollout_put_back(request: Request, pk: int) -> HttpResponse:
    """Ask why, then put back everything that this rollout put there. A dialog."""
    rollout = _load(pk)
    form = PutBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        way_back = services.put_everything_back(by=request.user, rollout=rollout, reason=reason)
        return announce(redirect(request, way_back), CHANGED)
    going = selectors.to_put_back(rollout).count()
    context = {
        "rollout": rollout,
        "form": form,
        "going": going,
        "staying": selectors.counts_of(rollout)[ItemState.SUCCEEDED] - going,
        "parent_url": rollout.get_absolute_url(),
    }
    status = 422 if form.errors else 200
    return render(request, "deployments/rollout_put_back.html", context, fragments=("dialog",), status=status)


def _choices(request: Request, release: Release, found: QuerySet[Instance], data: Mapping[str, Any]) -> dict[int, int]:
    """Return the ticked instances, or all that can take part where that was ticked and they are as many as was said."""
    if not data["everywhere"]:
        return dict(data["instances"])
    choices = paging.all_that_take_part(found, release, by=request.user)
    if len(choices) != data["expected"]:
        raise Conflict(
            f"Meanwhile {len(choices)} instances can take part, not {data['expected']}. "
            "Look at them, then decide again."
        )
    return choices


def _page_url(request: Request, **more: str) -> str:
    query = {name: value for name, value in request.GET.items() if name != "after"} | more
    return f"{request.path}?{urlencode(query)}"


def _load(pk: int) -> Rollout:
    return get_object_or_404(selectors.rollouts().select_related("restores__integration_template"), pk=pk)


def _asked_release(request: Request) -> Release:
    asked = request.GET.get("release", "")
    if not asked.isdecimal():
        raise Http404
    versions = Release.objects.versions().select_related("integration_template", "snapshot")
    return get_object_or_404(versions, pk=asked)


def _told(request: Request, rollout: Rollout) -> dict[str, Any]:
    state = _wanted_state(request)
    items = selectors.items_of(rollout)
    page = Paginator(items.filter(state=state) if state else items, PER_PAGE).get_page(request.GET.get("page"))
    counts = selectors.counts_of(rollout)
    is_worker_missing = rollout.status is RolloutState.RUNNING and not workers_alive()
    return {
        "rollout": rollout,
        "page": page,
        "state": state,
        "counts": counts,
        "done": rollout.size - counts[ItemState.QUEUED],
        "again": sum(counts[each] for each in RETRIED),
        "going_back": 0 if rollout.restores_id else selectors.to_put_back(rollout).count(),
        "is_worker_missing": is_worker_missing,
        "token": _token(rollout, counts, is_worker_missing),
        "is_polled": fragment_of(request) == LIVE,
        "why_not": rights.why_no_rollout(request.user),
    }


def _wanted_state(request: Request) -> ItemState | None:
    asked = request.GET.get("state", "")
    return ItemState(asked) if asked in ItemState.values else None


def _token(rollout: Rollout, counts: dict[ItemState, int], *more: object) -> str:
    """Return what changes when the page would, so that a poll swaps nothing while nothing happened."""
    return hashlib.sha256(repr((rollout.state, sorted(counts.items()), more)).encode()).hexdigest()[:16]
