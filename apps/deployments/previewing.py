"""The wizard's pages of a release that nobody deploys yet, filled in with its sample; and a sample made of answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.forms import BoundField

from apps.deployments.config_form import ConfigForm, Kind, Question
from apps.deployments.wizard import questions_of
from apps.releases.building.settings.configuration import SAMPLE
from apps.releases.building.settings.edits import MISSING, Edit, all_of, below, setting
from apps.releases.building.settings.typed import plain
from apps.releases.definition import Asks, Definition, Page
from apps.releases.definition.shapes import same


@dataclass(frozen=True)
class PreviewPage:
    """A page as the wizard would show it."""

    page: Page
    form: ConfigForm


def preview_pages(definition: Definition, audience: Asks, data: Any = None) -> list[PreviewPage]:
    """Return the pages on which the audience is asked anything, with the sample as answers."""
    sample: Mapping[str, Any] = definition.sample_input["config"]
    asked = _asked(definition, audience)
    if data is not None:
        # A sample says what it likes: what it leaves out is a default, or nothing.
        asked = {name: replace(question, required=False) for name, question in asked.items()}
    pages = []
    for page in definition.config_pages:
        questions = {name: asked[name] for name in page.fields if name in asked}
        if questions:
            form = ConfigForm(definition.config_schema, questions, data=data, answers=sample, asked=list(asked))
            pages.append(PreviewPage(page, form))
    return pages


def sample_edit(pages: Sequence[PreviewPage]) -> Edit:
    """Let the sample be what was typed; what nobody touched stays as it is written. Needs valid forms."""
    changes: dict[str, Any] = {}
    for page in pages:
        changes |= _changes(page.form)
    return all_of(*(setting(below(SAMPLE, "config", name), value) for name, value in changes.items()))


def _changes(form: ConfigForm) -> dict[str, Any]:
    touched = {bound.name.partition(".")[0] for bound in form if _is_touched(bound)}
    given = {name: form.answers_given.get(name, MISSING) for name in form.page if name in touched}
    return {name: value for name, value in given.items() if not same(value, form.answers.get(name, MISSING))}


def _is_touched(bound: BoundField) -> bool:
    """Whether a browser sends something else than it was shown: what it cannot show exactly is not a change."""
    shown, now = bound.field.prepare_value(bound.initial), bound.data
    if isinstance(now, str) and not isinstance(shown, list):
        return plain("" if shown is None else str(shown)) != plain(now)
    if isinstance(now, list):
        return [plain(str(entry)) for entry in shown or [] if str(entry).strip()] != now
    return bound.field.has_changed(bound.initial, now)


def _asked(definition: Definition, audience: Asks) -> dict[str, Question]:
    return {
        name: question
        for name, question in questions_of(definition).items()
        if question.kind is not Kind.SECRET and (audience is Asks.TEAM or question.by_customer)
    }
