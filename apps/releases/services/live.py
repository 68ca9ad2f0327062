"""Making a release live: freeze if it is a draft, and move the pointer, in one transaction."""

from apps.accounts.permissions import Verb
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused
from apps.infra.crash import crash_point
from apps.releases import selectors
from apps.releases.models import Release
from apps.releases.selection import Purpose
from apps.releases.services.transition import By, act, refuse_unless
from apps.releases.services.versions import freeze, refuse_if_text_moved, refuse_unless_sound
from apps.releases.states import State


class BehindLive(Refused):
    """The release was built on something older than what is live: comparing or a reason goes on."""

    def __init__(self, release: Release, live: Release) -> None:
        base = release.base.label if release.base else "nothing that was live"
        super().__init__(
            f"{release.label} is based on {base}, and {live.label} is live: what {live.label} brought may be missing. "
            "Compare them, or say why it goes live all the same."
        )
        self.live = live


def make_live(
    *,
    by: By,
    release: Release,
    name: str = "",
    description: str = "",
    reason: str = "",
    accept_same: bool = False,
    seen: str | None = None,
) -> Release:
    """Make a version, or a draft frozen for it, the one that new customer installs get. Returns the live release.

    The previous live one becomes superseded. The latest draft stays, based on what it became; any other draft goes to
    the bin. Raises ``BehindLive`` without a reason where the release builds on something older than what is live.
    """
    if release.is_draft:
        refuse_unless_sound(release, by=by, needs=Verb.RELEASE_MANAGE)
    with act("release.promoted", by=by, needs=Verb.RELEASE_MANAGE, release=release, seen=seen, reason=reason) as (
        op,
        current,
    ):
        crash_point("promote.after_lock")
        refuse_unless(current, Purpose.MAKE_LIVE)
        live = selectors.live_release(current.integration_template)
        if live and not reason.strip() and is_behind(current, live):
            raise BehindLive(current, live)
        version = current
        if current.is_draft:
            refuse_if_text_moved(current, release)
            version = _frozen(current, by=by, name=name, description=description, accept_same=accept_same)
        _point_to(version, instead_of=live, by=by)
        crash_point("promote.after_change")
        op.about(version, previous=live.title if live else "")
        crash_point("promote.before_commit")
    crash_point("promote.after_commit")
    return version


def withdraw(*, by: By, release: Release, reason: str, seen: str | None = None) -> Release:
    """Take the live version back without another one: new installs get nothing until a version is made live.

    It is a plain version again, which may be deprecated, or made live once more. What is installed goes on.
    """
    with act("release.withdrawn", by=by, needs=Verb.RELEASE_MANAGE, release=release, seen=seen, reason=reason) as (
        _,
        current,
    ):
        if not reason.strip():
            raise Refused("Say why: everybody who looks for the live version will read the reason.")
        if not current.is_live:
            raise Refused(f"{current.label} is not live, so there is nothing to withdraw.")
        current.state = State.VERSION
        current.save(update_fields=["state"])
    return current


def is_behind(release: Release, live: Release) -> bool:
    """Tell whether a release that would move forward was built on something older than what is live."""
    if release.number and live.number and release.number < live.number:
        return False
    return release.base is None or (release.base.number or 0) < (live.number or 0)


def _frozen(draft: Release, *, by: By, name: str, description: str, accept_same: bool) -> Release:
    with operation("release.created", by=by) as op:
        version = freeze(draft, by=by, name=name, description=description, accept_same=accept_same)
        op.about(version, within=draft.integration_template)
    if not draft.is_latest:
        draft.binned_at = clock.now()
        draft.save(update_fields=["binned_at"])
    return version


def _point_to(version: Release, *, instead_of: Release | None, by: By) -> None:
    # The old one first: at no moment does the database hold two.
    if instead_of is not None:
        with operation("release.superseded", by=by) as op:
            instead_of.state = State.SUPERSEDED
            instead_of.save(update_fields=["state"])
            op.about(instead_of, within=version.integration_template, successor=version.title)
    version.state = State.LIVE
    version.save(update_fields=["state"])
