"""Adapters for APIs: their versions, the frozen builds of these, and the connections made with them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Verb, may
from apps.audit.history import tracked
from apps.connectors.enums import ConnectionState, Scheme, Step, VersionState
from apps.connectors.openapi.operations import LONGEST_ID
from apps.core.badges import Badge
from apps.environments.models import Environment, EnvironmentKind


class Connector(models.Model):
    """An adapter for one API, known to releases by its slug."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    history = tracked()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("connectors:connector_detail", args=[self.slug])


class ConnectorVersion(models.Model):
    """A major line of a connector, 1.0.0 or 2.0.0, shown as "Acme CRM v2"; its configuration and pipeline state."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=30, choices=VersionState, default=VersionState.UPDATED)
    description = models.TextField(blank=True)
    readme = models.TextField(blank=True)
    source_name = models.CharField(max_length=255, blank=True, help_text="Name of the uploaded file, or “pasted text”")
    source_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the document as given")
    development_server = models.URLField(max_length=500, blank=True)
    production_server = models.URLField(max_length=500, blank=True)
    scheme = models.CharField(max_length=30, choices=Scheme, default=Scheme.NONE)
    scheme_options = models.JSONField(default=dict, blank=True, help_text='{"header": "X-Api-Key"}, {"token_url": …}')
    execution = models.JSONField(
        default=dict, blank=True, help_text='{"timeout_s": 10, "idempotency_header": "Idempotency-Key"}'
    )
    test_operation = models.CharField(max_length=200, blank=True, help_text="Called to test the API and connections")
    test_connection = models.ForeignKey(
        "Connection", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    history = tracked()

    class Meta:
        ordering = ("connector__name", "-number")
        constraints = [models.UniqueConstraint(fields=["connector", "number"], name="connector_version_number")]

    def __str__(self) -> str:
        return f"{self.connector} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("connectors:version_detail", args=[self.connector.slug, self.number])

    @property
    def full_number(self) -> str:
        """The number as releases write it: ``2.0.0``."""
        return f"{self.number}.0.0"

    @property
    def short_name(self) -> str:
        """The number as people say it: ``v2``."""
        return f"v{self.number}"

    @property
    def choice_label(self) -> str:
        """How a version selector shows it: ``v2 · Released``."""
        return f"{self.short_name} · {VersionState(self.state).label}"

    @property
    def state_badge(self) -> Badge:
        """What the pipeline state looks like and means."""
        return VersionState(self.state).badge

    def server_for(self, kind: str) -> str:
        """The server's address in environments of this kind; empty where none is known."""
        return self.production_server if kind == EnvironmentKind.PRODUCTION else self.development_server


class Source(models.Model):
    """The OpenAPI document of a version exactly as it was given, YAML or JSON; apart, because it may be megabytes."""

    version = models.OneToOneField(ConnectorVersion, on_delete=models.CASCADE, primary_key=True, related_name="source")
    text = models.TextField()
    given_by_name = models.CharField(max_length=150)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"source of {self.version}"


class Document(models.Model):
    """A checked OpenAPI document, known by its content and shared by builds; frozen."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of compiler number and canonical content")
    content = models.JSONField(help_text="The OpenAPI document, $refs kept")
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
    data = models.JSONField(help_text="{method, path, parameters, body, content_type, safe, summary, …}")

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


class PipelineRecord(models.Model):
    """One step of a version's pipeline that was taken: when, by whom, how it went. Rows are only ever added."""

    version = models.ForeignKey(ConnectorVersion, on_delete=models.CASCADE, related_name="pipeline_records")
    step = models.CharField(max_length=20, choices=Step)
    build = models.ForeignKey(Build, on_delete=models.PROTECT, null=True, related_name="+")
    succeeded = models.BooleanField()
    sentence = models.TextField(help_text="How it went, for people")
    details = models.JSONField(default=list, help_text="Problems of a build, or the masked call of a test")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    elapsed_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_step_display()} of {self.version}"


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


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Named sets of connections."""

    def visible_to(self, person: User) -> Self:
        """What the person may see: the team everything, people of a customer their customer's."""
        if person.customer_id is not None:
            return self.filter(customer_id=person.customer_id)
        return self if may(person, Verb.CONSOLE_SEE) else self.none()

    def of_team(self) -> Self:
        """Connections that belong to no customer."""
        return self.filter(customer=None)


class Connection(models.Model):
    """Credentials for one connector in one environment, of a customer or (none) of the team; the secret is sealed."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="connections")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="connections")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="connections")
    name = models.CharField(max_length=120)
    scheme = models.CharField(max_length=30, choices=Scheme)
    fields = models.JSONField(default=dict, blank=True, help_text="What is not secret: the client id, the user name")
    allowed_origins = models.JSONField(
        default=list, blank=True, help_text="Where the secret may be sent, fixed when it is entered"
    )
    sealed = models.BinaryField(null=True, editable=False)
    fingerprint = models.CharField(max_length=16, blank=True)
    secret_version = models.PositiveIntegerField(default=0)
    secret_set_at = models.DateTimeField(null=True, blank=True)
    secret_set_by_name = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=20, choices=ConnectionState, default=ConnectionState.UNTESTED)
    tested_at = models.DateTimeField(null=True, blank=True)
    test_answer = models.JSONField(default=dict, blank=True, help_text="What the last test sent and got, masked")
    created_at = models.DateTimeField()
    history = tracked(excluded_fields=["sealed"])

    objects: ClassVar[models.Manager["Connection"]] = models.Manager.from_queryset(ConnectionQuerySet)()

    class Meta:
        ordering = ("connector__name", "name")
        constraints = [
            # SQLite has no NULLS NOT DISTINCT: the team stands as customer 0.
            models.UniqueConstraint(
                "connector", "environment", Coalesce("customer", 0), "name", name="connection_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("connectors:connection_detail", args=[self.pk])

    @property
    def state_badge(self) -> Badge:
        """What the state looks like and means."""
        return ConnectionState(self.state).badge

    @property
    def needs_secret(self) -> bool:
        """False for APIs that ask for no credentials."""
        return self.scheme != Scheme.NONE

    @property
    def owner_name(self) -> str:
        """Whose connection it is."""
        return self.customer.name if self.customer else "Team"

    @property
    def sealed_secret(self) -> bytes:
        """The sealed secret, empty where none is set. Only ``infra.sealed`` can open it."""
        return bytes(self.sealed or b"")

    @property
    def seal_scope(self) -> str:
        """The owner whose data key seals the secret."""
        return f"customer:{self.customer_id}" if self.customer_id else "team"

    @property
    def seal_binding(self) -> str:
        """The identity of this row and of this entry of its secret: a sealed value opens nowhere else."""
        return f"v1:connection:{self.pk}:{self.seal_scope}:{self.environment_id}:secret:{self.secret_version}"
