"""Drafts as working copies: another one, back to where this one began, and back from the bin."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.core.toasts import offer_undo
from apps.releases import forms, selectors, services
from apps.releases.draft_forms import DraftBeginForm
from apps.releases.models import Release
from apps.releases.questions import Question
from apps.releases.services.checkpoints import undo_edit
from apps.releases.services.drafts import begin_draft, discard_changes
from apps.releases.views.answers import dialog, gone_to, live_of, refusals_in, release_or_404, template_or_404
from apps.releases.views.editing import revision_of

QUESTION = ["GET", "HEAD", "POST"]


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def draft_create(request: Request, slug: str) -> HttpResponse:
    """Begin another draft: from the newest version, or from nothing."""
    template = template_or_404(slug)
    newest = selectors.newest_version(template)
    form = DraftBeginForm(request.POST or None, newest=newest)
    if form.is_valid():
        with refusals_in(form):
            draft = begin_draft(by=request.user, integration_template=template, **form.beginning())
            return gone_to(request, draft, "You are in the new draft now. The latest draft stays what it is.")
    context = {"form": form, "integration_template": template, "parent_url": template.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "releases/draft_create.html", context, fragments={"dialog"}, status=status)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def draft_discard(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put the text of the draft's base back, with a way to undo it."""
    draft = release_or_404(slug, pk)
    form = forms.ConfirmForm(request.POST or None, release=draft, live=live_of(draft))
    if form.is_valid():
        with refusals_in(form):
            after = discard_changes(by=request.user, draft=draft, seen=form.cleaned_data["seen"])
            offer_undo(request, Question.DISCARD.told(after), way_back(after))
            return redirect(request, where_they_were(request, after))
    return dialog(
        request,
        "releases/release_question.html",
        draft,
        form,
        question=Question.DISCARD.value,
        question_title=Question.DISCARD.title(draft),
        question_text=Question.DISCARD.text(draft),
    )


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_take_back(request: Request, slug: str, pk: int) -> HttpResponse:
    """Undo what a toast has just told, from wherever it is read."""
    draft = undo_edit(by=request.user, draft=release_or_404(slug, pk), revision=revision_of(request))
    return gone_to(request, draft, "Took it back.")


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_unbin(request: Request, slug: str, pk: int) -> HttpResponse:
    """Undo moving a draft to the bin; ``?latest=1`` where it was the latest."""
    as_latest = request.GET.get("latest") == "1"
    draft = services.restore_from_bin(by=request.user, release=release_or_404(slug, pk), as_latest=as_latest)
    return gone_to(request, draft, Question.UNBIN.told(draft))


def way_back(draft: Release) -> str:
    """Return the address that takes the last edit of a draft back, as long as nobody edits it further."""
    take_back = reverse("releases:draft_take_back", args=[draft.integration_template.slug, draft.pk])
    return f"{take_back}?revision={draft.revision}"


def where_they_were(request: Request, draft: Release) -> str:
    """Return the page of the builder from which somebody did something to a draft, else its first page.

    A drawer has an address of its own, so its forms say which page it was opened from: ``back``.
    """
    builder = draft.get_absolute_url()
    here = request.htmx.current_url_abs_path if request.htmx else ""
    path = urlsplit(request.POST.get("back") or here or "").path
    is_overlay = path.startswith(f"{builder}checkpoints/")
    return path if path.startswith(builder) and not is_overlay else builder
