"""Where releases are deployed to, and what may be called from there."""

from django.db import models
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.history import tracked
from apps.core import clock


class EnvironmentKind(models.TextChoices):
    """What an environment is for; *sync to dev* and *sync to prod* follow it."""

    DEVELOPMENT = "development", "Development"
    PRODUCTION = "production", "Production"


class Reach(models.TextChoices):
    """Where connectors may call from an environment."""

    INTERNET = "internet", "Every address on the internet"
    LISTED = "listed", "Listed addresses only"


class Environment(models.Model):
    """One stage on the way to customers. A locked one refuses every deployment; a protected one needs the right."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(help_text="Order on boards and lists, first to last")
    kind = models.CharField(max_length=20, choices=EnvironmentKind)
    is_protected = models.BooleanField(default=False)
    is_marketplace = models.BooleanField(default=False, help_text="What customers install runs here by default")
    reach = models.CharField(max_length=20, choices=Reach, default=Reach.INTERNET)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    locked_until = models.DateTimeField(null=True, blank=True, help_text="The lock ends by itself; blank: by a person")
    lock_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    history = tracked()

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["is_marketplace"], condition=models.Q(is_marketplace=True), name="one_marketplace_environment"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("environments:environment_detail", args=[self.slug])

    @property
    def is_locked(self) -> bool:
        """Nothing may be deployed here now."""
        return self.locked_at is not None and (self.locked_until is None or self.locked_until > clock.now())


class EgressException(models.Model):
    """One private address that connectors may call from one environment, with who allowed it, why and until when."""

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="egress_exceptions")
    host = models.CharField(max_length=255, help_text="Exact host name or address")
    port = models.PositiveIntegerField()
    reason = models.TextField()
    created_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    history = tracked()

    class Meta:
        ordering = ("host", "port")
        constraints = [models.UniqueConstraint(fields=["environment", "host", "port"], name="egress_exception_once")]

    def __str__(self) -> str:
        return f"{self.host}:{self.port} in {self.environment}"
