"""Verbs about runs."""

from apps.audit.registry import register

register("run.started", "started a run of {release} on {instance}", icon="player-play")
register("run.tested", "tested {release} in {environment}", icon="test-pipe")
register("run.retried", "tried {earlier} again", icon="refresh")
register("run.cancelled", "cancelled {target}", icon="ban")
register("run.resolved", "decided about an uncertain call of {target}: {decision}", icon="help-circle")
