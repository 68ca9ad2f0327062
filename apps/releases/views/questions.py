"""The smaller things that can be done with a release: each asks first, in a dialog of its own."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.permissions import requires
from apps.releases import forms, services
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.questions import Question
from apps.releases.views.answers import dialog, done, gone_to, live_of, refusals_in, release_or_404

QUESTION = ["GET", "HEAD", "POST"]
TEMPLATE = "releases/release_question.html"


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(QUESTION)
def release_deprecate(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take a version out of every choice, with a reason."""
    return _ask(request, release_or_404(slug, pk), Question.DEPRECATE, forms.ReasonForm, services.deprecate)


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(QUESTION)
def release_withdraw(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take the live version back without another one, with a reason."""
    return _ask(request, release_or_404(slug, pk), Question.WITHDRAW, forms.ReasonForm, services.withdraw)


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(QUESTION)
def release_undeprecate(request: Request, slug: str, pk: int) -> HttpResponse:
    """Let a deprecated version be picked again."""
    return _ask(request, release_or_404(slug, pk), Question.UNDEPRECATE, forms.MaybeReasonForm, services.undeprecate)


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(QUESTION)
def release_quarantine(request: Request, slug: str, pk: int) -> HttpResponse:
    """Stop a dangerous version everywhere, with a reason."""
    return _ask(request, release_or_404(slug, pk), Question.QUARANTINE, forms.ReasonForm, services.quarantine)


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(QUESTION)
def release_unquarantine(request: Request, slug: str, pk: int) -> HttpResponse:
    """Let runs of a quarantined version start again."""
    release = release_or_404(slug, pk)
    return _ask(request, release, Question.UNQUARANTINE, forms.MaybeReasonForm, services.unquarantine)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_http_methods(QUESTION)
def release_pause(request: Request, slug: str, pk: int) -> HttpResponse:
    """Let no run of a release start."""
    return _ask(request, release_or_404(slug, pk), Question.PAUSE, forms.MaybeReasonForm, services.pause_release)


@requires(Verb.INSTANCE_OPERATE_PROTECTED)
@require_http_methods(QUESTION)
def release_resume(request: Request, slug: str, pk: int) -> HttpResponse:
    """Let runs of a paused release start again."""
    return _ask(request, release_or_404(slug, pk), Question.RESUME, forms.MaybeReasonForm, services.resume_release)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def release_restore(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put a version's text into the latest draft, and lead there."""
    release = release_or_404(slug, pk)
    form = forms.ConfirmForm(request.POST or None, release=release, live=live_of(release))
    if form.is_valid():
        with refusals_in(form):
            draft = services.restore_version(by=request.user, release=release, seen=form.cleaned_data["seen"])
            return gone_to(request, draft, f"The draft holds the text of {release.title} now.")
    return _question(request, release, form, Question.RESTORE)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def release_bin(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put a draft or an unused version away; a draft with a way to undo it."""
    release = release_or_404(slug, pk)
    undo = ""
    if release.is_draft:
        undo = reverse("releases:draft_unbin", args=[slug, pk]) + ("?latest=1" if release.is_latest else "")
    return _ask(request, release, Question.BIN, forms.ConfirmForm, services.bin_release, undo=undo)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def release_unbin(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take a release out of the bin."""
    return _ask(request, release_or_404(slug, pk), Question.UNBIN, forms.ConfirmForm, services.restore_from_bin)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def release_rename(request: Request, slug: str, pk: int) -> HttpResponse:
    """Change name and description."""
    release = release_or_404(slug, pk)
    form_class = forms.DraftNamesForm if release.is_draft else forms.NamesForm
    known = {"name": release.name, "description": release.description}
    return _ask(request, release, Question.RENAME, form_class, services.rename_release, initial=known)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def release_notes(request: Request, slug: str, pk: int) -> HttpResponse:
    """Change what customers read about a release."""
    release = release_or_404(slug, pk)
    known = {"notes": release.notes}
    return _ask(request, release, Question.NOTES, forms.NotesForm, services.edit_notes, initial=known)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def draft_use(request: Request, slug: str, pk: int) -> HttpResponse:
    """Make a draft the latest one."""
    return _ask(request, release_or_404(slug, pk), Question.USE, forms.ConfirmForm, services.use_draft)


@requires(Verb.ADMINISTER)
@require_http_methods(QUESTION)
def draft_delete(request: Request, slug: str, pk: int) -> HttpResponse:
    """Delete a draft in the bin for good."""
    draft = release_or_404(slug, pk)
    form = forms.ConfirmForm(request.POST or None, release=draft, live=live_of(draft))
    if form.is_valid():
        with refusals_in(form):
            services.delete_draft(by=request.user, draft=draft, seen=form.cleaned_data["seen"])
            return done(request, draft.integration_template, Question.DELETE.told(draft))
    return _question(request, draft, form, Question.DELETE)


def _ask(
    request: Request,
    release: Release,
    question: Question,
    form_class: type[forms.ReleaseForm],
    service: Callable[..., Release],
    initial: dict[str, str] | None = None,
    undo: str = "",
) -> HttpResponse:
    form = form_class(request.POST or None, release=release, live=live_of(release), initial=initial or {})
    if form.is_valid():
        with refusals_in(form):
            after = service(by=request.user, release=release, **form.cleaned_data)
            return done(request, _page_after(after), question.told(after), undo=undo)
    return _question(request, release, form, question)


def _question(request: Request, release: Release, form: forms.ReleaseForm, question: Question) -> HttpResponse:
    words = {
        "question_title": question.title(release),
        "question_text": question.text(release),
        "consequences": question.consequences(release),
    }
    return dialog(request, TEMPLATE, release, form, question=question.value, **words)


def _page_after(release: Release) -> Release | IntegrationTemplate:
    return release.integration_template if release.binned_at else release
