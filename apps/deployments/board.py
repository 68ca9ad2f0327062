"""The board: what the team's own instance of each template runs in each environment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from apps.deployments import rights, selectors
from apps.deployments.models import Instance
from apps.deployments.rights import By
from apps.environments.models import Environment
from apps.releases.models import IntegrationTemplate, Release


@dataclass(frozen=True)
class Column:
    """An environment, and why the person may not deploy there."""

    environment: Environment
    why_not: str


@dataclass(frozen=True)
class Cell:
    """What the team runs of one template in one environment; several only where they have labels."""

    column: Column
    instances: list[Instance]
    deploy_url: str


@dataclass(frozen=True)
class Row:
    """One template with its live version and a cell for each environment."""

    integration_template: IntegrationTemplate
    live: Release | None
    cells: list[Cell]


def columns(*, by: By) -> list[Column]:
    """Return the environments in their order."""
    places = Environment.objects.select_related("locked_by")
    return [Column(place, rights.why_not(by, environment=place, customer=None)) for place in places]


def rows(templates: Iterable[IntegrationTemplate], places: list[Column], *, by: By) -> list[Row]:
    """Return a row for each template."""
    shown = list(templates)
    running: dict[tuple[int, int], list[Instance]] = defaultdict(list)
    for instance in _of_the_team(shown, by=by):
        running[instance.integration_template_id, instance.environment_id].append(instance)
    live = {
        each.integration_template_id: each for each in Release.objects.live().filter(integration_template__in=shown)
    }
    return [
        Row(
            template,
            live.get(template.pk),
            [
                Cell(place, running[template.pk, place.environment.pk], _deploy_url(template, place.environment))
                for place in places
            ],
        )
        for template in shown
    ]


def _of_the_team(templates: list[IntegrationTemplate], *, by: By) -> QuerySet[Instance]:
    visible = selectors.instances_visible_to(by).filter(current_deployment__isnull=False, removed_at=None)
    own = visible.filter(customer=None, integration_template__in=templates)
    return selectors.with_versions(own).order_by("label")


def _deploy_url(template: IntegrationTemplate, environment: Environment) -> str:
    asked = {"template": template.slug, "environment": environment.slug, "customer": "team"}
    return f"{reverse('deployments:wizard_start')}?{urlencode(asked)}"
