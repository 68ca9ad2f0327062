"""The audit trail: events in hash chains. Rows of these tables are only ever added."""

from django.conf import settings
from django.db import models

from apps.audit.actor import ActorKind
from apps.audit.registry import AuditVerb, verb_named


class AuditChain(models.Model):
    """The head of one chain: ``system``, ``customer:7`` or ``refusals``. Locked last in every operation."""

    name = models.CharField(max_length=80, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """One act: who did what to which object, when and why. Names are copied, so that they outlive the rows."""

    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(db_index=True)
    verb = models.CharField(max_length=80, db_index=True)
    actor_kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in ActorKind])
    actor_name = models.CharField(max_length=150)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    target_type = models.CharField(max_length=80)
    target_id = models.CharField(max_length=64)
    target_name = models.CharField(max_length=255)
    target_url = models.CharField(max_length=255, blank=True)
    parent_type = models.CharField(max_length=80, blank=True, help_text="The object whose trail shows this event too")
    parent_id = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    correlation_id = models.UUIDField(db_index=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_event_sequence")]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_event_target"),
            models.Index(fields=["parent_type", "parent_id"], name="audit_event_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.sentence}"

    @property
    def registered_verb(self) -> AuditVerb:
        """The verb with its sentence and icon."""
        return verb_named(self.verb)

    @property
    def sentence(self) -> str:
        """What happened, to follow the actor's name."""
        return self.registered_verb.tell(self.target_name, self.facts)
