"""Adapters for APIs: their versions, the frozen builds of these, and the connections made with them."""

from apps.connectors.models.builds import Build, Comparison, Document, Operation, OperationQuerySet, Sync
from apps.connectors.models.connections import Connection, ConnectionQuerySet
from apps.connectors.models.connectors import Connector
from apps.connectors.models.limits import CallLease, CallPace
from apps.connectors.models.pipeline import PipelineJob, PipelineLine
from apps.connectors.models.versions import ConnectorVersion, Source

__all__ = [
    "Build",
    "CallLease",
    "CallPace",
    "Comparison",
    "Connection",
    "ConnectionQuerySet",
    "Connector",
    "ConnectorVersion",
    "Document",
    "Operation",
    "OperationQuerySet",
    "PipelineJob",
    "PipelineLine",
    "Source",
    "Sync",
]
