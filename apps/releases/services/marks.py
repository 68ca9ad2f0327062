"""What a person says about a release beside its state: marks, pauses, words."""

from apps.accounts.permissions import Verb
from apps.core import clock
from apps.core.errors import Refused
from apps.releases.models import Release
from apps.releases.services.transition import By, act, user_of
from apps.releases.services.versions import refuse_bad_name
from apps.releases.states import Mark


def deprecate(*, by: By, release: Release, reason: str, seen: str | None = None) -> Release:
    """Take a version out of every choice; where it runs it goes on. The live one only after another is live."""
    with act("release.deprecated", by=by, needs=Verb.RELEASE_MANAGE, release=release, seen=seen, reason=reason) as (
        _,
        current,
    ):
        _refuse_without_reason(reason)
        if current.is_live:
            raise Refused(
                f"{current.label} is live. Make another version live first or withdraw it, then deprecate it."
            )
        _refuse_unless_version(current, unmarked=True)
        _mark(current, Mark.DEPRECATED, by=by, reason=reason)
    return current


def undeprecate(*, by: By, release: Release, reason: str = "", seen: str | None = None) -> Release:
    """Let a deprecated version be picked again."""
    with act("release.undeprecated", by=by, needs=Verb.RELEASE_MANAGE, release=release, seen=seen, reason=reason) as (
        _,
        current,
    ):
        _unmark(current, Mark.DEPRECATED)
    return current


def quarantine(*, by: By, release: Release, reason: str, seen: str | None = None) -> Release:
    """Stop a dangerous version everywhere: no run of it starts. Always possible, for the live one too."""
    with act("release.quarantined", by=by, needs=Verb.RELEASE_MANAGE, release=release, seen=seen, reason=reason) as (
        _,
        current,
    ):
        _refuse_without_reason(reason)
        _refuse_unless_version(current)
        if current.mark == Mark.QUARANTINED:
            raise Refused(f"{current.label} is quarantined already.")
        _mark(current, Mark.QUARANTINED, by=by, reason=reason)
    return current


def unquarantine(*, by: By, release: Release, reason: str = "", seen: str | None = None) -> Release:
    """Let runs of a quarantined version start again."""
    with act("release.unquarantined", by=by, needs=Verb.RELEASE_MANAGE, release=release, seen=seen, reason=reason) as (
        _,
        current,
    ):
        _unmark(current, Mark.QUARANTINED)
    return current


def pause_release(*, by: By, release: Release, reason: str = "", seen: str | None = None) -> Release:
    """Let no run of a release start, wherever it is installed."""
    with act(
        "release.paused", by=by, needs=Verb.INSTANCE_OPERATE_PROTECTED, release=release, seen=seen, reason=reason
    ) as (_, current):
        if current.paused_at:
            raise Refused(f"{current.label} is paused already.")
        current.paused_at = clock.now()
        current.save(update_fields=["paused_at"])
    return current


def resume_release(*, by: By, release: Release, reason: str = "", seen: str | None = None) -> Release:
    """Let runs of a paused release start again."""
    with act(
        "release.resumed", by=by, needs=Verb.INSTANCE_OPERATE_PROTECTED, release=release, seen=seen, reason=reason
    ) as (_, current):
        if not current.paused_at:
            raise Refused(f"{current.label} is not paused.")
        current.paused_at = None
        current.save(update_fields=["paused_at"])
    return current


def edit_notes(*, by: By, release: Release, notes: str, seen: str | None = None) -> Release:
    """Change what customers read about a release, in Markdown."""
    with act("release.notes_edited", by=by, needs=Verb.DRAFT_EDIT, release=release, seen=seen) as (_, current):
        current.notes = notes
        current.save(update_fields=["notes"])
    return current


def rename_release(*, by: By, release: Release, name: str, description: str, seen: str | None = None) -> Release:
    """Change name and description. A version's name follows the template's scheme; a draft's is free."""
    with act("release.renamed", by=by, needs=Verb.DRAFT_EDIT, release=release, seen=seen) as (_, current):
        if not current.is_draft and name != current.name:
            refuse_bad_name(current.integration_template, name, of=current)
        current.name, current.description = name, description
        current.save(update_fields=["name", "description"])
    return current


def _mark(release: Release, mark: Mark, *, by: By, reason: str) -> None:
    release.mark, release.mark_by, release.mark_at, release.mark_reason = mark, user_of(by), clock.now(), reason
    release.save(update_fields=["mark", "mark_by", "mark_at", "mark_reason"])


def _unmark(release: Release, mark: Mark) -> None:
    if release.mark != mark:
        raise Refused(f"{release.label} is not {mark.label.lower()}.")
    release.mark, release.mark_by, release.mark_at, release.mark_reason = Mark.NONE, None, None, ""
    release.save(update_fields=["mark", "mark_by", "mark_at", "mark_reason"])


def _refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why: everybody who uses the version will read the reason.")


def _refuse_unless_version(release: Release, *, unmarked: bool = False) -> None:
    if release.is_draft:
        raise Refused("A draft carries no marks. Move it to the bin if nobody needs it.")
    if unmarked and release.mark != Mark.NONE:
        raise Refused(f"{release.label} is {Mark(release.mark).label.lower()} already.")
