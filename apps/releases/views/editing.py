"""What every form of the builder does: one edit of the draft, and an answer after which the whole page agrees.

The page holds the revision that it shows in every ``input[data-revision]``; ``draft-edited`` tells it the new one.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django_htmx.http import trigger_client_event

from apps.accounts.http import Request
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.releases.definition import Definition
from apps.releases.models import Release
from apps.releases.services.drafts import edit_draft

EDITED = "draft-edited"


def apply(request: Request, release: Release, *, edit: Callable[[Definition], str], did: str) -> Release:
    """Save what ``edit`` makes of the draft that the form was made from; ``did`` says it ("Moved the step x").

    Raises ``Refused`` where it cannot be done, and ``StaleDraft`` where somebody else has edited meanwhile: the
    middleware answers both, so a view lets them pass.
    """
    return edit_draft(by=request.user, draft=release, revision=revision_of(request), edit=edit, did=did)


def revision_of(request: Request) -> int:
    """Return the revision of the draft that a form or its address was made from. Raises ``Refused`` for none."""
    revision = number_in(request.POST.get("revision") or request.GET.get("revision"))
    if revision is None:
        raise Refused("This form does not say which state of the draft it was made from. Open the page anew.")
    return revision


def number_in(said: str | None) -> int | None:
    """Return the count that a form or an address says, None for anything else."""
    return int(said) if said and said.isdecimal() and len(said) < 10 else None


def edited(
    request: Request,
    draft: Release,
    *,
    to: Any,
    template: str = "",
    context: Mapping[str, Any] | None = None,
    fragment: str = "",
) -> HttpResponse:
    """Answer an edit: with htmx ``fragment`` of ``template`` (or nothing) and the event that renews every part that
    shows the draft; without JavaScript the page ``to``."""
    if not request.htmx:
        return redirect(request, to)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if template:
        response = render(request, f"{template}#{fragment}" if fragment else template, context)
    return trigger_client_event(response, EDITED, {"revision": draft.revision})
