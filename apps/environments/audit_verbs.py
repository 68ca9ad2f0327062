"""Verbs about environments."""

from apps.audit.registry import register

register("environment.created", "created the environment {target} for {kind}", icon="world-plus")
register("environment.locked", "locked {target}", icon="lock")
register("environment.unlocked", "unlocked {target}", icon="lock-open")
register("egress.allowed", "allowed calls to {address} from {target}", icon="shield-check")
register("egress.forbidden", "took back the exception for {address} in {target}", icon="shield-x")
