"""Everything that can be done to environments."""

from apps.environments.services.egress import allow_egress, forbid_egress, set_reach
from apps.environments.services.environments import (
    Preset,
    begin_with,
    create_environment,
    edit_environment,
    make_marketplace_target,
    move_environment,
)
from apps.environments.services.locks import lock_environment, unlock_environment

__all__ = [
    "Preset",
    "allow_egress",
    "begin_with",
    "create_environment",
    "edit_environment",
    "forbid_egress",
    "lock_environment",
    "make_marketplace_target",
    "move_environment",
    "set_reach",
    "unlock_environment",
]
