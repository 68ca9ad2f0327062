"""The bin: releases that nobody needs are put away, and can be taken out again."""

from apps.accounts.permissions import Verb
from apps.core import clock
from apps.core.errors import Refused
from apps.releases import selectors
from apps.releases.models import Release
from apps.releases.services.texts import forget_later
from apps.releases.services.transition import By, act
from apps.releases.services.uses import refuse_if_names_binned
from apps.releases.users_of_releases import users_of


def bin_release(*, by: By, release: Release, seen: str | None = None) -> Release:
    """Put a draft or an unused version away. The newest other draft becomes the latest; numbers stay used."""
    with act("release.binned", by=by, needs=_needs(release), release=release, seen=seen) as (_, current):
        _refuse_in_use(current)
        was_latest = current.is_latest
        current.binned_at, current.is_latest = clock.now(), False
        current.save(update_fields=["binned_at", "is_latest"])
        if was_latest:
            _choose_another(current)
    return current


def restore_from_bin(*, by: By, release: Release, seen: str | None = None, as_latest: bool = False) -> Release:
    """Take a release out of the bin; a draft becomes the latest where there is none, or with ``as_latest``."""
    with act("release.unbinned", by=by, needs=_needs(release), release=release, seen=seen) as (_, current):
        if not current.binned_at:
            raise Refused(f"{current.label} is not in the bin.")
        if not current.is_draft:
            refuse_if_names_binned(current)
        current.binned_at = None
        latest = selectors.latest_draft(current.integration_template)
        current.is_latest = current.is_draft and (as_latest or latest is None)
        if current.is_latest and latest is not None:
            latest.is_latest = False
            latest.save(update_fields=["is_latest"])
        current.save(update_fields=["binned_at", "is_latest"])
    return current


def delete_draft(*, by: By, draft: Release, seen: str | None = None) -> None:
    """Delete a draft that is in the bin, for good. Only administrators may."""
    with act("draft.deleted", by=by, needs=Verb.ADMINISTER, release=draft, seen=seen) as (_, current):
        if not current.is_draft or not current.binned_at:
            raise Refused("Only drafts in the bin can be deleted; versions stay for good.")
        texts = {current.snapshot_id, *current.checkpoints.values_list("snapshot_id", flat=True)}
        pk = current.pk
        current.delete()
        # The event names the row that is gone.
        current.pk = pk
        for text in texts:
            forget_later(text)


def _needs(release: Release) -> Verb:
    return Verb.DRAFT_EDIT if release.is_draft else Verb.RELEASE_MANAGE


def _refuse_in_use(release: Release) -> None:
    if release.binned_at:
        raise Refused(f"{release.label} is in the bin already.")
    if release.is_live:
        raise Refused(f"{release.label} is live. Make another version live first.")
    users = users_of(release)
    if users:
        raise Refused(f"{release.label} is in use, so it stays.", problems=users)


def _choose_another(binned: Release) -> None:
    others = Release.objects.drafts().filter(integration_template=binned.integration_template)
    newest = others.order_by("-created_at").first()
    if newest:
        newest.is_latest = True
        newest.save(update_fields=["is_latest"])
