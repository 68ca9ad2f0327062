"""Freezing and promoting: the two dialogs that make something of a draft."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core import clock
from apps.core.permissions import requires
from apps.releases import comparing, forms, naming, selectors, services
from apps.releases.consequences import Act, consequences
from apps.releases.links import link_to
from apps.releases.models import Release
from apps.releases.services.live import BehindLive, is_behind
from apps.releases.services.transition import SameContent
from apps.releases.views.answers import dialog, done, gone_to, live_of, refusals_in, release_or_404, template_or_404
from apps.releases.views.editing import number_in

QUESTION = ["GET", "HEAD", "POST"]


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def version_create(request: Request, slug: str) -> HttpResponse:
    """Freeze a draft as the next version: ``?draft=`` or the latest one."""
    template = template_or_404(slug)
    chosen = number_in(request.GET.get("draft"))
    drafts = Release.objects.drafts().filter(integration_template=template)
    wanted = drafts.filter(pk=chosen) if chosen else drafts.filter(is_latest=True)
    draft = release_or_404(slug, get_object_or_404(wanted).pk)
    form = forms.VersionForm(request.POST or None, release=draft, live=live_of(draft), initial=_initial(draft))
    same: Release | None = None
    if form.is_valid():
        try:
            with refusals_in(form):
                version = services.create_version(by=request.user, draft=draft, **form.cleaned_data)
                return done(request, version, f"Created {version.title}. Work on the draft goes on.")
        except SameContent as found:
            same = found.release
    template = draft.integration_template
    context = {
        "errors": [] if form.is_bound else selectors.reading_of(draft).errors,
        "same": same,
        "newest": selectors.newest_version(template),
        "compared": comparing.since_newest(draft),
        "naming_form": naming.form_of(template.naming_scheme, template.naming_pattern, clock.now().date()),
    }
    return dialog(request, "releases/version_create.html", draft, form, **context)


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(QUESTION)
def release_make_live(request: Request, slug: str, pk: int) -> HttpResponse:
    """Make a version, or a draft frozen for it, live."""
    release = release_or_404(slug, pk)
    live = live_of(release)
    form = _live_form(request, release, live)
    same: Release | None = None
    if form.is_valid():
        try:
            with refusals_in(form):
                made = services.make_live(by=request.user, release=release, **form.cleaned_data)
                return done(request, made, f"{made.title} is live: new customer installs get it from now on.")
        except SameContent as found:
            same = found.release
    context = {
        "live": live,
        "same": same,
        "behind": BehindLive(release, live).message if live and is_behind(release, live) else "",
        "compared": comparing.compared(live, release) if live and live != release else None,
        "new_installs": comparing.new_installs(release, live) if live != release else [],
        "consequences": consequences(Act.MAKE_LIVE, release),
        "errors": selectors.reading_of(release).errors if release.is_draft and not form.is_bound else [],
    }
    return dialog(request, "releases/release_make_live.html", release, form, **context)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def release_copy(request: Request, slug: str, pk: int) -> HttpResponse:
    """Copy a release into a draft of this, another or a new template."""
    release = release_or_404(slug, pk)
    form = forms.CopyForm(request.POST or None, release=release, live=live_of(release))
    if form.is_valid():
        with refusals_in(form):
            seen = form.cleaned_data["seen"]
            draft = services.copy_release(by=request.user, release=release, seen=seen, **form.destination())
            return gone_to(request, draft, _copied(release, draft))
    return dialog(request, "releases/release_copy.html", release, form)


def _copied(release: Release, draft: Release) -> SafeString:
    """Say where one is now; a copy in another template often needs another connector."""
    said = f"Copied {release.title} to {draft.integration_template}. You are in the copy now."
    swap = link_to("releases:builder_swap", draft.integration_template.slug, draft.pk)
    return format_html('{} <a href="{}">Swap a connector</a>', said, swap) if swap else format_html("{}", said)


def _live_form(request: Request, release: Release, live: Release | None) -> forms.ReleaseForm:
    if release.is_draft:
        initial = _initial(release)
        return forms.MakeDraftLiveForm(request.POST or None, release=release, live=live, initial=initial)
    return forms.MakeLiveForm(request.POST or None, release=release, live=live)


def _initial(draft: Release) -> dict[str, str]:
    return {"name": selectors.suggested_name(draft), "description": comparing.suggested_description(draft)}
