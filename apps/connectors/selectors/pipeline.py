"""Reads about pipelines."""

from django.db.models import QuerySet

from apps.connectors.models import Connection, ConnectorVersion, PipelineRecord
from apps.environments.models import EnvironmentKind


def latest_records(version: ConnectorVersion) -> dict[str, PipelineRecord]:
    """Return the last record of each step of a version's pipeline."""
    records = version.pipeline_records.select_related("build").order_by("at", "pk")
    return {record.step: record for record in records}


def test_connections(version: ConnectorVersion) -> QuerySet[Connection]:
    """Return the connections that the test of a version may use: the team's, in development."""
    return Connection.objects.filter(
        connector=version.connector, customer=None, environment__kind=EnvironmentKind.DEVELOPMENT
    ).defer("sealed")
