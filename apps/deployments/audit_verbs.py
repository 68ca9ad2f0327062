"""Verbs about instances and deployments."""

from apps.audit.registry import register

register("instance.deployed", "deployed {release} to {target} ({kind})", icon="rocket")
register("instance.undone", "went back to {release} on {target}, as deployment {restores} had it", icon="arrow-back-up")
register("instance.paused", "paused {target}", icon="player-pause")
register("instance.resumed", "resumed {target}", icon="player-play")
register("instance.removed", "removed {target}", icon="trash")
register("rollout.started", "began {target} on {instances} instances", icon="stack-push")
register("rollout.paused", "paused {target}", icon="player-pause")
register("rollout.resumed", "resumed {target}", icon="player-play")
register("rollout.cancelled", "cancelled {target}", icon="ban")
register("rollout.retried", "tried again what failed or waited in {target}", icon="refresh")
register("rollout.put_back", "puts back {target} on {instances} instances, as rollout {way_back}", icon="arrow-back-up")
register("rollout.finished", "finished {target}: {done} of {size} done", icon="circle-check")
