"""What starts a run."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases.building.frame import Frame
from apps.releases.building.settings.triggers import change_triggers, triggers_of
from apps.releases.links import link_to
from apps.releases.settings_forms import TriggersForm
from apps.releases.settings_forms.triggers import time_zones
from apps.releases.views.answers import refusals_in
from apps.releases.views.editing import apply, edited
from apps.releases.views.settings.pages import editable, frame_or_404, say, tab_context, url_of

TEMPLATE = "releases/builder_triggers.html"


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_triggers(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show what starts a run; in a draft as a form."""
    frame = frame_or_404(request, slug, pk)
    return render(request, TEMPLATE, _context(request, frame, _form(frame)), fragments={"triggers"})


@requires(Verb.DRAFT_EDIT)
@require_POST
def triggers_save(request: Request, slug: str, pk: int) -> HttpResponse:
    """Change timer and webhook."""
    frame, definition = editable(request, slug, pk)
    form = TriggersForm(request.POST, triggers=triggers_of(definition))
    if form.is_valid():
        with refusals_in(form):
            did = "Changed the triggers"
            draft = apply(request, frame.release, edit=change_triggers(form.said()), did=did)
            say(request, frame.release, draft, did)
            after = Frame(draft, request.user)
            context = _context(request, after, _form(after)) | {"revision": str(draft.revision)}
            to = url_of(draft, "builder_triggers")
            return edited(request, draft, to=to, template=TEMPLATE, fragment="triggers", context=context)
    return render(request, TEMPLATE, _context(request, frame, form), fragments={"triggers"}, status=422)


def _form(frame: Frame) -> TriggersForm | None:
    definition = frame.reading.definition
    return TriggersForm(triggers=triggers_of(definition)) if definition else None


def _context(request: Request, frame: Frame, form: TriggersForm | None) -> dict[str, object]:
    times_url = link_to("runs:schedule_times_panel")
    return tab_context(request, frame, "triggers", form=form, zones=time_zones(), times_url=times_url)
