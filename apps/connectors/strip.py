"""The pipeline strip: each step as one person sees it on a version's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import may
from apps.connectors import pipeline, selectors
from apps.connectors.enums import JobState, Step, VersionState
from apps.connectors.models import ConnectorVersion, PipelineJob
from apps.connectors.pipeline import Progress
from apps.connectors.selectors import LatestJobs
from apps.environments.models import EnvironmentKind

VERBS = pipeline.VERBS

type Shown = Progress | Literal["waiting", "running"]

ICONS = {
    Step.BUILD: "package",
    Step.SYNC_TO_DEV: "cloud-upload",
    Step.TEST: "checks",
    Step.SYNC_TO_PROD: "cloud-check",
    Step.RELEASE: "rocket",
}
BINNED = "It is in the bin. Restore it first."
PROGRESS_ICONS: dict[Shown, str] = {
    "done": "circle-check",
    "failed": "alert-circle",
    "next": "circle-dot",
    "ahead": "circle-dashed",
    "waiting": "clock",
    "running": "loader-2",
}
PROGRESS_WORDS: dict[Shown, str] = {
    "done": "done",
    "failed": "failed",
    "next": "next",
    "ahead": "not yet",
    "waiting": "waiting for a worker",
    "running": "running",
}


@dataclass(frozen=True, slots=True)
class StripStep:
    """One step. ``because`` disables its button and says why; ``asks``: the button opens a dialog for a reason.

    ``job`` is what its note tells about: the one under way, the one that failed last, or the last that succeeded.
    """

    step: Step
    url: str
    icon: str
    progress: Shown
    because: str
    asks: bool
    job: PipelineJob | None

    @property
    def progress_icon(self) -> str:
        return PROGRESS_ICONS[self.progress]

    @property
    def progress_word(self) -> str:
        return PROGRESS_WORDS[self.progress]

    @property
    def note_at(self) -> datetime | None:
        """The moment that the note names: since when it waits or runs, or when it ended."""
        if self.job is None:
            return None
        return {"waiting": self.job.queued_at, "running": self.job.started_at}.get(self.progress, self.job.finished_at)

    @property
    def is_next(self) -> bool:
        """The one button that stands out."""
        return self.progress in ("next", "failed") and not self.because and not self.asks


def strip_of(version: ConnectorVersion, person: User, jobs: LatestJobs) -> list[StripStep]:
    """Return the steps with what the person may do about them."""
    return [_step(version, step, person, jobs) for step in Step]


def pipeline_words(person: User, jobs: LatestJobs) -> dict[str, Any]:
    """Return what stands below the strip: the last failure, and where the test runs without a development place."""
    tested_from = selectors.test_environment()
    newest = jobs.newest
    return {
        "failed_title": f"{Step(newest.step).label} failed" if newest else "",
        "why_not_again": _because(Step(newest.step), person, jobs, pipeline.Move(True)) if newest else "",
        "tested_from": tested_from,
        "is_tested_from_production": tested_from is not None and tested_from.kind != EnvironmentKind.DEVELOPMENT,
    }


def _step(version: ConnectorVersion, step: Step, person: User, jobs: LatestJobs) -> StripStep:
    state = _state_beneath(version, jobs)
    move = pipeline.move(state, step)
    progress = _progress(state, step, jobs)
    because = BINNED if version.is_binned else _because(step, person, jobs, move)
    return StripStep(
        step=step,
        url=_url(version, step),
        icon=ICONS[step],
        progress=progress,
        because=because,
        asks=not because and move.with_reason,
        job=_job(step, progress, jobs),
    )


def _state_beneath(version: ConnectorVersion, jobs: LatestJobs) -> VersionState:
    """While a version is being built, the other steps still stand where they stood before."""
    state = VersionState(version.state)
    if state is VersionState.BUILDING and jobs.under_way and jobs.under_way.state_before:
        return VersionState(jobs.under_way.state_before)
    return state


def _progress(state: VersionState, step: Step, jobs: LatestJobs) -> Shown:
    newest = jobs.newest
    if newest and newest.step == step:
        if newest.is_under_way:
            return "waiting" if newest.state == JobState.QUEUED else "running"
        if newest.failed:
            return "failed"
    return pipeline.progress(state, step)


def _because(step: Step, person: User, jobs: LatestJobs, move: pipeline.Move) -> str:
    if not may(person, VERBS[step]):
        return f"Your role may not {VERBS[step].phrase}."
    if jobs.under_way:
        doing = pipeline.DOING[Step(jobs.under_way.step)].format("this version")
        return f"{jobs.under_way.asked_by_name} {doing}. Wait until that has ended."
    return "" if move.allowed or move.with_reason else move.why_not


def _job(step: Step, progress: Shown, jobs: LatestJobs) -> PipelineJob | None:
    if jobs.newest and jobs.newest.step == step and progress in ("waiting", "running", "failed"):
        return jobs.newest
    return jobs.succeeded.get(step) if progress == "done" else None


def _url(version: ConnectorVersion, step: Step) -> str:
    place = [version.connector.slug, version.number]
    kinds = {Step.SYNC_TO_DEV: "development", Step.SYNC_TO_PROD: "production"}
    if step in kinds:
        return reverse("connectors:version_sync", args=[*place, kinds[step]])
    return reverse(f"connectors:version_{step.value}", args=place)
