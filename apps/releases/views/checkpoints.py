"""Checkpoints of a draft: what it held after every edit, to look at, to name, and to put back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.core.toasts import offer_undo
from apps.releases import selectors
from apps.releases.building.frame import Frame
from apps.releases.draft_forms import CheckpointNameForm
from apps.releases.models import Checkpoint, Release
from apps.releases.services.checkpoints import label_of, name_checkpoint, restore_checkpoint
from apps.releases.sides import side_by_side
from apps.releases.views.answers import done, refusals_in, release_or_404
from apps.releases.views.drafts import way_back, where_they_were
from apps.releases.views.editing import number_in, revision_of

PER_LOAD = 20
QUESTION = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Loaded:
    """A part of the checkpoints. ``more`` is the revision before which the next part begins, None at the end."""

    checkpoints: Sequence[Checkpoint]
    more: int | None


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_checkpoints(request: Request, slug: str, pk: int) -> HttpResponse:
    """List the checkpoints of a draft, newest first; ``?before=12`` goes on, ``?named=1`` keeps those with a name."""
    draft = _draft_or_404(slug, pk)
    found = selectors.checkpoints_of(draft, before=number_in(request.GET.get("before")))
    only_named = request.GET.get("named") == "1"
    context = {
        "frame": Frame(draft, request.user),
        "loaded": _part(list((found.exclude(name="") if only_named else found)[: PER_LOAD + 1])),
        "only_named": only_named,
        "parent_url": draft.get_absolute_url(),
        "back": where_they_were(request, draft),
    }
    return render(request, "releases/checkpoint_list.html", context, fragments={"drawer", "checkpoints-more"})


@requires(Verb.CONSOLE_SEE)
@require_safe
def checkpoint_detail(request: Request, slug: str, pk: int, revision: int) -> HttpResponse:
    """Show the text of a checkpoint, and how it differs from the draft as it is now."""
    draft = _draft_or_404(slug, pk)
    checkpoint = _checkpoint_or_404(draft, revision)
    text = checkpoint.snapshot.text
    context = {
        "frame": Frame(draft, request.user),
        "checkpoint": checkpoint,
        "text": text,
        "lines": side_by_side(text, draft.text),
        "is_same": checkpoint.snapshot_id == draft.snapshot_id,
    }
    return render(request, "releases/checkpoint_detail.html", context)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def checkpoint_name(request: Request, slug: str, pk: int, revision: int) -> HttpResponse:
    """Give a checkpoint a name, so that it is kept for good."""
    draft = _draft_or_404(slug, pk)
    checkpoint = _checkpoint_or_404(draft, revision)
    form = CheckpointNameForm(request.POST or None, initial={"name": checkpoint.name})
    if form.is_valid():
        with refusals_in(form):
            named = name_checkpoint(by=request.user, checkpoint=checkpoint, name=form.cleaned_data["name"])
            kept = f"Kept for good as “{named.name}”." if named.name else "It goes with the others in time."
            return done(request, draft, kept)
    context = {"frame": Frame(draft, request.user), "checkpoint": checkpoint, "form": form}
    context["parent_url"] = draft.get_absolute_url()
    status = 422 if form.errors else 200
    return render(request, "releases/checkpoint_name.html", context, fragments={"dialog"}, status=status)


@requires(Verb.DRAFT_EDIT)
@require_POST
def checkpoint_restore(request: Request, slug: str, pk: int, revision: int) -> HttpResponse:
    """Put the text of a checkpoint back into the draft, with a way to undo it."""
    draft = _draft_or_404(slug, pk)
    checkpoint = _checkpoint_or_404(draft, revision)
    after = restore_checkpoint(by=request.user, draft=draft, checkpoint=checkpoint, revision=revision_of(request))
    offer_undo(request, f"The draft holds {label_of(checkpoint)} again.", way_back(after))
    return redirect(request, where_they_were(request, after))


def _part(rows: list[Checkpoint]) -> Loaded:
    shown, rest = rows[:PER_LOAD], rows[PER_LOAD:]
    return Loaded(shown, shown[-1].revision if rest else None)


def _draft_or_404(slug: str, pk: int) -> Release:
    draft = release_or_404(slug, pk)
    if not draft.is_draft:
        raise Http404(f"{draft.label} is frozen: only drafts have checkpoints.")
    return draft


def _checkpoint_or_404(draft: Release, revision: int) -> Checkpoint:
    rows = Checkpoint.objects.select_related("snapshot", "draft__integration_template")
    return get_object_or_404(rows, draft=draft, revision=revision)
