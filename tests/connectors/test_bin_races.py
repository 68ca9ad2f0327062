"""A version is deleted for good while another one takes up its document: neither fails, and no build lacks its own.

SQLite lets one write at a time, so that these meet on PostgreSQL only.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from apps.connectors import services
from apps.connectors.enums import Step
from apps.connectors.models import Build, Connector, ConnectorVersion, Document
from apps.connectors.services import jobs
from tests.factories import connectors as make
from tests.factories.connectors import SETUP

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # On SQLite the second writer waits before its first statement: the moments in between do not exist there.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time"),
]
# What pg_stat_activity tells stands still in a transaction; this does not.
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
MOST_LOOKS = 500


@pytest.fixture
def old(transactional_db: None) -> ConnectorVersion:
    """Orders API v1 in the bin; nothing but its build holds the document."""
    return services.bin_version(by=SETUP, version=make.built_version())


@pytest.fixture
def other(old: ConnectorVersion) -> Connector:
    """A connector made from the same document, not built yet."""
    return make.connector("Same API")


def built(connector: Connector) -> Callable[[], None]:
    """Compile now, and return what keeps the build."""
    version = connector.versions.get()
    job = jobs.request_step(by=SETUP, version=version, step=Step.BUILD, executor_id="in process")
    compiled = jobs.prepare(job)
    return lambda: jobs.finish(job.pk, compiled)


def deleted(version: ConnectorVersion) -> Callable[[], None]:
    return lambda: services.delete_version(by=SETUP, version=version, typed=str(version))


def one_inside_the_other(first: Callable[[], None], second: Callable[[], None]) -> None:
    """Let ``second`` begin before the transaction of ``first`` ends, and wait for it."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            ending = pool.submit(_in_one_transaction, second)
            _wait_until_it_waits(ending)
        ending.result()


def _in_one_transaction(act: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            act()
    finally:
        connection.close()


def _wait_until_it_waits(ending: Future[None]) -> None:
    with connection.cursor() as cursor:
        for _ in range(MOST_LOOKS):
            cursor.execute(WAITING)
            if ending.done() or cursor.fetchone() != (0,):
                return
            Event().wait(0.02)


def test_a_document_that_is_just_taken_up_stays(old: ConnectorVersion, other: Connector) -> None:
    kept = old.builds.get().document_id

    one_inside_the_other(built(other), deleted(old))

    build = Build.objects.get()
    assert (build.version.connector, build.document_id) == (other, kept)
    assert build.document.operations.count() == 3


def test_a_document_that_is_just_deleted_is_made_again(old: ConnectorVersion, other: Connector) -> None:
    gone = old.builds.get().document_id

    one_inside_the_other(deleted(old), built(other))

    build = Build.objects.get()
    assert build.version.connector == other
    assert (build.document, build.document_id == gone) == (Document.objects.get(), False)
    assert build.document.operations.count() == 3
