"""What a definition says about itself."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.core.text import markdown
from apps.releases.building.frame import Frame
from apps.releases.building.settings.about import about, change_about
from apps.releases.definition import Definition
from apps.releases.settings_forms import AboutForm
from apps.releases.views.answers import refusals_in
from apps.releases.views.editing import apply, edited
from apps.releases.views.settings.pages import editable, frame_or_404, say, tab_context, url_of

TEMPLATE = "releases/builder_readme.html"


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_readme(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show what a release says about itself; in a draft as a form."""
    frame = frame_or_404(request, slug, pk)
    return render(request, TEMPLATE, _context(request, frame, _form(frame.reading.definition)), fragments={"readme"})


@requires(Verb.DRAFT_EDIT)
@require_POST
def readme_save(request: Request, slug: str, pk: int) -> HttpResponse:
    """Change title, summary, icon and readme."""
    frame, definition = editable(request, slug, pk)
    form = AboutForm(request.POST, known=about(definition))
    if form.is_valid():
        with refusals_in(form):
            did = "Changed what it says about itself"
            draft = apply(request, frame.release, edit=change_about(form.changes(*form.fields)), did=did)
            say(request, frame.release, draft, did)
            after = Frame(draft, request.user)
            context = _context(request, after, _form(after.reading.definition)) | {"revision": str(draft.revision)}
            to = url_of(draft, "builder_readme")
            return edited(request, draft, to=to, template=TEMPLATE, fragment="readme", context=context)
    return render(request, TEMPLATE, _context(request, frame, form), fragments={"readme"}, status=422)


@requires(Verb.DRAFT_EDIT)
@require_POST
def readme_preview(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show what the readme will look like; nothing is saved."""
    frame, definition = editable(request, slug, pk)
    form = AboutForm(request.POST, known=about(definition))
    return render(request, TEMPLATE, _context(request, frame, form), fragments={"readme-preview"})


def _form(definition: Definition | None) -> AboutForm | None:
    return AboutForm(known=about(definition)) if definition else None


def _context(request: Request, frame: Frame, form: AboutForm | None) -> dict[str, object]:
    shown = markdown(str(form["readme"].value() or "")) if form else ""
    return tab_context(request, frame, "readme", form=form, shown=shown)
