"""Everything that can be done to templates and releases. Each verb is one transaction with its audit event."""

from apps.releases.services.bin import bin_release, delete_draft, restore_from_bin
from apps.releases.services.copies import copy_release, restore_version
from apps.releases.services.drafts import StaleDraft, save_draft, use_draft
from apps.releases.services.live import BehindLive, make_live, withdraw
from apps.releases.services.marks import (
    deprecate,
    edit_notes,
    pause_release,
    quarantine,
    rename_release,
    resume_release,
    undeprecate,
    unquarantine,
)
from apps.releases.services.templates import create_template, edit_template
from apps.releases.services.transition import BadName, SameContent
from apps.releases.services.versions import create_version, freeze_for_deployment

__all__ = [
    "BadName",
    "BehindLive",
    "SameContent",
    "StaleDraft",
    "bin_release",
    "copy_release",
    "create_template",
    "create_version",
    "delete_draft",
    "deprecate",
    "edit_notes",
    "edit_template",
    "freeze_for_deployment",
    "make_live",
    "pause_release",
    "quarantine",
    "rename_release",
    "restore_from_bin",
    "restore_version",
    "resume_release",
    "save_draft",
    "undeprecate",
    "unquarantine",
    "use_draft",
    "withdraw",
]
