"""Every component in every state, with made-up data; for developers only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from apps.core import clock
from apps.core.badges import Badge
from apps.core.forms import DateInput, TextListField
from apps.core.htmx import announce, redirect, render
from apps.core.permissions import public

REASON = "It exists on a developer's machine only and shows made-up data."

BADGES = [
    Badge("Draft", "A working copy: it can be edited and has no number yet.", "gray", "pencil"),
    Badge("Version", "Frozen for good; it can be deployed but is not what new customers get.", "blue", "lock"),
    Badge("Live", "What new customer installs get by default.", "green", "broadcast"),
    Badge("Superseded", "Another version is live now; it still runs where it is installed.", "purple", "history"),
    Badge("Deprecated", "Still listed and running, but it can no longer be chosen.", "amber", "alert-triangle"),
    Badge("Quarantined", "It may not run at all until somebody takes the mark off.", "red", "ban"),
    Badge("Running", "The worker is carrying it out right now.", "accent", "loader-2"),
]

YAML = """# Copies new orders into the CRM.
document:
  dsl: "1.0.3"
  namespace: acme
  name: orders-to-crm
schedule:
  every: { minutes: 15 }
do:
  - fetchOrders:
      call: openapi
      with:
        document: { endpoint: "connector://shop" }
        operationId: listOrders
        parameters:
          since: ${ $workflow.input.config.since }
          limit: 50
  - eachOrder:
      for: { each: order, in: ${ .orders } }
      do:
        - upsertContact:
            call: openapi
"""


@dataclass(frozen=True)
class Finding:
    """A finding as the linter of releases makes them."""

    level: str
    line: int | None
    message: str


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="Semantic version and two words, such as 1.2.0-order-retry.")
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    environment = forms.ChoiceField(label="Environment", choices=[("staging", "Staging"), ("prod", "Production")])
    limit = forms.IntegerField(label="Orders per run", min_value=1, max_value=500, initial=50)
    since = forms.DateField(label="Start with orders since", widget=DateInput)
    tags = TextListField(label="Order tags to copy", required=False, help_text="Leave blank to copy all orders.")
    kind = forms.ChoiceField(
        label="When it changes", widget=forms.RadioSelect, choices=[("a", "Follow live"), ("b", "Stay on this version")]
    )
    notify = forms.BooleanField(label="Tell me when a run fails", required=False)
    locked = forms.CharField(label="Customer", disabled=True, initial="Northwind Traders")


class EditorForm(forms.Form):
    """A text with lines."""

    text = forms.CharField(label="Definition", widget=forms.Textarea)


def developers_only[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Hide a view wherever DEBUG is off."""

    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(*args, **kwargs)

    return guarded


@public(REASON)
@developers_only
def gallery(request: HttpRequest) -> HttpResponse:
    """Show everything on one page."""
    now = clock.now()
    context = {
        "badges": BADGES,
        "rows": _rows(),
        "page": Paginator(range(140), 10).page(3),
        "moments": [now, now - timedelta(minutes=4), now - timedelta(days=2), now + timedelta(hours=5)],
        "form": GalleryForm(),
        "bad_form": _bad_form(),
        "editor": EditorForm({"text": YAML}),
        "findings": [
            Finding("error", 12, "listOrders is not an operation of Demo Shop v1."),
            Finding("warning", 16, "limit is higher than the API allows."),
        ],
        "yaml": YAML,
        "marked": {12},
        "steps": [SimpleNamespace(label=label, url="#steps") for label in _STEPS],
    }
    return render(request, "core/gallery.html", context)


@public(REASON)
@developers_only
def gallery_drawer(request: HttpRequest) -> HttpResponse:
    """A drawer with a list and a form."""
    return _overlay(request, "drawer")


@public(REASON)
@developers_only
def gallery_dialog(request: HttpRequest) -> HttpResponse:
    """A dialog that asks for a reason."""
    return _overlay(request, "dialog")


@public(REASON)
@developers_only
def gallery_panel(request: HttpRequest) -> HttpResponse:
    """What a lazy panel brings."""
    return render(request, "core/gallery_panel.html", {"moment": clock.now()}, fragments=("gallery-panel",))


_STEPS = ("Version", "Connections", "Configuration", "Review", "Deploy")


class ReasonForm(forms.Form):
    """Why somebody does something."""

    reason = forms.CharField(label="Reason", min_length=5, help_text="People will read it beside the badge.")


def _overlay(request: HttpRequest, kind: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, "V1 is deprecated.")
        return announce(HttpResponse(status=204), "gallery-done") if request.htmx else redirect(request, "core:gallery")  # type: ignore[attr-defined]
    context = {"form": form, "badges": BADGES, "parent_url": reverse("core:gallery")}
    status = 422 if form.errors else 200
    return render(request, f"core/gallery_{kind}.html", context, fragments=(kind,), status=status)


def _bad_form() -> GalleryForm:
    form = GalleryForm(
        {"name": "", "limit": "900", "environment": "prod", "tags": ["vip", "wholesale"], "since": ""},
        auto_id="bad_%s",
    )
    form.is_valid()
    return form


def _rows() -> list[dict[str, Any]]:
    now = clock.now()
    names = ["1.2.0-order-retry-logic", "1.1.0", "1.0.1-fix-currency", "1.0.0-first"]
    people = ["Rita Voss", "Bea Lindqvist", "Bea Lindqvist", "Otto Brandt"]
    badges = [BADGES[2], BADGES[3], BADGES[4], BADGES[1]]
    return [
        {
            "number": 7 - index,
            "name": name,
            "badge": badges[index],
            "person": people[index],
            "uses": 12 * index,
            "at": at,
        }
        for index, name in enumerate(names)
        for at in [now - timedelta(days=9 * index, hours=3)]
    ]
