"""DBOS as we use it: its own database, our names, no servers, no telemetry, no recovery but ours."""

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandleAsync
from dbos._dbos import _get_dbos_instance
from dbos._serialization import DBOSPortableJSON
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.infra.jobs.outbox import Outbox

# Raised only when the order of recorded steps changes; the old interpreter then stays until its runs are done.
APPLICATION_VERSION = "1"
# A run may wait for weeks and outlive many restarts; one that kills its worker every time must end some day.
MAX_RESUMPTIONS = 500
NEEDED_SQLITE = (3, 42)
PRAGMAS = ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL")

AT_ONCE = 500
_UNDER_WAY = ("PENDING", "ENQUEUED", "DELAYED")
_OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

type Workflow = Callable[[str], Awaitable[object]]

_workflows: dict[str, Workflow] = {}


def launch(*, executor_id: str, outboxes: list[Outbox]) -> None:
    """Start DBOS in this process, in the running event loop, under a name that no process ever had before."""
    config = _config(executor_id)
    logging.getLogger("dbos").setLevel(logging.ERROR)
    DBOS(config=config)
    for outbox in outboxes:
        _workflows[outbox.name] = _registered(outbox)
    DBOS.launch()


def close() -> None:
    """Stop DBOS. What was in flight stays pending and is resumed by the next worker."""
    DBOS.destroy(destroy_registry=True)
    _workflows.clear()


async def start(outbox: Outbox, row_id: str) -> None:
    """Hand a row to DBOS. A row that was handed over before, here or elsewhere, does not run again."""
    with SetWorkflowID(row_id):
        handle: WorkflowHandleAsync[object] = await DBOS.start_workflow_async(_workflows[outbox.name], row_id)  # type: ignore[arg-type]
    del handle


def resume_workflows_of(executor_id: str) -> int:
    """Queue what the dead process left pending, for whichever worker is first. Return how many."""
    return len(DBOS._recover_pending_workflows([executor_id]))


def is_drained(executor_id: str) -> bool:
    """Tell whether no pending workflow bears the name of that process any more."""
    database = _get_dbos_instance()._sys_db
    return not database.get_pending_workflows(executor_id, APPLICATION_VERSION)


def under_way(row_ids: list[str]) -> set[str]:
    """Return those of the rows whose workflow waits, runs or will be resumed."""
    found = DBOS.list_workflows(workflow_ids=row_ids, status=list(_UNDER_WAY), load_input=False, load_output=False)
    return {workflow.workflow_id for workflow in found}


def forget_finished(before: datetime) -> int:
    """Delete the journals of workflows that ended before that moment, a few hundred at a time. Return how many."""
    found = DBOS.list_workflows(
        status=list(_OVER), completed_before=before.isoformat(), limit=AT_ONCE, load_input=False, load_output=False
    )
    if found:
        DBOS.delete_workflows([workflow.workflow_id for workflow in found])
    return len(found)


def _registered(outbox: Outbox) -> Workflow:
    decorate = DBOS.workflow(name=outbox.name, max_recovery_attempts=MAX_RESUMPTIONS)
    return decorate(outbox.workflow)


def _config(executor_id: str) -> DBOSConfig:
    # SQLAlchemy knows PostgreSQL by its longer name only.
    url = re.sub("^postgres://", "postgresql://", settings.SLIPWAY_JOBS_DATABASE_URL)
    config: DBOSConfig = {
        "name": "slipway",
        "executor_id": executor_id,
        "application_version": APPLICATION_VERSION,
        "system_database_url": url,
        "serializer": DBOSPortableJSON,
        "enable_otlp": False,
        "log_level": "ERROR",
        "use_listen_notify": False,
        "sys_db_pool_size": 8,
        "max_executor_threads": 8,
    }
    if url.startswith("sqlite"):
        config["system_database_engine"] = _sqlite_engine(url)
    return config


def _sqlite_engine(url: str) -> sa.Engine:
    """Return an engine with the guarantees that we need. Refuse a file that Django holds.

    Two SQLite libraries in one process lose each other's locks on a shared file.
    """
    path = Path(sa.make_url(url).database or "").resolve()
    if path in {Path(str(database.get("NAME"))).resolve() for database in settings.DATABASES.values()}:
        raise ImproperlyConfigured("SLIPWAY_JOBS_DATABASE_URL must name another file than Django's database.")
    engine = sa.create_engine(url, module=_sqlite_module(), pool_size=8, max_overflow=0)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_module() -> ModuleType:
    if sqlite3.sqlite_version_info >= NEEDED_SQLITE:
        return sqlite3
    import pysqlite3.dbapi2  # noqa: PLC0415 - only where Python's own SQLite is too old for DBOS

    module: ModuleType = pysqlite3.dbapi2
    return module
