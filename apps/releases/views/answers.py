"""What the views of this app have in common: loading, refusing, answering."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from apps.accounts.http import Request
from apps.core.errors import Conflict, Forbidden, Refused
from apps.core.htmx import announce, redirect, render
from apps.core.toasts import offer_undo
from apps.releases import selectors
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.services import BadName, SameContent

CHANGED = "releases-changed"


def template_or_404(slug: str) -> IntegrationTemplate:
    """Load a template by its address."""
    return get_object_or_404(IntegrationTemplate, slug=slug)


def release_or_404(slug: str, pk: int) -> Release:
    """Load a release of a template."""
    releases = Release.objects.select_related(
        "integration_template", "snapshot", "base__snapshot", "created_by", "mark_by"
    )
    return get_object_or_404(releases, integration_template__slug=slug, pk=pk)


def live_of(release: Release) -> Release | None:
    """Return the live version beside a release."""
    return selectors.live_release(release.integration_template)


@contextmanager
def refusals_in(form: BaseForm) -> Iterator[None]:
    """Show a rule's refusal in the form. Conflicts and missing rights are answered by the middleware, same content by
    the dialog that asks whether to go on."""
    try:
        yield
    except (Conflict, Forbidden, SameContent):
        raise
    except BadName as refusal:
        # A copy names a template in a field of its own.
        form.add_error("new_name" if "new_name" in form.fields else "name", refusal.message)
    except Refused as refusal:
        form.add_error(None, [refusal.message, *refusal.problems])


def dialog(request: Request, template: str, release: Release, form: BaseForm, **context: Any) -> HttpResponse:
    """Ask a question about a release: 422 where the answer was wrong."""
    context |= {"release": release, "form": form, "parent_url": release.get_absolute_url()}
    return render(request, template, context, fragments={"dialog"}, status=422 if form.errors else 200)


def done(request: Request, to: Model, sentence: str, *, undo: str = "") -> HttpResponse:
    """Say that it is done: dialogs close and every list refreshes; without JavaScript the page of ``to``.

    ``undo`` is an address that takes it back.
    """
    offer_undo(request, sentence, undo) if undo else messages.success(request, sentence)
    if not request.htmx:
        return redirect(request, to)
    return announce(HttpResponse(status=HTTPStatus.NO_CONTENT), CHANGED)


def gone_to(request: Request, to: Model, sentence: str) -> HttpResponse:
    """Say that it is done and lead to what was made."""
    messages.success(request, sentence)
    return redirect(request, to)
