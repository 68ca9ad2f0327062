"""Freezing: versions come out of drafts here, and get their names."""

from apps.accounts.permissions import Verb, authorise
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.releases import naming, reading, selectors
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.services.texts import refuse_unless_editable, remember_base
from apps.releases.services.transition import BadName, By, SameContent, act, user_of
from apps.releases.services.uses import record_uses
from apps.releases.states import State


def create_version(
    *, by: By, draft: Release, name: str, description: str = "", accept_same: bool = False, seen: str | None = None
) -> Release:
    """Freeze a copy of a draft as the next version; work on the draft goes on, based on it.

    Raises ``Refused`` with every finding for a text that has errors, and ``SameContent`` unless ``accept_same``.
    """
    refuse_unless_sound(draft, by=by, needs=Verb.DRAFT_EDIT)
    with act("release.created", by=by, needs=Verb.DRAFT_EDIT, release=draft, seen=seen) as (op, current):
        refuse_if_text_moved(current, draft)
        version = freeze(current, by=by, name=name, description=description, accept_same=accept_same)
        op.about(version)
    return version


def freeze_for_deployment(
    *, by: By, draft: Release, name: str, description: str = "", seen: str | None = None
) -> Release:
    """Return the version to deploy for a draft: the one with the same content if there is one, else a new one."""
    try:
        return create_version(by=by, draft=draft, name=name, description=description, seen=seen)
    except SameContent as same:
        return same.release


def freeze(draft: Release, *, by: By, name: str, description: str, accept_same: bool) -> Release:
    """Make a version of a draft under the template's lock. The notes move to the version."""
    refuse_unless_editable(draft)
    template = draft.integration_template
    refuse_bad_name(template, name)
    same = selectors.same_content(template, draft.digest)
    if same and not accept_same:
        raise SameContent(same)
    version = _add(template, draft, by=by, name=name, description=description)
    moved, draft.base, draft.notes = draft.notes, version, ""
    # Without notes that move, the new version's own history says all of this; rows for thousands of versions add up.
    save = draft.save if moved else draft.save_without_historical_record  # type: ignore[attr-defined]
    save(update_fields=["base", "notes"])
    remember_base(draft)
    return version


def refuse_unless_sound(draft: Release, *, by: By, needs: Verb) -> None:
    """Lint before any lock is taken. Raises ``Refused`` that lists what must be mended before freezing."""
    authorise(by, needs)
    errors = selectors.reading_of(draft).errors
    if errors:
        count = "one error" if len(errors) == 1 else f"{len(errors)} errors"
        problems = reading.sentences(errors)
        raise Refused(f"The draft has {count}: mend it, save it, then freeze it.", problems=problems)


def refuse_if_text_moved(current: Release, checked: Release) -> None:
    """Raise ``Conflict`` if the text under the lock is not the one that was linted."""
    if current.snapshot_id != checked.snapshot_id:
        raise Conflict("Somebody saved the draft meanwhile, so nothing was frozen. Look at it, then try again.")


def refuse_bad_name(integration_template: IntegrationTemplate, name: str, *, of: Release | None = None) -> None:
    """Raise ``BadName`` where a name breaks the template's scheme or is taken."""
    taken = selectors.version_names(integration_template, without=of)
    scheme, pattern = integration_template.naming_scheme, integration_template.naming_pattern
    problem = naming.problem(scheme, name, taken, pattern=pattern, today=clock.now().date())
    if problem:
        raise BadName(problem)


def _add(template: IntegrationTemplate, draft: Release, *, by: By, name: str, description: str) -> Release:
    template.last_number += 1
    # The history of the version that gets the number says so.
    template.save_without_historical_record(update_fields=["last_number"])  # type: ignore[attr-defined]
    now = clock.now()
    version = Release.objects.create(
        integration_template=template,
        state=State.VERSION,
        number=template.last_number,
        name=name,
        description=description,
        notes=draft.notes,
        snapshot=draft.snapshot,
        digest=draft.digest,
        base=draft.base,
        created_by=user_of(by),
        created_by_name=str(by),
        created_at=now,
        frozen_at=now,
    )
    record_uses(version)
    return version
