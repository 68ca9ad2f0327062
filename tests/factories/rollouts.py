"""Rollouts, and the worker that carries them out in the test's own process."""

from apps.accounts.models import User
from apps.audit.actor import Actor
from apps.deployments import services
from apps.deployments.models import Instance, Rollout
from apps.deployments.rollouts import preview, selectors
from apps.deployments.rollouts.preview import Considered
from apps.deployments.services.rollout_items import carry_out_item
from apps.releases.models import Release
from tests.factories.releases import SETUP


def considered(release: Release, by: User | Actor = SETUP) -> dict[Instance, Considered]:
    """Every instance of the release's template with its verdict."""
    rows = preview.consider(selectors.candidates(release, {}, by=by), release, by=by)
    return {row.instance: row for row in rows}


def a_rollout(release: Release, *, by: User | Actor = SETUP, reason: str = "") -> Rollout:
    """A rollout to everybody who can take part."""
    rows = [row for row in considered(release, by).values() if row.verdict.outcome.takes_part]
    choices = {row.instance.pk: row.current.pk for row in rows}
    return services.start_rollout(by=by, release=release, choices=choices, reason=reason)


def work(at_most: int = 1000) -> int:
    """Do what waits for workers, and return how many turns that were."""
    turns = 0
    while turns < at_most and (jobs := selectors.pending_jobs()):
        carry_out_item(jobs[0])
        turns += 1
    return turns
