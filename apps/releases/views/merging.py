"""What is shown when two people have changed one draft: both texts, what fits together, and what must be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import in_place_of_page, render
from apps.core.permissions import requires
from apps.releases import selectors
from apps.releases.building.finding_places import placed
from apps.releases.definition.merging import Block, Choice, Merge, merge
from apps.releases.draft_forms import MergeForm
from apps.releases.forms import DraftForm
from apps.releases.models import Release
from apps.releases.services import StaleDraft
from apps.releases.sides import side_by_side
from apps.releases.views.answers import release_or_404
from apps.releases.views.editing import number_in

TEMPLATE = "releases/draft_conflict.html"


@dataclass(frozen=True)
class ShownBlock:
    """A change as the page shows it. ``name`` is the field of its choice, "" where nothing is to be chosen."""

    block: Block
    name: str = ""
    chosen: Choice = Choice.MINE

    @property
    def before(self) -> str:
        return "\n".join(self.block.base)

    @property
    def mine(self) -> str:
        return "\n".join(self.block.mine)

    @property
    def theirs(self) -> str:
        return "\n".join(self.block.theirs)


def conflict(request: Request, stale: StaleDraft) -> HttpResponse:
    """Answer a stale save, of the source or of a form, with both texts (409); nothing is lost."""
    context = _context(stale.saved, stale.typed, stale.base, stale.revision, {})
    return in_place_of_page(render(request, TEMPLATE, context, status=409))


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_merge(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put what was chosen into the text; nothing is saved. Where somebody saved once more, the choice begins anew."""
    draft = release_or_404(slug, pk)
    form = MergeForm(request.POST)
    if not form.is_valid():
        raise Refused("This form does not say what to merge. Go back, and save once more.")
    typed, base_revision = form.cleaned_data["typed"], form.cleaned_data["base_revision"]
    is_current = form.cleaned_data["revision"] == draft.revision
    choices = _choices(request) if is_current else {}
    base = selectors.text_at(draft, base_revision)
    context = _context(draft, typed, base, base_revision, choices) | {"is_newer": not is_current}
    response = render(request, TEMPLATE, context, fragments={"merge-result"} if is_current else ())
    return response if is_current else in_place_of_page(response)


def _context(
    saved: Release, typed: str, base: str | None, base_revision: int, choices: Mapping[int, Choice]
) -> dict[str, object]:
    merged = None if base is None else merge(base, typed, saved.text)
    result = merged.text(choices) if merged else typed
    return {
        "draft": saved,
        "typed": typed,
        "base_revision": base_revision,
        "merge": merged,
        "blocks": _shown(merged, choices) if merged else [],
        "theirs": saved.saved_by_name or "Somebody else",
        # What stands here is saved on top of what is there now, once the person has seen both.
        "form": DraftForm(MultiValueDict({"text": [result], "revision": [str(saved.revision)]})),
        "findings": placed(saved, selectors.read_text(result)),
        "lines": side_by_side(saved.text, typed),
    }


def _shown(merged: Merge, choices: Mapping[int, Choice]) -> list[ShownBlock]:
    places = {id(block): place for place, block in enumerate(merged.conflicts)}
    return [
        ShownBlock(block, f"choice-{place}", choices.get(place, Choice.MINE))
        if (place := places.get(id(block))) is not None
        else ShownBlock(block)
        for block in merged.changes
    ]


def _choices(request: Request) -> dict[int, Choice]:
    named = {key.removeprefix("choice-"): value for key, value in request.POST.items() if key.startswith("choice-")}
    known = {number_in(place): Choice(value) for place, value in named.items() if value in set(Choice)}
    return {place: choice for place, choice in known.items() if place is not None}
