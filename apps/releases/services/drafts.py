"""Drafts come, change and go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction

from apps.accounts.permissions import Verb, authorise
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.releases import reading, selectors
from apps.releases.definition import Definition, DefinitionError
from apps.releases.definition.editing import CannotEdit
from apps.releases.models import Checkpoint, IntegrationTemplate, Release, Snapshot
from apps.releases.selection import Purpose
from apps.releases.services.texts import TYPED, keep_checkpoint, put_snapshot, put_text, refuse_unless_editable
from apps.releases.services.transition import By, act, locked, read_anew, refuse_unless, user_of
from apps.releases.services.uses import record_uses
from apps.releases.states import State


class StaleDraft(Conflict):
    """Somebody saved the draft meanwhile.

    ``saved`` holds it as it is, ``typed`` is the text that was refused, ``base`` the text of the ``revision`` that it
    began from, None where that is forgotten: all that a merge needs.
    """

    def __init__(self, saved: Release, typed: str, base: str | None, revision: int) -> None:
        super().__init__("Somebody saved this draft meanwhile. Nothing is lost: compare both texts and save again.")
        self.saved = saved
        self.typed = typed
        self.base = base
        self.revision = revision


EDITED = "Edited the source"
# What somebody types within this time is one edit: one checkpoint, one audit event, one step of undo.
ONE_EDIT = timedelta(minutes=5)


def save_draft(
    *, by: By, draft: Release, text: str, revision: int, autosave: bool = False, did: str = EDITED
) -> Release:
    """Keep the text exactly as typed, broken or not. Raises ``StaleDraft`` if ``revision`` is no longer the newest.

    With ``autosave`` it goes on in the checkpoint of what the same person typed a moment ago, without an audit event
    of its own.
    """
    if draft.revision == revision and draft.text == text:
        authorise(by, Verb.DRAFT_EDIT)
        refuse_unless_editable(draft)
        return draft
    digest = digest_of_content(text)
    if autosave and (saved := _typed_on(draft, text, digest, by=by, revision=revision)):
        return saved
    return _save(draft, text, digest, by=by, revision=revision, did=TYPED if autosave else did)


def edit_draft(*, by: By, draft: Release, revision: int, edit: Callable[[Definition], str], did: str) -> Release:
    """Save what ``edit`` makes of the text at ``revision``. ``did`` says what was done, such as "Moved the step x".

    Raises ``StaleDraft`` with the edited text if ``revision`` is no longer the newest, and ``Refused`` where the text
    cannot be read or the edit cannot be made.
    """
    authorise(by, Verb.DRAFT_EDIT)
    try:
        before = selectors.definition_at(draft, revision)
        if before is None:
            raise Conflict("This page is too old: what it was made from is forgotten. Open the draft anew.")
        text = edit(before)
        edited = reading.accepted(text)
    except DefinitionError as error:
        problems = reading.sentences(error.findings)
        raise Refused("The text cannot be read like this: mend it in the source.", problems=problems) from None
    except CannotEdit as error:
        raise Refused(str(error)) from None
    if text == before.text and draft.revision == revision:
        return draft
    return _save(draft, text, _digest(edited), by=by, revision=revision, did=did)


def _save(draft: Release, text: str, digest: str, *, by: By, revision: int, did: str) -> Release:
    with act("draft.saved", by=by, needs=Verb.DRAFT_EDIT, release=draft) as (op, current):
        _refuse_stale(current, text, revision)
        put_text(current, text, digest, by=by, did=did)
        op.about(current, revision=current.revision)
    return current


def _typed_on(draft: Release, text: str, digest: str, *, by: By, revision: int) -> Release | None:
    """Save without an operation: the one that began the typing has told of it. None where nothing was begun."""
    authorise(by, Verb.DRAFT_EDIT)
    with transaction.atomic():
        current = read_anew(draft)
        _refuse_stale(current, text, revision)
        begun = _begun(current, by=by)
        if begun is None:
            return None
        put_text(current, text, digest, by=by, did=TYPED, goes_on=begun)
    return current


def _refuse_stale(current: Release, text: str, revision: int) -> None:
    refuse_unless_editable(current)
    if current.revision != revision:
        raise StaleDraft(current, text, selectors.text_at(current, revision), revision)


def _begun(draft: Release, *, by: By) -> Checkpoint | None:
    """Return the newest checkpoint where it is what this person is typing; it ends when it is named or grows old."""
    rows = Checkpoint.objects.filter(draft=draft).order_by("-revision")
    last = rows.select_related("parent").first()
    if last is None or last.name or last.did != TYPED or last.made_by != user_of(by):
        return None
    before = rows.filter(revision__lt=last.revision).exclude(did="").first()
    first = rows.filter(revision__gt=before.revision if before else 0).last()
    return last if first and first.made_at > clock.now() - ONE_EDIT else None


def discard_changes(*, by: By, draft: Release, seen: str | None = None) -> Release:
    """Give a draft the text of its base again. What it holds now stays as a checkpoint, and undo brings it back."""
    with act("draft.discarded", by=by, needs=Verb.DRAFT_EDIT, release=draft, seen=seen) as (op, current):
        refuse_unless_editable(current)
        base = current.base
        if base is None:
            raise Refused("This draft did not begin from a version, so there is nothing to go back to.")
        if base.snapshot_id == current.snapshot_id:
            raise Refused(f"The draft holds just what {base.label} holds: there is nothing to discard.")
        did = f"Discarded the changes since {base.title}"
        put_snapshot(current, base.snapshot, base.digest, by=by, did=did)
        op.about(current, version=base.title)
    return current


def begin_draft(
    *, by: By, integration_template: IntegrationTemplate, base: Release | None = None, text: str = "", name: str = ""
) -> Release:
    """Add a draft beside the others: with the text of a version, or with ``text``. The latest one stays the latest."""
    with operation("draft.created", by=by) as op:
        op.about(integration_template)
        authorise(by, Verb.DRAFT_EDIT)
        template = locked(integration_template)
        named: dict[str, Any] = {"name": name, "keeps_name": True}
        if base is None:
            draft = new_draft(template, Snapshot.objects.keep(text), digest_of_content(text), by=by, **named)
        else:
            refuse_unless(base, Purpose.COPY)
            draft = new_draft(template, base.snapshot, base.digest, by=by, base=base, **named)
        origin = f" from {base.title}" if base else ""
        op.about(draft, within=template, template=str(template), origin=origin)
    return draft


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
    keeps_name: bool = False,
) -> Release:
    """Add a draft inside an operation; it is the latest where there is none, and needs no name then."""
    has_latest = selectors.latest_draft(integration_template) is not None
    draft = Release.objects.create(
        integration_template=integration_template,
        state=State.DRAFT,
        is_latest=not has_latest,
        name=name if has_latest or keeps_name else "",
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
        return _digest(reading.typed(text))
    except DefinitionError:
        return ""


def _digest(definition: Definition) -> str:
    """Return "" where a number is too large for one: the linter tells, and a form may well mend it."""
    try:
        return definition.digest
    except DefinitionError:
        return ""
