"""Where releases run, for the pages of templates: counted in the database, however many instances there are."""

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from apps.deployments.models import Instance
from apps.releases.deployed import Deployed, Teller

_RELEASE = "current_deployment__release"
_GROUPS = (
    "integration_template",
    "integration_template__slug",
    _RELEASE,
    f"{_RELEASE}__number",
    "environment__name",
    "environment__slug",
    "environment__position",
)


def of_templates(templates: Collection[int]) -> Iterator[Deployed]:
    """Return how often which versions of the templates run where."""
    return _counted(Instance.objects.installed().filter(integration_template__in=templates))


def of_releases(releases: Collection[int]) -> Iterator[Deployed]:
    """Return how often the releases run where."""
    return _counted(Instance.objects.installed().filter(**{f"{_RELEASE}__in": releases}))


def templates_running_in(environment: str) -> QuerySet[Any, Any]:
    """Return the ids of the templates that are installed in the environment with this slug."""
    return Instance.objects.installed().filter(environment__slug=environment).values("integration_template")


def _counted(instances: QuerySet[Instance]) -> Iterator[Deployed]:
    rows = instances.order_by().values(*_GROUPS).annotate(instances=Count("pk"), customers=Count("customer"))
    url = reverse("deployments:instance_list")
    for row in rows.order_by("environment__position", f"-{_RELEASE}__number"):
        yield _deployed(row, url)


def _deployed(row: dict[str, Any], url: str) -> Deployed:
    number = row[f"{_RELEASE}__number"] or 0
    asked = {
        "integration_template": row["integration_template__slug"],
        "environment": row["environment__slug"],
        "version": number,
    }
    return Deployed(
        integration_template=row["integration_template"],
        release=row[_RELEASE],
        number=number,
        environment=row["environment__name"],
        instances=row["instances"],
        is_active=row["instances"] > row["customers"],
        url=f"{url}?{urlencode(asked)}",
    )


TELLER = Teller(of_templates=of_templates, of_releases=of_releases, running_in=templates_running_in)
