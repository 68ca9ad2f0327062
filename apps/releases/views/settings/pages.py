"""What these tabs have in common: loading, the context of a tab, answering an edit."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from apps.accounts.http import Request
from apps.core.errors import Refused
from apps.releases import selectors
from apps.releases.building.frame import Frame
from apps.releases.building.settings.concerning import concerning
from apps.releases.building.settings.edits import Edit
from apps.releases.definition import Definition, DefinitionError
from apps.releases.models import Release
from apps.releases.views.answers import release_or_404
from apps.releases.views.editing import apply, edited, number_in, revision_of

UNREADABLE = "The text of this draft cannot be read, so no form can edit it. Mend it in the source first."


def frame_or_404(request: Request, slug: str, pk: int) -> Frame:
    """Load what a page of the builder is about."""
    return Frame(release_or_404(slug, pk), request.user)


def editable(request: Request, slug: str, pk: int) -> tuple[Frame, Definition]:
    """Load a draft to be edited, and what a form about it was made from. Raises ``Refused``."""
    frame = frame_or_404(request, slug, pk)
    if not frame.may_edit:
        raise Refused(frame.locked_because)
    revision = revision_of(request) if request.method == "POST" else frame.release.revision
    try:
        # Where that is forgotten, ``apply`` says so.
        return frame, selectors.definition_at(frame.release, revision) or selectors.definition_of(frame.release)
    except DefinitionError:
        raise Refused(UNREADABLE) from None


def tab_context(request: Request, frame: Frame, part: str, **more: Any) -> dict[str, Any]:
    """Return what every tab shows."""
    return {
        "frame": frame,
        "readable": frame.reading.definition is not None,
        "findings": concerning(part, frame.reading.findings),
        "revision": revision_shown(request, frame),
        **more,
    }


def revision_shown(request: Request, frame: Frame) -> str:
    """Return the revision that a form was made from: what is typed wrongly is typed again on the same ground."""
    posted = number_in(request.POST.get("revision"))
    return str(frame.release.revision if posted is None else posted)


def url_of(release: Release, name: str) -> str:
    """Return the address of a page of the builder."""
    return reverse(f"releases:{name}", args=[release.integration_template.slug, release.pk])


def make(request: Request, frame: Frame, *, edit: Edit, did: str, tab: str) -> HttpResponse:
    """Make an edit, say it, and let every part of the page renew itself; without JavaScript lead to the tab."""
    draft = apply(request, frame.release, edit=edit, did=did)
    say(request, frame.release, draft, did)
    return edited(request, draft, to=url_of(draft, tab))


def say(request: Request, before: Release, after: Release, did: str) -> None:
    """Say what was done, or that there was nothing to do."""
    if after.revision == before.revision:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    else:
        messages.success(request, f"{did}.")
