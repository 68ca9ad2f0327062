"""Acts beside the workers, in a process of its own: ``python -m tests.faults.stage``.

Each line of its input is a list in JSON, the act and its arguments (``prepare|start|resolve|show …``); each line of its
output is the answer. With an act on the command line (``python -m tests.faults.stage show 7``) it does that one only.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from apps.audit import fsck  # noqa: E402 - after django.setup()
from apps.deployments import services as deployments  # noqa: E402
from apps.deployments.models import Instance, Rollout  # noqa: E402
from apps.infra.sealed import create_key_file  # noqa: E402
from apps.runs import services  # noqa: E402
from apps.runs.models import Run  # noqa: E402
from apps.runs.states import Resolution, RunKind  # noqa: E402
from tests.faults import pipelines, rollouts  # noqa: E402
from tests.runs.furniture import BUILDER, installed  # noqa: E402


def prepare(url: str, honours_key: str, text: str) -> Any:
    create_key_file()
    return installed(text, url, honours_key=honours_key == "yes").pk


def start(instance: str) -> Any:
    run = services.start_run(by=BUILDER, instance=Instance.objects.get(pk=instance), kind=RunKind.MANUAL)
    return str(run.pk)


def resolve(run: str, decision: str) -> Any:
    services.resolve_uncertain(by=BUILDER, run=Run.objects.get(pk=run), resolution=Resolution(decision))


def show(run: str) -> Any:
    row = Run.objects.get(pk=run)
    return {
        "state": row.state,
        "output": row.output,
        "error": row.error,
        "executor": row.executor_id,
        "steps": [[step.path, step.attempt, step.state] for step in row.steps.all()],
        "intents": [[intent.state, intent.key] for intent in row.intents.all()],
        "fsck": fsck.findings(),
    }


def prepare_rollout(size: str) -> Any:
    return rollouts.prepared(int(size)).pk


def put_back(rollout: str) -> Any:
    found = Rollout.objects.get(pk=rollout)
    return deployments.put_everything_back(by=BUILDER, rollout=found, reason="Too loud").pk


def show_rollout(rollout: str) -> Any:
    return {**rollouts.shown(Rollout.objects.get(pk=rollout)), "fsck": fsck.findings()}


def prepare_pipeline(url: str, operation: str) -> Any:
    return pipelines.prepared(url, operation).pk


def show_pipeline(version: str) -> Any:
    return {**pipelines.shown(version), "fsck": fsck.findings()}


COMMANDS: dict[str, Callable[..., Any]] = {
    "prepare": prepare,
    "start": start,
    "resolve": resolve,
    "show": show,
    "prepare_rollout": prepare_rollout,
    "put_back": put_back,
    "show_rollout": show_rollout,
    "prepare_pipeline": prepare_pipeline,
    "ask": pipelines.asked,
    "ask_together": pipelines.asked_together,
    "show_pipeline": show_pipeline,
}


def _answer(act: str, *arguments: str) -> None:
    sys.stdout.write(json.dumps(COMMANDS[act](*arguments)) + "\n")
    sys.stdout.flush()


if sys.argv[1:]:
    _answer(*sys.argv[1:])
else:
    for line in sys.stdin:
        _answer(*json.loads(line))
