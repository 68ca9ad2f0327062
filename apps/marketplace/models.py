"""How templates appear in the marketplace."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.audit.history import tracked
from apps.environments.models import Environment
from apps.marketplace.enums import Follows
from apps.releases.models import IntegrationTemplate, Release


class Listing(models.Model):
    """A template as customers find it: which version it offers, and in which environment it is installed."""

    integration_template = models.OneToOneField(IntegrationTemplate, on_delete=models.PROTECT, related_name="listing")
    environment = models.ForeignKey(
        Environment, on_delete=models.PROTECT, related_name="+", help_text="Where customers' installs run"
    )
    follows = models.CharField(max_length=20, choices=Follows, default=Follows.LIVE)
    pinned_release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_listed = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    history = tracked()

    class Meta:
        ordering = ("integration_template__name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(follows=Follows.LIVE, pinned_release__isnull=True)
                | Q(follows=Follows.PINNED, pinned_release__isnull=False),
                name="pinned_listing_names_its_release",
            )
        ]

    def __str__(self) -> str:
        return str(self.integration_template)

    def get_absolute_url(self) -> str:
        return reverse("releases:template_detail", args=[self.integration_template.slug])

    @property
    def is_pinned(self) -> bool:
        return self.follows == Follows.PINNED
