"""The shape of every change to a release: lock the template, read anew, check, change, record."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import Operation, operation
from apps.core.errors import Conflict, Refused
from apps.releases import selectors
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.selection import Purpose

type By = User | Actor


class BadName(Refused):
    """A name that breaks a rule."""


class SameContent(Refused):
    """There is a version with the same content already: ``release``. One more click goes on."""

    def __init__(self, release: Release) -> None:
        super().__init__(f"This has the same content as {release.title}. Use that one, or go on anyway.")
        self.release = release


@contextmanager
def act(
    verb: str, *, by: By, needs: Verb, release: Release, seen: str | None = None, reason: str = ""
) -> Iterator[tuple[Operation, Release]]:
    """Do one act on a release and yield it as it is under the lock.

    ``seen`` is what the person looked at (``selectors.seen``); raises ``Conflict`` if it is no longer so.
    """
    with operation(verb, by=by, reason=reason) as op:
        op.about(release, within=release.integration_template)
        authorise(by, needs)
        current = read_anew(release)
        if seen is not None and seen != selectors.seen(current, selectors.live_release(current.integration_template)):
            raise Conflict(
                f"{current.label} or the live version was changed meanwhile, so nothing was done. "
                "Look at it as it is now, then decide again."
            )
        op.about(current)
        yield op, current


def locked(integration_template: IntegrationTemplate) -> IntegrationTemplate:
    """Return the template as it is, locked until the transaction ends: always the first lock that is taken."""
    return IntegrationTemplate.objects.select_for_update().get(pk=integration_template.pk)


def refuse_unless(release: Release, purpose: Purpose) -> None:
    """Raise ``Refused`` where the selection table says no."""
    verdict = selectors.verdict(release, purpose)
    if not verdict:
        raise Refused(re.sub(r"^It\b", release.label, verdict.reason))


def user_of(by: By) -> User | None:
    """Return the account behind an actor; parts of Slipway have none."""
    return by if isinstance(by, User) else None


def read_anew(release: Release) -> Release:
    """Return a release as it is under the lock of its template. Raises ``Conflict`` where it is gone."""
    template = locked(release.integration_template)
    current = Release.objects.select_related("base", "snapshot").filter(pk=release.pk).first()
    if current is None:
        raise Conflict(f"{release.label} was deleted meanwhile.")
    current.integration_template = template
    return current
