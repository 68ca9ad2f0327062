"""The steps of a connector version's pipeline: what each does outside of a transaction, and what it changes in one."""

from apps.connectors.enums import Step
from apps.connectors.services.pipeline import builds, releases, syncs, trials
from apps.connectors.services.pipeline.work import Work
from apps.environments.models import EnvironmentKind

WORKS: dict[Step, Work] = {
    Step.BUILD: builds.WORK,
    Step.SYNC_TO_DEV: syncs.work_for(EnvironmentKind.DEVELOPMENT),
    Step.TEST: trials.WORK,
    Step.SYNC_TO_PROD: syncs.work_for(EnvironmentKind.PRODUCTION),
    Step.RELEASE: releases.WORK,
}

__all__ = ["WORKS", "Work"]
