"""Frozen compilations of connector versions."""

from typing import ClassVar, Self

from django.db import models

from apps.audit.history import tracked
from apps.connectors.enums import Scheme
from apps.connectors.models.fields import DocumentField
from apps.connectors.models.versions import ConnectorVersion
from apps.connectors.openapi.operations import LONGEST_ID
from apps.environments.models import Environment


class Document(models.Model):
    """A checked OpenAPI document, known by its content and shared by builds; frozen."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of compiler number and canonical content")
    content = DocumentField(help_text="The OpenAPI document, $refs kept")
    findings = models.JSONField(default=list, help_text="Warnings of the validation")

    def __str__(self) -> str:
        return f"document {self.digest[:8]}"


class OperationQuerySet(models.QuerySet["Operation"]):
    """Named sets of operations."""

    def matching(self, search: str) -> Self:
        """Those whose id, path, method, tag or summary holds every word."""
        found = self
        for word in search.lower().split():
            found = found.filter(searched__contains=word)
        return found


class Operation(models.Model):
    """One compiled operation of a document; rows of their own, because large APIs have a thousand. Frozen."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="operations")
    position = models.PositiveIntegerField(help_text="Order in the document")
    operation_id = models.CharField(max_length=LONGEST_ID)
    method = models.CharField(max_length=10)
    path = models.TextField()
    summary = models.TextField(blank=True)
    deprecated = models.BooleanField(default=False)
    fit_for_test = models.BooleanField(default=False, help_text="It changes nothing and needs no values")
    searched = models.TextField(help_text="Id, method, path, summary and tags in lower case")
    data = DocumentField(help_text="{method, path, parameters, body, content_type, safe, summary, …}")

    objects: ClassVar[models.Manager["Operation"]] = models.Manager.from_queryset(OperationQuerySet)()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["document", "operation_id"], name="operation_once"),
            models.UniqueConstraint(fields=["document", "position"], name="operation_position"),
        ]

    def __str__(self) -> str:
        return self.operation_id


class Build(models.Model):
    """An immutable compilation of a connector version: one document and the configuration as it was; frozen."""

    version = models.ForeignKey(ConnectorVersion, on_delete=models.PROTECT, related_name="builds")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="builds")
    configuration = models.JSONField(help_text="Scheme, servers, execution and test as they were at the build")
    digest = models.CharField(max_length=64, help_text="SHA-256 of document and configuration")
    origin = models.JSONField(
        default=dict, help_text="Where the document came from at the first build: {kind, url, commit, files, …}"
    )
    operation_count = models.PositiveIntegerField()
    finding_count = models.PositiveIntegerField()
    created_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["version", "digest"], name="build_once")]

    def __str__(self) -> str:
        return f"{self.version} build {self.short_digest}"

    @property
    def short_digest(self) -> str:
        """Enough of the digest for people to tell builds apart."""
        return self.digest[:8]

    @property
    def scheme(self) -> Scheme:
        """How the API wants to know who calls, as it was at the build."""
        return Scheme(self.configuration["scheme"])

    def server_for(self, kind: str) -> str:
        """The server's address in environments of this kind, as it was at the build."""
        server: str = self.configuration["servers"].get(kind, "")
        return server


class Sync(models.Model):
    """Which build of a connector version serves an environment."""

    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="syncs")
    version = models.ForeignKey(ConnectorVersion, on_delete=models.PROTECT, related_name="syncs")
    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="syncs")
    synced_at = models.DateTimeField()
    history = tracked()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "version"], name="sync_once")]

    def __str__(self) -> str:
        return f"{self.version} in {self.environment}"


class Comparison(models.Model):
    """What changed from one document to another, kept because comparing large ones takes seconds."""

    old = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    new = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    engine = models.PositiveIntegerField(help_text="Number of the rules that were asked")
    changes = models.JSONField(help_text="[{rule, level, sentence, method, path, operation_id, place}]")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new", "engine"], name="comparison_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
