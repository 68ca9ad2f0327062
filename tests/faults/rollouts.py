"""A rollout to many, two of whom need input, and what became of it."""

from collections import Counter
from typing import Any

from apps.deployments.models import Deployment, Rollout
from apps.deployments.rollouts import selectors
from tests.factories.deployments import a_deployment, a_release, an_environment
from tests.factories.releases import a_template
from tests.factories.rollouts import a_rollout

TOO_LONG = "a greeting that is far too long"


def prepared(size: int) -> Rollout:
    """Install a version ``size`` times, and begin to bring all to the next, which two greetings do not fit."""
    staging, orders = an_environment("Staging"), a_template("Orders to CRM")
    first = a_release(orders)
    for number in range(size):
        config = {"greeting": TOO_LONG if number in (3, 11) else f"hello {number}"}
        a_deployment(first, staging, label=f"number {number:02}", config=config)
    return a_rollout(a_release(orders, questions="greeting: {type: string, maxLength: 12}"))


def shown(rollout: Rollout) -> dict[str, Any]:
    """The rollout's state, its items by state, and how many deployments it made in all and at most of one instance."""
    made = Deployment.objects.exclude(kind="install")
    by_instance = Counter(made.filter(kind="rollout").values_list("instance", flat=True))
    return {
        "state": rollout.state,
        "items": {state.value: number for state, number in selectors.counts_of(rollout).items() if number},
        "deployments": Counter(made.values_list("kind", flat=True)),
        "most": max(by_instance.values(), default=0),
    }
