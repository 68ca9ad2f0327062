"""What may be picked for what: the one table that every list and every service asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from apps.releases.states import Mark, State


class Purpose(StrEnum):
    """What somebody wants to do with a release."""

    INSTALL = "install"
    CHANGE_VERSION = "change version"
    UPDATE = "update"
    UNDO = "undo"
    RECONFIGURE = "reconfigure"
    MAKE_LIVE = "make live"
    COPY = "copy"
    RESTORE = "restore"
    TEST_RUN = "test run"


class Audience(StrEnum):
    """For whom it is picked."""

    TEAM = "team"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the table asks about a release.

    `is_own_previous`: an undo goes to an earlier deployment of the very instance it is for.
    """

    state: State
    mark: Mark = Mark.NONE
    is_binned: bool = False
    is_pinned_by_listing: bool = False
    is_own_previous: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be picked. `reason` says why not, or what to know before picking it; "" if there is nothing."""

    ok: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.ok


YES = Verdict(ok=True)
DEPLOYING = frozenset({Purpose.INSTALL, Purpose.CHANGE_VERSION, Purpose.UPDATE})
TEAM_ONLY = frozenset({Purpose.MAKE_LIVE, Purpose.COPY, Purpose.RESTORE, Purpose.TEST_RUN})


def selectable(facts: Facts, purpose: Purpose, audience: Audience = Audience.TEAM) -> Verdict:
    """The cell of the table for this release, purpose and audience."""
    if audience is Audience.CUSTOMER and purpose in TEAM_ONLY:
        return _no("Only the team can do this.")
    if facts.is_binned:
        return _binned(purpose)
    if facts.mark is Mark.QUARANTINED:
        return _quarantined(purpose)
    if facts.mark is Mark.DEPRECATED:
        return _deprecated(facts, purpose)
    if purpose in DEPLOYING:
        return _for_customer(facts) if audience is Audience.CUSTOMER else _for_team(facts.state)
    return _unmarked(facts.state, purpose)


def _no(reason: str) -> Verdict:
    return Verdict(ok=False, reason=reason)


def _binned(purpose: Purpose) -> Verdict:
    if purpose is Purpose.RECONFIGURE:
        return _no("It is in the bin, and no instance runs it.")
    return _no("It is in the bin: take it out of there first.")


def _quarantined(purpose: Purpose) -> Verdict:
    match purpose:
        case Purpose.RECONFIGURE:
            return _no("It is quarantined: an instance on it can only be paused, or moved to another version.")
        case Purpose.COPY | Purpose.RESTORE:
            return _no("It is quarantined: it can be viewed, but not copied.")
        case _:
            return _no("It is quarantined: nothing new may start from it.")


def _deprecated(facts: Facts, purpose: Purpose) -> Verdict:
    match purpose:
        case Purpose.UNDO if facts.is_own_previous and facts.state is not State.DRAFT:
            return Verdict(ok=True, reason="It is deprecated: this is the way back, not a version to stay on.")
        case Purpose.UNDO:
            return _no("It is deprecated: only an instance that ran it before can go back to it.")
        case Purpose.RECONFIGURE | Purpose.COPY | Purpose.RESTORE:
            return _unmarked(facts.state, purpose)
        case Purpose.MAKE_LIVE:
            return _no("It is deprecated: take the mark off, or make a copy of it live.")
        case Purpose.TEST_RUN:
            return _no("It is deprecated: take the mark off, or test a copy of it.")
        case _:
            return _no("It is deprecated: choose another version.")


def _for_team(state: State) -> Verdict:
    match state:
        case State.DRAFT:
            return Verdict(ok=True, reason="Deploying a draft freezes it as a new version first.")
        case State.SUPERSEDED:
            return Verdict(ok=True, reason="A newer version is live.")
        case _:
            return YES


def _for_customer(facts: Facts) -> Verdict:
    if facts.state is State.DRAFT:
        return _no("A draft is never offered to customers.")
    if facts.state is State.LIVE or facts.is_pinned_by_listing:
        return YES
    if facts.state is State.SUPERSEDED:
        return _no("A newer version has taken its place, and no listing offers this one.")
    return _no("It is not offered yet: it is neither live nor pinned by a listing.")


def _unmarked(state: State, purpose: Purpose) -> Verdict:
    match purpose, state:
        case ((Purpose.UNDO | Purpose.RECONFIGURE), State.DRAFT):
            return _no("An instance never runs a draft.")
        case Purpose.MAKE_LIVE, State.LIVE:
            return _no("It is live already.")
        case Purpose.MAKE_LIVE, State.SUPERSEDED:
            return Verdict(ok=True, reason="It was live before: this makes it live again.")
        case _:
            return YES
