"""The text of a draft changes here, inside the operations of others; every text that it held stays as a checkpoint."""

from apps.core import clock
from apps.core.errors import Refused
from apps.releases.models import Checkpoint, Release, Snapshot
from apps.releases.services.transition import By, user_of
from apps.releases.services.uses import record_uses


def put_text(draft: Release, text: str, digest: str, *, by: By, did: str) -> None:
    """Give a draft another text, inside an operation. The one before stays as a checkpoint."""
    near = draft.base.snapshot if draft.base else None
    _put(draft, Snapshot.objects.keep(text, near=near), digest, by=by)
    keep_checkpoint(draft, by=by, did=did)


def put_back(draft: Release, checkpoint: Checkpoint, *, by: By, did: str) -> None:
    """Give a draft the text of one of its checkpoints again, inside an operation."""
    _put(draft, checkpoint.snapshot, checkpoint.digest, by=by)
    keep_checkpoint(draft, by=by, did=did, original=checkpoint.original or checkpoint)


def _put(draft: Release, snapshot: Snapshot, digest: str, *, by: By) -> None:
    draft.snapshot, draft.digest = snapshot, digest
    draft.revision += 1
    draft.saved_at, draft.saved_by_name = clock.now(), str(by)
    # The text is not part of the history: drafts save often, and versions never change.
    columns = ["snapshot", "digest", "revision", "saved_at", "saved_by_name"]
    draft.save_without_historical_record(update_fields=columns)  # type: ignore[attr-defined]  # simple-history adds it
    record_uses(draft)


def keep_checkpoint(draft: Release, *, by: By, did: str, original: Checkpoint | None = None) -> Checkpoint:
    """Keep what a draft holds now, inside an operation. ``original`` is what undo or redo has repeated."""
    last = Checkpoint.objects.filter(draft=draft).select_related("original").order_by("-revision").first()
    return Checkpoint.objects.create(
        draft=draft,
        revision=draft.revision,
        parent=None if original or last is None else last.original or last,
        original=original,
        snapshot_id=draft.snapshot_id,
        digest=draft.digest,
        did=did[:200],
        made_by=user_of(by),
        made_by_name=str(by),
        made_at=clock.now(),
    )


def refuse_unless_editable(draft: Release) -> None:
    """Raise ``Refused`` for versions and for drafts in the bin."""
    if not draft.is_draft:
        raise Refused(f"{draft.label} is frozen for good. Restore it into the draft, or copy it, and edit that.")
    if draft.binned_at:
        raise Refused("This draft is in the bin. Take it out first.")
