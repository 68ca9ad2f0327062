"""The log of a pipeline job: lines that people read while it runs. Whatever looks like a secret is left out."""

import logging
import re
from threading import Lock
from uuid import UUID

from django.db import InterfaceError, OperationalError

from apps.connectors.models import PipelineLine
from apps.core import clock
from apps.infra.jobs import workers

log = logging.getLogger(__name__)

LONGEST_LINE = 2_000
MOST_LINES = 2_000
_SIGNED_IN = re.compile(r"(\w+://)[^/\s@]*@")
_QUERY = re.compile(r"([?&][^=\s&#]+)=[^\s&#“”]+")


class JobLog:
    """Writes the lines of one job, each at once and for good. Callable from any thread."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._lock = Lock()

    def tell(self, text: str) -> None:
        """Add a line. One that the database does not take now is lost; the job goes on without it."""
        with self._lock:
            try:
                workers.fenced(add_line, self._job_id, text)
            except (OperationalError, InterfaceError):
                log.warning("A line of the pipeline job %s was lost.", self._job_id)


def add_line(job_id: UUID, text: str) -> None:
    """Write a line under those that are there, in the caller's transaction."""
    position = PipelineLine.objects.filter(job=job_id).count()
    if position < MOST_LINES:
        PipelineLine.objects.create(job_id=job_id, position=position, text=printable(text), at=clock.now())


def printable(text: str) -> str:
    """Return the text as it may stand in a log: no passwords in addresses, no values of queries, no control codes."""
    masked = _QUERY.sub(r"\1=…", _SIGNED_IN.sub(r"\1", text))
    return "".join(each if each.isprintable() else " " for each in masked)[:LONGEST_LINE]
