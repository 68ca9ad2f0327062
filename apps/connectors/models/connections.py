"""The credentials that connectors are called with."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Verb, may
from apps.audit.history import tracked
from apps.connectors.enums import ConnectionState, Scheme
from apps.connectors.models.connectors import Connector
from apps.core.badges import Badge
from apps.environments.models import Environment


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Named sets of connections."""

    def visible_to(self, person: User) -> Self:
        """What the person may see: the team everything, people of a customer their customer's."""
        if person.customer_id is not None:
            return self.filter(customer_id=person.customer_id)
        return self if may(person, Verb.CONSOLE_SEE) else self.none()


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
