"""The live log of a pipeline job: what a page that keeps itself up to date has seen already, and what is new."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from apps.accounts.http import Request
from apps.connectors import selectors
from apps.connectors.models import PipelineJob, PipelineLine
from apps.connectors.openapi.problems import Problem
from apps.core.htmx import fragment_of, replace_page, toast
from apps.infra.jobs.workers import workers_alive

FRAGMENT = "pipeline-live"


@dataclass(frozen=True, slots=True)
class Live:
    """The job that a page follows, if any. ``lines`` are all of its log, or those that a polled page lacks."""

    job: PipelineJob | None
    lines: list[PipelineLine]
    is_polled: bool
    is_worker_missing: bool
    seen: str

    @classmethod
    def of(cls, request: Request, job: PipelineJob | None) -> "Live":
        """Return what ``job`` looks like to the page that asks."""
        if job is None:
            return cls(None, [], is_polled=False, is_worker_missing=False, seen="")
        seen = request.GET.get("seen", "")
        is_polled = fragment_of(request) == FRAGMENT and seen.startswith(str(job.pk)) and job.is_under_way
        return cls(
            job=job,
            lines=list(selectors.job_lines(job, after=_position(request) if is_polled else -1)),
            is_polled=is_polled,
            is_worker_missing=job.is_under_way and not workers_alive(),
            seen=seen,
        )

    @property
    def is_under_way(self) -> bool:
        """The page has to ask again."""
        return self.job is not None and self.job.is_under_way

    @property
    def token(self) -> str:
        """What the page has seen, for its next question."""
        return f"{self.job.pk}.{self.job.state}.{self.is_worker_missing}" if self.job else ""

    @property
    def is_unchanged(self) -> bool:
        """The page that asks shows all of this already."""
        return self.is_polled and self.seen == self.token and not self.lines

    def last_position(self, request: Request) -> int:
        """Return the position of the last line that the page has after this answer."""
        return self.lines[-1].position if self.lines else _position(request)

    @property
    def problems(self) -> list[Problem]:
        """What was wrong with the source, each with its place."""
        return [Problem(**detail) for detail in self._details if "message" in detail]

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls of a test, masked."""
        return [detail for detail in self._details if "request" in detail]

    @property
    def _details(self) -> list[dict[str, Any]]:
        return self.job.details if self.job else []


def unchanged() -> HttpResponse:
    """Answer a page that shows everything already."""
    return HttpResponse(status=204)


def is_over(request: Request, live: Live) -> bool:
    """Tell whether the page asks about a job that has ended: then all of it changes."""
    return fragment_of(request) == FRAGMENT and not live.is_polled


def ended(page: HttpResponse, live: Live) -> HttpResponse:
    """Put the whole page in the place of what the browser shows, and say how the job ended."""
    if live.job and live.seen.startswith(str(live.job.pk)):
        toast(page, live.job.told, tone="success" if live.job.succeeded else "error")
    return replace_page(page)


def _position(request: Request) -> int:
    try:
        return int(request.GET.get("line", -1))
    except ValueError:
        return -1
