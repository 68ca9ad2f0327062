"""What somebody wants to deploy and where; nothing is written yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.accounts.models import Customer
from apps.connectors.models import Connection
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import Instance
from apps.environments.models import Environment
from apps.releases.definition import Definition
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.selection import Purpose


@dataclass(frozen=True)
class Target:
    """One template in one environment for one owner: a customer or (none) the team. The instance may not exist yet."""

    integration_template: IntegrationTemplate
    environment: Environment
    customer: Customer | None = None
    label: str = ""

    @classmethod
    def of(cls, instance: Instance) -> "Target":
        """Return the place of an instance."""
        return cls(instance.integration_template, instance.environment, instance.customer, instance.label)

    @property
    def owner_name(self) -> str:
        """The customer's name, or "the team"."""
        return self.customer.name if self.customer else "the team"


@dataclass(frozen=True)
class Plan:
    """A release with configuration and connections for a target. ``connections`` holds the bound slots only."""

    target: Target
    instance: Instance | None
    release: Release
    definition: Definition
    config: Mapping[str, Any]
    connections: Mapping[str, Connection] = field(default_factory=dict)

    @property
    def purpose(self) -> Purpose:
        """What the release is picked for."""
        current = self.instance.current_deployment if self.instance else None
        if current is None:
            return Purpose.INSTALL
        return Purpose.RECONFIGURE if current.release_id == self.release.pk else Purpose.CHANGE_VERSION

    def kind(self, *, same: bool) -> DeploymentKind:
        """Return the kind of the deployment. ``same``: answers and connections are today's."""
        match self.purpose:
            case Purpose.INSTALL:
                return DeploymentKind.INSTALL
            case Purpose.RECONFIGURE:
                return DeploymentKind.REDEPLOY if same else DeploymentKind.RECONFIGURE
            case _:
                return DeploymentKind.CHANGE_VERSION
