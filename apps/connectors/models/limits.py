"""How often and how many at once an API may be called, agreed between all workers."""

from django.db import models

from apps.connectors.models.versions import ConnectorVersion
from apps.environments.models import Environment


class CallPace(models.Model):
    """The rate limit of a connector version in an environment: by when the calls so far are used up (GCRA)."""

    version = models.ForeignKey(ConnectorVersion, on_delete=models.CASCADE, related_name="+")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    used_up_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "environment"], name="call_pace_once")]

    def __str__(self) -> str:
        return f"pace of {self.version} in {self.environment}"


class CallLease(models.Model):
    """A call under way that counts against the limit of calls at once; it ends by itself if its worker dies."""

    version = models.ForeignKey(ConnectorVersion, on_delete=models.CASCADE, related_name="+")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    holder = models.UUIDField(unique=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["version", "environment", "until"], name="call_lease_until")]

    def __str__(self) -> str:
        return f"call of {self.version} in {self.environment}"
