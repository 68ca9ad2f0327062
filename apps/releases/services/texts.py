"""The text of a draft changes here, inside the operations of others; every text that it held stays as a checkpoint.

The newest ``KEPT`` checkpoints of a draft stay, and for good those that a person has named.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.core import clock
from apps.core.errors import Refused
from apps.releases.models import Checkpoint, Release, Snapshot
from apps.releases.services.transition import By, user_of
from apps.releases.services.uses import record_uses

TYPED = "Typed in the source"
KEPT = 200
# A page that is older than this cannot be merged by what it began from, only compared.
PASSING_STAYS = timedelta(hours=1)
# More than one person can type in that time; a script that saves without end fills no database.
MOST_PASSING = 2000


def put_text(draft: Release, text: str, digest: str, *, by: By, did: str, goes_on: Checkpoint | None = None) -> None:
    """Give a draft another text, inside an operation. The one before stays as a checkpoint.

    Where it ``goes_on`` from what the same person typed a moment ago, undo takes both back at once.
    """
    near = draft.base.snapshot if draft.base else None
    _put(draft, Snapshot.objects.keep(text, near=near), digest, by=by)
    keep_checkpoint(draft, by=by, did=did, goes_on=goes_on)


def put_back(draft: Release, checkpoint: Checkpoint, *, by: By, did: str) -> None:
    """Give a draft the text of one of its checkpoints again, inside an operation: the place where undo goes on."""
    draft.base_id = checkpoint.base_id
    _put(draft, checkpoint.snapshot, checkpoint.digest, by=by)
    keep_checkpoint(draft, by=by, did=did, original=checkpoint.original or checkpoint)


def put_snapshot(draft: Release, snapshot: Snapshot, digest: str, *, by: By, did: str) -> None:
    """Give a draft a text that is kept already, inside an operation: an edit of its own, which undo takes back."""
    _put(draft, snapshot, digest, by=by)
    keep_checkpoint(draft, by=by, did=did)


def _put(draft: Release, snapshot: Snapshot, digest: str, *, by: By) -> None:
    draft.snapshot, draft.digest = snapshot, digest
    draft.revision += 1
    draft.saved_at, draft.saved_by_name = clock.now(), str(by)
    # The text is not part of the history: drafts save often, and versions never change.
    columns = ["snapshot", "digest", "base", "revision", "saved_at", "saved_by_name"]
    draft.save_without_historical_record(update_fields=columns)  # type: ignore[attr-defined]  # simple-history adds it
    record_uses(draft)


def keep_checkpoint(
    draft: Release, *, by: By, did: str, original: Checkpoint | None = None, goes_on: Checkpoint | None = None
) -> Checkpoint:
    """Keep what a draft holds now, inside an operation. ``original`` is what undo or redo has repeated."""
    last = Checkpoint.objects.filter(draft=draft).select_related("original").order_by("-revision").first()
    kept = Checkpoint.objects.create(
        draft=draft,
        revision=draft.revision,
        parent=_parent(last, original, goes_on),
        original=original,
        snapshot_id=draft.snapshot_id,
        digest=draft.digest,
        base_id=draft.base_id,
        did=did[:200],
        made_by=user_of(by),
        made_by_name=str(by),
        made_at=clock.now(),
    )
    if goes_on:
        goes_on.did = ""
        goes_on.save(update_fields=["did"])
    _forget_old(draft)
    return kept


def remember_base(draft: Release) -> None:
    """Let what the draft holds now go on from its base, inside an operation: undo and redo come back to both."""
    here = Q(revision=draft.revision) | Q(repeats__revision=draft.revision)
    Checkpoint.objects.filter(here, draft=draft).update(base=draft.base_id)


def _parent(last: Checkpoint | None, original: Checkpoint | None, goes_on: Checkpoint | None) -> Checkpoint | None:
    if goes_on:
        return goes_on.parent
    return None if original or last is None else last.original or last


def _forget_old(draft: Release) -> None:
    unnamed = Checkpoint.objects.filter(draft=draft, name="").order_by("-revision")
    passing = Q(made_at__lt=clock.now() - PASSING_STAYS) | Q(revision__lte=draft.revision - MOST_PASSING)
    old = [
        *unnamed.exclude(did="")[KEPT:].only("pk", "snapshot_id"),
        *unnamed.filter(passing, did="").only("pk", "snapshot_id"),
    ]
    if not old:
        return
    Checkpoint.objects.filter(pk__in=[each.pk for each in old]).delete()
    for snapshot_id in {each.snapshot_id for each in old}:
        forget_later(snapshot_id)


def forget_later(snapshot_id: int) -> None:
    """Forget a text after the commit, unless something refers to it by then."""
    transaction.on_commit(lambda: _forget(snapshot_id))


def _forget(snapshot_id: int) -> None:
    try:
        with transaction.atomic():
            Snapshot.objects.forget(snapshot_id)
    except IntegrityError:
        # Another transaction has just taken the same text up: it stays.
        return


def refuse_unless_editable(draft: Release) -> None:
    """Raise ``Refused`` for versions and for drafts in the bin."""
    if not draft.is_draft:
        raise Refused(f"{draft.label} is frozen for good. Restore it into the draft, or copy it, and edit that.")
    if draft.binned_at:
        raise Refused("This draft is in the bin. Take it out first.")
