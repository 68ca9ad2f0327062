"""Drafts come, change and go."""

from django.db import IntegrityError, transaction

from apps.accounts.permissions import Verb
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.releases import reading, selectors
from apps.releases.definition import DefinitionError
from apps.releases.models import IntegrationTemplate, Release, Snapshot
from apps.releases.services.transition import By, act, user_of
from apps.releases.services.uses import record_uses
from apps.releases.states import State


class StaleDraft(Conflict):
    """Somebody saved the draft meanwhile: ``saved`` holds it as it is, the text that was refused is the caller's."""

    def __init__(self, saved: Release) -> None:
        super().__init__("Somebody saved this draft meanwhile. Nothing is lost: compare both texts and save again.")
        self.saved = saved


def save_draft(*, by: By, draft: Release, text: str, revision: int) -> Release:
    """Keep the text exactly as typed, broken or not. Raises ``StaleDraft`` if ``revision`` is no longer the newest."""
    digest = digest_of_content(text)
    with act("draft.saved", by=by, needs=Verb.DRAFT_EDIT, release=draft) as (op, current):
        refuse_unless_editable(current)
        if current.revision != revision:
            raise StaleDraft(current)
        put_text(current, text, digest, by=by)
        op.about(current, revision=current.revision)
    return current


def use_draft(*, by: By, release: Release, seen: str | None = None) -> Release:
    """Make a draft the latest one: from now on saving and deploying go to it."""
    with act("draft.chosen", by=by, needs=Verb.DRAFT_EDIT, release=release, seen=seen) as (_, current):
        refuse_unless_editable(current)
        latest = selectors.latest_draft(current.integration_template)
        if latest is not None:
            latest.is_latest = False
            latest.save(update_fields=["is_latest"])
        current.is_latest = True
        current.save(update_fields=["is_latest"])
    return current


def new_draft(
    integration_template: IntegrationTemplate,
    snapshot: Snapshot,
    digest: str,
    *,
    by: By,
    base: Release | None = None,
    name: str = "",
) -> Release:
    """Add a draft inside an operation; it is the latest where there is none."""
    has_latest = selectors.latest_draft(integration_template) is not None
    draft = Release.objects.create(
        integration_template=integration_template,
        state=State.DRAFT,
        is_latest=not has_latest,
        name=name if has_latest else "",
        snapshot=snapshot,
        digest=digest,
        base=base,
        created_by=user_of(by),
        created_by_name=str(by),
        created_at=clock.now(),
    )
    record_uses(draft)
    return draft


def put_text(draft: Release, text: str, digest: str, *, by: By) -> None:
    """Give a draft another text; the old one is forgotten after the commit unless something else holds it."""
    old = draft.snapshot_id
    near = draft.base.snapshot if draft.base else None
    draft.snapshot = Snapshot.objects.keep(text, near=near)
    draft.digest = digest
    draft.revision += 1
    draft.saved_at, draft.saved_by_name = clock.now(), str(by)
    # The text is not part of the history: drafts save often, and versions never change.
    columns = ["snapshot", "digest", "revision", "saved_at", "saved_by_name"]
    draft.save_without_historical_record(update_fields=columns)  # type: ignore[attr-defined]  # simple-history adds it
    record_uses(draft)
    if draft.snapshot_id != old:
        forget_later(old)


def digest_of_content(text: str) -> str:
    """Return the digest of what a text contains, "" for a text that cannot be read."""
    try:
        return reading.typed(text).digest
    except DefinitionError:
        return ""


def refuse_unless_editable(draft: Release) -> None:
    """Raise ``Refused`` for versions and for drafts in the bin."""
    if not draft.is_draft:
        raise Refused(f"{draft.label} is frozen for good. Restore it into the draft, or copy it, and edit that.")
    if draft.binned_at:
        raise Refused("This draft is in the bin. Take it out first.")


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
