"""A connector version on its way through the pipeline, and what became of it."""

from collections import Counter
from pathlib import Path
from typing import Any

from apps.audit.models import AuditEvent
from apps.connectors import services
from apps.connectors.enums import Step
from apps.connectors.models import ConnectorVersion, Sync
from apps.core.errors import Refused
from apps.environments.models import Environment, EnvironmentKind
from apps.environments.services import create_environment
from apps.infra.sealed import create_key_file
from tests.processes import meet
from tests.runs.furniture import BUILDER, development, ledger_connection, ledger_connector

REASON = "The way through"


def prepared(url: str, operation: str) -> ConnectorVersion:
    """A version that serves development, changed since: everything from the build on is still to come.

    ``operation`` is what its test calls.
    """
    create_key_file()
    place = development(url)
    create_environment(by=BUILDER, name="Production", kind=EnvironmentKind.PRODUCTION)
    connector = ledger_connector(url)
    ledger_connection(connector, place)
    calls = [{"operation": operation, "parameters": {"body": {"amount": 7}} if operation == "addEntry" else {}}]
    version = services.configure_test(by=BUILDER, version=connector.versions.get(), test_calls=calls)
    return services.configure_execution(by=BUILDER, version=version, timeout_s=9, idempotency_header="")


def asked(version: str, step: str) -> str:
    """Ask for a step and return the id of its job."""
    found = ConnectorVersion.objects.get(pk=version)
    return str(services.request_step(by=BUILDER, version=found, step=Step(step), reason=REASON).pk)


def asked_together(version: str, step: str, meeting: str, me: str, others: str) -> Any:
    """Ask for a step in the same moment as others; return the job, and whether somebody was faster."""
    found = ConnectorVersion.objects.get(pk=version)
    meet(Path(meeting), "asking", int(me), int(others))
    try:
        job = services.request_step(by=BUILDER, version=found, step=Step(step))
    except Refused as refused:
        return refused.message
    return [str(job.pk), job.is_joined]


def shown(version: str) -> dict[str, Any]:
    """The version's state, its jobs in order, and how often anything was made."""
    found = ConnectorVersion.objects.get(pk=version)
    newest = found.builds.first()
    serving = Sync.objects.filter(version=found)
    return {
        "state": found.state,
        "jobs": [[job.step, job.state, job.sentence] for job in found.pipeline_jobs.order_by("queued_at")],
        "lines": [line.text for job in found.pipeline_jobs.order_by("queued_at") for line in job.lines.all()],
        "builds": found.builds.count(),
        "serving": {sync.environment.name: sync.build == newest for sync in serving.select_related("environment")},
        "syncs": Counter(
            Environment.objects.get(pk=row.environment_id).name
            for row in Sync.history.filter(version_id=found.pk).order_by("pk")
        ),
        "events": Counter(
            AuditEvent.objects.filter(verb__startswith="connector_version.").values_list("verb", flat=True)
        ),
    }
