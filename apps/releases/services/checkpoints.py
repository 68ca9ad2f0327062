"""The way back from every edit of a draft, and forward again."""

from apps.accounts.permissions import Verb
from apps.core.errors import Conflict, Refused
from apps.releases.models import Checkpoint, Release
from apps.releases.selectors import checkpoint_of, next_checkpoint, previous_checkpoint
from apps.releases.services.texts import put_back, refuse_unless_editable
from apps.releases.services.transition import By, act


def undo_edit(*, by: By, draft: Release, revision: int) -> Release:
    """Take the last edit of a draft back. Raises ``Conflict`` where ``revision`` is no longer the newest."""
    with act("draft.undone", by=by, needs=Verb.DRAFT_EDIT, release=draft) as (op, current):
        _go_to(current, previous_checkpoint(current), revision, "There is nothing to undo.", "Undid", by=by)
        op.about(current, revision=current.revision)
    return current


def redo_edit(*, by: By, draft: Release, revision: int) -> Release:
    """Do again what was undone last. Raises ``Conflict`` where ``revision`` is no longer the newest."""
    with act("draft.redone", by=by, needs=Verb.DRAFT_EDIT, release=draft) as (op, current):
        _go_to(current, next_checkpoint(current), revision, "There is nothing to redo.", "Redid", by=by)
        op.about(current, revision=current.revision)
    return current


def _go_to(draft: Release, target: Checkpoint | None, revision: int, nothing: str, did: str, *, by: By) -> None:
    refuse_unless_editable(draft)
    if draft.revision != revision:
        raise Conflict("Somebody saved this draft meanwhile, so nothing was done. Look at it as it is now.")
    if target is None:
        raise Refused(nothing)
    here = checkpoint_of(draft)
    edit = (here.did if here else "") if did == "Undid" else target.did
    put_back(draft, target, by=by, did=f"{did}: {edit[:1].lower()}{edit[1:]}")
