"""Another connector for a slot of a draft: proposed step by step, confirmed by a person, applied as one edit."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.releases.building.frame import Frame
from apps.releases.building.swapping import swap_of
from apps.releases.building.swapping_forms import SwapForm, TargetForm
from apps.releases.definition import Definition, Slot
from apps.releases.views.answers import refusals_in
from apps.releases.views.editing import apply
from apps.releases.views.settings.pages import editable, revision_shown, say, url_of

TEMPLATE = "releases/builder_swap.html"


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def builder_swap(request: Request, slug: str, pk: int) -> HttpResponse:
    """Swap the connector of ``?slot=``: choose another (``?to=``), look at what is proposed, confirm it.

    With ``look`` the answers so far are shown anew and nothing is saved.
    """
    frame, definition = editable(request, slug, pk)
    slot = _slot(request, definition)
    target = TargetForm(request.GET if request.GET.get("to") else None, slot=slot) if slot else None
    form = _form(request, definition, slot, target) if slot and target else None
    if form and form.is_bound and form.is_valid():
        with refusals_in(form):
            return _applied(request, frame, form)
    return _page(request, frame, slot, target, form)


def _slot(request: Request, definition: Definition) -> Slot | None:
    name = request.GET.get("slot", "")
    slots = definition.slots
    if name and name not in slots:
        raise Http404
    return slots[name] if name else next(iter(slots.values()), None)


def _form(request: Request, definition: Definition, slot: Slot, target: TargetForm) -> SwapForm | None:
    if not target.is_valid():
        return None
    swap = swap_of(definition, slot, target.versions[target.cleaned_data["to"]])
    data = request.POST if request.method == "POST" else None
    return SwapForm(data, swap=swap, looking="look" in request.POST) if swap else None


def _applied(request: Request, frame: Frame, form: SwapForm) -> HttpResponse:
    did = form.swap.did()
    draft = apply(request, frame.release, edit=form.swap.edit(form.answers()), did=did)
    say(request, frame.release, draft, did)
    return redirect(request, url_of(draft, "builder_slots"))


def _page(
    request: Request, frame: Frame, slot: Slot | None, target: TargetForm | None, form: SwapForm | None
) -> HttpResponse:
    chosen = {"slot": slot.name} if slot else {}
    if form and target:
        chosen["to"] = target.cleaned_data["to"]
    context = {
        "frame": frame,
        "slot": slot,
        "target": target,
        "form": form,
        "revision": revision_shown(request, frame),
        "here": f"{request.path}?{urlencode(chosen)}",
        "back_url": url_of(frame.release, "builder_slots"),
    }
    is_wrong = bool((form and form.is_bound) or (target and target.is_bound and not target.is_valid()))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, TEMPLATE, context, fragments={"swap"}, status=status)
