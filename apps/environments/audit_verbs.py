"""Verbs about environments."""

from apps.audit.registry import register

register("environment.created", "created the environment {target} for {kind}", icon="world-plus")
register("environment.edited", "edited {target}", icon="pencil")
register("environment.moved", "moved {target} to another place in the order", icon="arrows-sort")
register("environment.targeted", "made {target} the place of what customers install", icon="building-store")
register("egress.changed", "let connectors in {target} call {reach}", icon="shield-check")
register("environment.locked", "locked {target}", icon="lock")
register("environment.unlocked", "unlocked {target}", icon="lock-open")
register("egress.allowed", "allowed calls to {address} from {target}", icon="shield-check")
register("egress.forbidden", "took back the exception for {address} in {target}", icon="shield-x")
