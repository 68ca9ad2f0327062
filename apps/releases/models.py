"""Templates and their releases: drafts that people edit, versions that never change."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from apps.accounts.models import User
from apps.audit.history import tracked
from apps.connectors.models import ConnectorVersion
from apps.core.badges import Badge
from apps.releases import states
from apps.releases.states import Mark, State
from apps.releases.storage import SnapshotManager, text_of


class NamingScheme(models.TextChoices):
    """How the versions of a template are named."""

    NONE = "none", "Free text"
    SEMVER = "semver", "Semantic version (1.2.0)"
    DATE = "date", "Date (2026-03-09)"
    MILESTONE = "milestone", "Milestone (order-sync-v1)"
    PATTERN = "pattern", "Own pattern"


class IntegrationTemplate(models.Model):
    """An integration we make. Its versions are numbered V1, V2, ... and never reused."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    summary = models.CharField(max_length=300, blank=True)
    naming_scheme = models.CharField(max_length=20, choices=NamingScheme, default=NamingScheme.SEMVER)
    naming_pattern = models.CharField(
        max_length=120, blank=True, help_text="What names look like where the team has a pattern of its own"
    )
    last_number = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    history = tracked()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("releases:template_detail", args=[self.slug])


class Snapshot(models.Model):
    """One text, compressed against another snapshot where that helps; shared by releases that hold the same text."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the text itself")
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    depth = models.PositiveSmallIntegerField(default=0, help_text="How many snapshots must be read before this one")
    data = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes of the text")

    objects: ClassVar[SnapshotManager] = SnapshotManager()

    def __str__(self) -> str:
        return self.digest[:12]

    @cached_property
    def text(self) -> str:
        """The text exactly as typed. Raises ``Damaged`` where the database no longer holds what was stored."""
        return text_of(self)


class ReleaseQuerySet(models.QuerySet["Release"]):
    """The named sets of releases."""

    def drafts(self) -> Self:
        """Working copies that are not in the bin."""
        return self.filter(state=State.DRAFT, binned_at=None)

    def versions(self) -> Self:
        """Everything that is frozen, in the bin or not."""
        return self.exclude(state=State.DRAFT)

    def live(self) -> Self:
        return self.filter(state=State.LIVE)

    def out_of_the_bin(self) -> Self:
        return self.filter(binned_at=None)


class Release(models.Model):
    """Any row of a template's history. A draft has no number; from freezing on, number, text and author stay."""

    integration_template = models.ForeignKey(IntegrationTemplate, on_delete=models.PROTECT, related_name="releases")
    state = models.CharField(max_length=20, choices=[(state, state.label) for state in State], default=State.DRAFT)
    is_latest = models.BooleanField(default=False, help_text="The draft that saving goes to")
    number = models.PositiveIntegerField(null=True, blank=True)
    name = models.CharField(max_length=80, blank=True)
    description = models.TextField(blank=True)
    notes = models.TextField(blank=True, help_text="Markdown for customers")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the canonical document; empty while unreadable"
    )
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text="Goes up with every save; a stale save is a conflict")
    mark = models.CharField(max_length=20, choices=[(mark, mark.label) for mark in Mark], default=Mark.NONE)
    mark_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mark_at = models.DateTimeField(null=True, blank=True)
    mark_reason = models.TextField(blank=True)
    paused_at = models.DateTimeField(null=True, blank=True, help_text="Since then no run of this release starts")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True, help_text="When the text of a draft was last saved")
    saved_by_name = models.CharField(max_length=150, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    binned_at = models.DateTimeField(null=True, blank=True)
    # The text itself is not tracked: drafts save often, versions never change.
    history = tracked(excluded_fields=["snapshot", "digest", "revision", "saved_at", "saved_by_name"])

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ("-number", "-created_at")
        constraints = [
            models.UniqueConstraint(
                fields=["integration_template"], condition=Q(state=State.LIVE), name="one_live_release"
            ),
            models.UniqueConstraint(
                fields=["integration_template"], condition=Q(is_latest=True), name="one_latest_draft"
            ),
            models.UniqueConstraint(fields=["integration_template", "number"], name="release_number_once"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, number__isnull=True)
                | (~Q(state=State.DRAFT) & Q(number__isnull=False, is_latest=False)),
                name="versions_are_numbered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.integration_template} {self.label}"

    def get_absolute_url(self) -> str:
        page = "builder" if self.is_draft else "release_detail"
        return reverse(f"releases:{page}", args=[self.integration_template.slug, self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_live(self) -> bool:
        return self.state == State.LIVE

    @property
    def text(self) -> str:
        """The source text exactly as typed."""
        return self.snapshot.text

    @property
    def label(self) -> str:
        """``V3`` for a version, ``Draft`` for a draft."""
        return f"V{self.number}" if self.number else "Draft"

    @property
    def title(self) -> str:
        """``V3 “1.1.0”`` for a version, ``Draft`` for a draft."""
        return f"{self.label} “{self.name}”" if self.name else self.label

    @property
    def badges(self) -> list[Badge]:
        """Everything to say about where the release stands: state, mark, pause, bin."""
        shown = [State(self.state).badge]
        if self.is_latest:
            shown.append(states.LATEST)
        if self.mark != Mark.NONE:
            shown.append(Mark(self.mark).badge)
        if self.paused_at:
            shown.append(states.PAUSED)
        if self.binned_at:
            shown.append(states.BINNED)
        return shown


class Checkpoint(models.Model):
    """What a draft held at one of its revisions, and what was done to it then: the way back from every edit.

    ``parent`` is what the edit began from. A revision that undo or redo brought about repeats an ``original``: the
    place in this tree where the draft stands is the original, and undo goes to its parent. ``base`` is the version
    from which the draft went on then: it comes back with the text.
    """

    draft = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="checkpoints")
    revision = models.PositiveIntegerField(help_text="The revision of the draft that held this text")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")
    original = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="repeats")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    base = models.ForeignKey(Release, on_delete=models.SET_NULL, null=True, related_name="+")
    did = models.CharField(max_length=200, help_text="What was done, such as: Moved the step fetchOrders")
    name = models.CharField(max_length=80, blank=True, help_text="Given by a person; named ones are kept for good")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-revision",)
        constraints = [models.UniqueConstraint(fields=["draft", "revision"], name="checkpoint_once_per_revision")]

    def __str__(self) -> str:
        return f"{self.draft}, revision {self.revision}"


class Presence(models.Model):
    """Somebody who has a draft open in the builder; whoever was not seen for a while has left."""

    draft = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_editing = models.BooleanField(default=False, help_text="Has typed what is not saved yet")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.person} at {self.draft}"


class ConnectorUse(models.Model):
    """A slot of a release and the connector version that it names, with the operations that its steps call.

    Written whenever the release's text is, so that lists need not read texts; a version that is named stays.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="connector_uses")
    slot = models.CharField(max_length=120)
    version = models.ForeignKey(ConnectorVersion, on_delete=models.PROTECT, related_name="uses")
    operations = models.JSONField(default=list, help_text="Ids of the operations that its steps call")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "slot"], name="connector_use_once")]

    def __str__(self) -> str:
        return f"{self.slot} of {self.release}"


class AwaitedUse(models.Model):
    """A slot of a release that names a connector version which does not exist; it becomes a use when it comes."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="awaited_uses")
    slot = models.CharField(max_length=120)
    connector = models.CharField(max_length=60, help_text="The slug that the release names")
    number = models.PositiveIntegerField()
    operations = models.JSONField(default=list, help_text="Ids of the operations that its steps call")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "slot"], name="awaited_use_once")]
        indexes = [models.Index(fields=["connector", "number"], name="awaited_use_named")]

    def __str__(self) -> str:
        return f"{self.slot} of {self.release} ({self.connector} v{self.number})"
