"""Drafts come, change and go."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from apps.accounts.permissions import Verb, authorise
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.releases import reading, selectors
from apps.releases.definition import Definition, DefinitionError
from apps.releases.definition.editing import CannotEdit
from apps.releases.models import IntegrationTemplate, Release, Snapshot
from apps.releases.services.texts import keep_checkpoint, put_text, refuse_unless_editable
from apps.releases.services.transition import By, act, user_of
from apps.releases.services.uses import record_uses
from apps.releases.states import State


class StaleDraft(Conflict):
    """Somebody saved the draft meanwhile.

    ``saved`` holds it as it is, ``typed`` is the text that was refused, ``base`` the text that it began from, None
    where that is forgotten: all that a merge needs.
    """

    def __init__(self, saved: Release, typed: str, base: str | None) -> None:
        super().__init__("Somebody saved this draft meanwhile. Nothing is lost: compare both texts and save again.")
        self.saved = saved
        self.typed = typed
        self.base = base


def save_draft(*, by: By, draft: Release, text: str, revision: int) -> Release:
    """Keep the text exactly as typed, broken or not. Raises ``StaleDraft`` if ``revision`` is no longer the newest."""
    return _save(draft, text, digest_of_content(text), by=by, revision=revision, did="Edited the source")


def edit_draft(*, by: By, draft: Release, revision: int, edit: Callable[[Definition], str], did: str) -> Release:
    """Save what ``edit`` makes of the text at ``revision``. ``did`` says what was done, such as "Moved the step x".

    Raises ``StaleDraft`` with the edited text if ``revision`` is no longer the newest, and ``Refused`` where the text
    cannot be read or the edit cannot be made.
    """
    authorise(by, Verb.DRAFT_EDIT)
    before = selectors.text_at(draft, revision)
    if before is None:
        raise Conflict("This page is too old: what it was made from is forgotten. Open the draft anew.")
    try:
        text = edit(reading.accepted(before))
        digest = reading.accepted(text).digest
    except DefinitionError as error:
        problems = reading.sentences(error.findings)
        raise Refused("The text cannot be read like this: mend it in the source.", problems=problems) from None
    except CannotEdit as error:
        raise Refused(str(error)) from None
    if text == before and draft.revision == revision:
        return draft
    return _save(draft, text, digest, by=by, revision=revision, did=did)


def _save(draft: Release, text: str, digest: str, *, by: By, revision: int, did: str) -> Release:
    with act("draft.saved", by=by, needs=Verb.DRAFT_EDIT, release=draft) as (op, current):
        refuse_unless_editable(current)
        if current.revision != revision:
            raise StaleDraft(current, text, selectors.text_at(current, revision))
        put_text(current, text, digest, by=by, did=did)
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
    keep_checkpoint(draft, by=by, did=f"Began from {base.label}" if base else "Began")
    return draft


def digest_of_content(text: str) -> str:
    """Return the digest of what a text contains, "" for a text that cannot be read."""
    try:
        return reading.typed(text).digest
    except DefinitionError:
        return ""


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
