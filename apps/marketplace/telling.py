"""Runs, people and versions in words for customers. Pure but for the rows that it reads from."""

from apps.accounts.models import Customer
from apps.core.badges import Badge
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import Deployment
from apps.runs.models import Run
from apps.runs.states import RunState

OUR_TEAM = "Our team"
_FAILURES = {
    "authentication": "One of your accounts did not let us in. Test your connections.",
    "authorization": "One of your accounts does not allow what is needed. Check its rights, then test it.",
    "timeout": "The other side took too long to answer. Try again in a while.",
    "communication": "The other side did not answer as it should. Try again in a while.",
}
_RUNS = {
    RunState.QUEUED: Badge("About to start", "It waits for its turn.", "gray", "clock"),
    RunState.RUNNING: Badge("Running now", "It is at work.", "blue", "loader-2"),
    RunState.WAITING: Badge("Waiting", "It lets some time pass before it goes on.", "blue", "hourglass"),
    RunState.SUCCEEDED: Badge("Done", "It did everything it had to.", "green", "circle-check"),
    RunState.FAILED: Badge("Not finished", "Something kept it from its end.", "red", "circle-x"),
    RunState.UNCERTAIN: Badge("Needs a decision", "Nobody knows whether a message arrived.", "amber", "help-circle"),
    RunState.CANCELLED: Badge("Stopped", "Somebody stopped it before its end.", "gray", "ban"),
}
_KINDS = {
    DeploymentKind.INSTALL: "Installed",
    DeploymentKind.CHANGE_VERSION: "Updated",
    DeploymentKind.ROLLOUT: "Updated",
    DeploymentKind.RECONFIGURE: "Settings changed",
    DeploymentKind.REDEPLOY: "Confirmed as it was",
    DeploymentKind.UNDO: "Went back",
}


def run_badge(run: Run) -> Badge:
    """Say how a run stands."""
    return _RUNS[run.status]


def failure_of(run: Run) -> str:
    """Say why a run did not finish and what to do, without the machinery's own words."""
    kind = str((run.error or {}).get("type", "")).rstrip("/").rpartition("/")[2]
    return _FAILURES.get(kind, "Try again; if it happens again, write to us.")


def act_of(deployment: Deployment) -> str:
    """Say what a deployment was."""
    return _KINDS[DeploymentKind(deployment.kind)]


def actor_of(deployment: Deployment, customer: Customer) -> str:
    """Say who did it: colleagues by their name, everybody else is our team."""
    actor = deployment.actor
    return actor.display_name if actor and actor.customer_id == customer.pk else OUR_TEAM


def reason_of(deployment: Deployment, customer: Customer) -> str:
    """Return what a colleague noted; what our team notes is not for customers."""
    actor = deployment.actor
    return deployment.reason if actor and actor.customer_id == customer.pk else ""
