"""The pipeline strip: each step as one person sees it on a version's page."""

from dataclasses import dataclass

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import Verb, may
from apps.connectors import pipeline, selectors
from apps.connectors.enums import Step, VersionState
from apps.connectors.models import ConnectorVersion, PipelineRecord
from apps.connectors.pipeline import Progress

VERBS = {
    Step.BUILD: Verb.DRAFT_EDIT,
    Step.SYNC_TO_DEV: Verb.DRAFT_EDIT,
    Step.TEST: Verb.DRAFT_EDIT,
    Step.SYNC_TO_PROD: Verb.RELEASE_MANAGE,
    Step.RELEASE: Verb.RELEASE_MANAGE,
}
ICONS = {
    Step.BUILD: "package",
    Step.SYNC_TO_DEV: "cloud-upload",
    Step.TEST: "checks",
    Step.SYNC_TO_PROD: "cloud-check",
    Step.RELEASE: "rocket",
}
PROGRESS_ICONS: dict[Progress, str] = {
    "done": "circle-check",
    "failed": "alert-circle",
    "next": "circle-dot",
    "ahead": "circle-dashed",
}
PROGRESS_WORDS: dict[Progress, str] = {"done": "done", "failed": "failed", "next": "next", "ahead": "not yet"}


@dataclass(frozen=True, slots=True)
class StripStep:
    """One step. ``because`` disables its button and says why; ``asks``: the button opens a dialog for a reason."""

    step: Step
    url: str
    icon: str
    progress: Progress
    because: str
    asks: bool
    record: PipelineRecord | None

    @property
    def progress_icon(self) -> str:
        return PROGRESS_ICONS[self.progress]

    @property
    def progress_word(self) -> str:
        return PROGRESS_WORDS[self.progress]

    @property
    def failed_title(self) -> str:
        """What stands above the reason of a failure."""
        return f"{self.step.label} failed"

    @property
    def is_next(self) -> bool:
        """The one button that stands out."""
        return self.progress in ("next", "failed") and not self.because and not self.asks


def strip_of(version: ConnectorVersion, person: User) -> list[StripStep]:
    """Return the steps with what the person may do about them."""
    records = selectors.latest_records(version)
    state = VersionState(version.state)
    return [_step(version, state, step, person, records.get(step)) for step in Step]


def _step(
    version: ConnectorVersion, state: VersionState, step: Step, person: User, record: PipelineRecord | None
) -> StripStep:
    move = pipeline.move(state, step)
    right = may(person, VERBS[step])
    because = "" if right else f"Your role may not {VERBS[step].phrase}."
    if right and not move.allowed and not move.with_reason:
        because = move.why_not
    return StripStep(
        step=step,
        url=_url(version, step),
        icon=ICONS[step],
        progress=pipeline.progress(state, step),
        because=because,
        asks=right and move.with_reason,
        record=record,
    )


def _url(version: ConnectorVersion, step: Step) -> str:
    place = [version.connector.slug, version.number]
    kinds = {Step.SYNC_TO_DEV: "development", Step.SYNC_TO_PROD: "production"}
    if step in kinds:
        return reverse("connectors:version_sync", args=[*place, kinds[step]])
    return reverse(f"connectors:version_{step.value}", args=place)
