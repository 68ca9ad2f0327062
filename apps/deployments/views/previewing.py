"""How people will see the configuration of a release: shown beside the builder's form for it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.deployments.previewing import PreviewPage, preview_pages, sample_edit
from apps.releases.building.frame import Frame
from apps.releases.definition import Asks, DefinitionError
from apps.releases.selectors import definition_of
from apps.releases.views.answers import release_or_404
from apps.releases.views.editing import apply, edited
from apps.releases.views.settings.pages import editable, revision_shown, url_of

TEMPLATE = "deployments/config_preview_panel.html"


@requires(Verb.CONSOLE_SEE)
@require_safe
def config_preview_panel(request: Request, slug: str, pk: int) -> HttpResponse:
    """The wizard's pages of a release, as customers see them or the team (``?as=team``)."""
    frame = Frame(release_or_404(slug, pk), request.user)
    audience = _audience(request.GET.get("as"))
    try:
        pages = preview_pages(definition_of(frame.release), audience)
    except DefinitionError:
        return _page(request, frame, audience, None)
    return _page(request, frame, audience, pages)


@requires(Verb.DRAFT_EDIT)
@require_POST
def config_sample_save(request: Request, slug: str, pk: int) -> HttpResponse:
    """Keep the answers typed into the preview as the sample of test runs."""
    frame, definition = editable(request, slug, pk)
    audience = _audience(request.POST.get("as"))
    pages = preview_pages(definition, audience, request.POST)
    # Every page is asked, so that all that is wrong is said at once.
    if not all([page.form.is_valid() for page in pages]):  # noqa: C419
        return _page(request, frame, audience, pages, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    draft = apply(request, frame.release, edit=sample_edit(pages), did="Changed the sample answers")
    is_same = draft.revision == frame.release.revision
    messages.success(request, "Nothing was changed." if is_same else "Test runs begin with these answers now.")
    return edited(request, draft, to=url_of(draft, "builder_configuration"))


def _audience(said: str | None) -> Asks:
    return Asks.TEAM if said == Asks.TEAM else Asks.CUSTOMER


def _page(
    request: Request, frame: Frame, audience: Asks, pages: list[PreviewPage] | None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, Any] = {
        "frame": frame,
        "pages": pages,
        "audience": audience,
        "audiences": [(Asks.CUSTOMER, "Customers"), (Asks.TEAM, "The team")],
        "revision": revision_shown(request, frame),
    }
    return render(request, TEMPLATE, context, fragments=("config-preview",), status=status)
