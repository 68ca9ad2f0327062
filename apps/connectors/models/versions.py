"""Major lines of connectors, their configuration, and the documents that they are built from."""

from django.db import models
from django.urls import reverse

from apps.audit.history import tracked
from apps.connectors.enums import BINNED, Scheme, SourceKind, VersionState
from apps.connectors.models.connectors import Connector
from apps.core.badges import Badge
from apps.environments.models import EnvironmentKind


class ConnectorVersion(models.Model):
    """A major line of a connector, 1.0.0 or 2.0.0, shown as "Acme CRM v2"; its configuration and pipeline state."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=30, choices=VersionState, default=VersionState.UPDATED)
    description = models.TextField(blank=True)
    readme = models.TextField(blank=True)
    source_kind = models.CharField(max_length=20, choices=SourceKind, default=SourceKind.DOCUMENT)
    source_options = models.JSONField(
        default=dict,
        blank=True,
        help_text='{"entry": …} of an archive; {"url": …, "entry": …}; {"repository": …, "ref": …, "entry": …}',
    )
    source_name = models.CharField(max_length=255, blank=True, help_text="Name of the uploaded file, or “pasted text”")
    source_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the document as given")
    development_server = models.URLField(max_length=500, blank=True)
    production_server = models.URLField(max_length=500, blank=True)
    scheme = models.CharField(max_length=30, choices=Scheme, default=Scheme.NONE)
    scheme_options = models.JSONField(default=dict, blank=True, help_text='{"header": "X-Api-Key"}, {"token_url": …}')
    individual = models.JSONField(
        default=list,
        blank=True,
        help_text="Asked of each connection: [{name, label, help, required, used_as, …}]",
    )
    execution = models.JSONField(
        default=dict,
        blank=True,
        help_text='{"timeout_s": 10, "idempotency_header": "Idempotency-Key", "retries": …, "rate": …, "at_once": …}',
    )
    paging = models.JSONField(default=dict, blank=True, help_text='{"kind": "cursor", …}; empty: the API has no pages')
    test_calls = models.JSONField(
        default=list, blank=True, help_text="What the test calls, connections the first safe one: [{operation, …}]"
    )
    test_connection = models.ForeignKey(
        "Connection", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    binned_at = models.DateTimeField(null=True, blank=True)
    binned_by_name = models.CharField(max_length=150, blank=True)
    binned_syncs = models.JSONField(
        default=list, blank=True, help_text="What it served when it went to the bin: [{environment, build, synced_at}]"
    )
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
        return f"{self.short_name} · {self.state_badge.label}"

    @property
    def is_binned(self) -> bool:
        """It is in the bin: nobody can pick, build, sync or configure it."""
        return self.binned_at is not None

    @property
    def state_badge(self) -> Badge:
        """What the pipeline state looks like and means; the bin hides it."""
        return BINNED if self.is_binned else VersionState(self.state).badge

    def server_for(self, kind: str) -> str:
        """The server's address in environments of this kind; empty where none is known."""
        return self.production_server if kind == EnvironmentKind.PRODUCTION else self.development_server


class Source(models.Model):
    """What people gave for a version, exactly so: a document (``text``) or an archive of several files (``archive``).

    Apart from the version, because it may be megabytes. Both are empty where builds fetch the document themselves.
    """

    version = models.OneToOneField(ConnectorVersion, on_delete=models.CASCADE, primary_key=True, related_name="source")
    text = models.TextField(blank=True)
    archive = models.BinaryField(null=True, editable=False)
    given_by_name = models.CharField(max_length=150)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"source of {self.version}"
