"""Adapters for APIs."""

from django.db import models
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.history import tracked


class Connector(models.Model):
    """An adapter for one API, known to releases by its slug."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.TextField(blank=True)
    last_number = models.PositiveIntegerField(
        default=0, help_text="Highest number that a version ever had: numbers of deleted versions are not used again"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    history = tracked()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("connectors:connector_detail", args=[self.slug])
