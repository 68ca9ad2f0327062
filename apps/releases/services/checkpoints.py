"""The way back from every edit of a draft, and forward again: undo, redo, and the checkpoints that people name."""

from apps.accounts.permissions import Verb
from apps.core.errors import Conflict, Refused
from apps.releases.models import Checkpoint, Release
from apps.releases.selectors import checkpoint_of, next_checkpoint, previous_checkpoint
from apps.releases.services.texts import TYPED, put_back, put_snapshot, refuse_unless_editable
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


def restore_checkpoint(*, by: By, draft: Release, checkpoint: Checkpoint, revision: int) -> Release:
    """Put the text of a checkpoint back: an edit of its own, so that undo, or another checkpoint, leads forward again.

    Raises ``Conflict`` where ``revision`` is no longer the newest.
    """
    with act("draft.restored", by=by, needs=Verb.DRAFT_EDIT, release=draft) as (op, current):
        _refuse_moved(current, revision)
        if checkpoint.snapshot_id == current.snapshot_id:
            raise Refused("The draft holds just this text already.")
        current.base_id = checkpoint.base_id
        put_snapshot(current, checkpoint.snapshot, checkpoint.digest, by=by, did=f"Put back {label_of(checkpoint)}")
        op.about(current, revision=current.revision, checkpoint=label_of(checkpoint))
    return current


def name_checkpoint(*, by: By, checkpoint: Checkpoint, name: str) -> Checkpoint:
    """Give a checkpoint a name: it stays for good. An empty name takes it off."""
    verb = "draft.checkpointed" if name.strip() else "draft.checkpoint_unnamed"
    with act(verb, by=by, needs=Verb.DRAFT_EDIT, release=checkpoint.draft) as (op, current):
        found = Checkpoint.objects.filter(pk=checkpoint.pk).select_for_update().first()
        if found is None:
            raise Conflict("This checkpoint is forgotten by now: only the newest stay, and those that have a name.")
        found.name = name.strip()
        # What has a name stands in the list, even if typing went on from it at once.
        found.did = found.did or TYPED
        found.save(update_fields=["name", "did"])
        op.about(current, name=found.name, revision=found.revision)
    return found


def label_of(checkpoint: Checkpoint) -> str:
    """Return what people call a checkpoint: its name, or the revision."""
    return f"“{checkpoint.name}”" if checkpoint.name else f"checkpoint {checkpoint.revision}"


def _refuse_moved(draft: Release, revision: int) -> None:
    refuse_unless_editable(draft)
    if draft.revision != revision:
        raise Conflict("Somebody saved this draft meanwhile, so nothing was done. Look at it as it is now.")


def _go_to(draft: Release, target: Checkpoint | None, revision: int, nothing: str, did: str, *, by: By) -> None:
    _refuse_moved(draft, revision)
    if target is None:
        raise Refused(nothing)
    here = checkpoint_of(draft)
    edit = (here.did if here else "") if did == "Undid" else target.did
    put_back(draft, target, by=by, did=f"{did}: {edit[:1].lower()}{edit[1:]}")
