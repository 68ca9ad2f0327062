"""What can be done to instances; every write of this app is one of these verbs."""

from apps.deployments.services.deploying import deploy
from apps.deployments.services.pausing import pause_instance, resume_instance
from apps.deployments.services.removing import remove_instance
from apps.deployments.services.rollouts import (
    cancel_rollout,
    pause_rollout,
    put_everything_back,
    resume_rollout,
    retry_rollout,
    start_rollout,
)
from apps.deployments.services.undoing import undo_deployment
from apps.deployments.services.wizards import (
    answer_questions,
    choose_connections,
    choose_release,
    discard_wizard,
    finish_wizard,
    look_again,
    start_wizard,
)

__all__ = [
    "answer_questions",
    "cancel_rollout",
    "choose_connections",
    "choose_release",
    "deploy",
    "discard_wizard",
    "finish_wizard",
    "look_again",
    "pause_instance",
    "pause_rollout",
    "put_everything_back",
    "remove_instance",
    "resume_instance",
    "resume_rollout",
    "retry_rollout",
    "start_rollout",
    "start_wizard",
    "undo_deployment",
]
