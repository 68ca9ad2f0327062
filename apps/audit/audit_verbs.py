"""Verbs of the trail itself."""

from apps.audit.registry import register

register("act.refused", "was refused: {why}", icon="ban")
