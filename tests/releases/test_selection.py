"""The table of what may be picked for what: every row, every column."""

import pytest

from apps.releases.selection import Audience, Facts, Purpose, selectable
from apps.releases.states import Mark, State

ROWS = {
    "draft": Facts(State.DRAFT),
    "version": Facts(State.VERSION),
    "version, pinned": Facts(State.VERSION, is_pinned_by_listing=True),
    "live": Facts(State.LIVE),
    "superseded": Facts(State.SUPERSEDED),
    "superseded, pinned": Facts(State.SUPERSEDED, is_pinned_by_listing=True),
    "deprecated": Facts(State.SUPERSEDED, Mark.DEPRECATED),
    "deprecated, pinned": Facts(State.VERSION, Mark.DEPRECATED, is_pinned_by_listing=True),
    "deprecated, own previous": Facts(State.SUPERSEDED, Mark.DEPRECATED, is_own_previous=True),
    "quarantined": Facts(State.LIVE, Mark.QUARANTINED, is_pinned_by_listing=True, is_own_previous=True),
    "in the bin": Facts(State.SUPERSEDED, is_binned=True, is_pinned_by_listing=True, is_own_previous=True),
}
TEAM, CUSTOMER = Audience.TEAM, Audience.CUSTOMER
DEPLOYING = (Purpose.INSTALL, Purpose.CHANGE_VERSION, Purpose.UPDATE)
# Columns as in the design; x is yes, n is yes with a notice, a dot is no.
COLUMNS = [
    (TEAM, DEPLOYING),
    (CUSTOMER, DEPLOYING),
    (TEAM, (Purpose.UNDO,)),
    (CUSTOMER, (Purpose.UNDO,)),
    (TEAM, (Purpose.RECONFIGURE,)),
    (CUSTOMER, (Purpose.RECONFIGURE,)),
    (TEAM, (Purpose.MAKE_LIVE,)),
    (TEAM, (Purpose.COPY, Purpose.RESTORE)),
    (TEAM, (Purpose.TEST_RUN,)),
]
TABLE = {
    "draft": "n.....xxx",
    "version": "x.xxxxxxx",
    "version, pinned": "xxxxxxxxx",
    "live": "xxxxxx.xx",
    "superseded": "n.xxxxnxx",
    "superseded, pinned": "nxxxxxnxx",
    "deprecated": "....xx.x.",
    "deprecated, pinned": "....xx.x.",
    "deprecated, own previous": "..nnxx.x.",
    "quarantined": ".........",
    "in the bin": ".........",
}
CELLS = [
    (row, audience, purpose, cell)
    for row, cells in TABLE.items()
    for (audience, purposes), cell in zip(COLUMNS, cells, strict=True)
    for purpose in purposes
]


@pytest.mark.parametrize(("row", "audience", "purpose", "cell"), CELLS)
def test_every_cell_of_the_table(row: str, audience: Audience, purpose: Purpose, cell: str) -> None:
    verdict = selectable(ROWS[row], purpose, audience)
    assert bool(verdict) is verdict.ok is (cell != ".")
    assert bool(verdict.reason) is (cell != "x")
    assert verdict.reason == "" or (verdict.reason[0].isupper() and verdict.reason.endswith("."))


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("purpose", [Purpose.MAKE_LIVE, Purpose.COPY, Purpose.RESTORE, Purpose.TEST_RUN])
def test_customers_never_do_what_the_team_does(row: str, purpose: Purpose) -> None:
    assert selectable(ROWS[row], purpose, CUSTOMER).reason == "Only the team can do this."


def test_the_bin_comes_before_every_mark() -> None:
    facts = Facts(State.VERSION, Mark.QUARANTINED, is_binned=True)
    assert selectable(facts, Purpose.COPY).reason == "It is in the bin: take it out of there first."


def test_every_row_of_the_table_is_asked() -> None:
    assert TABLE.keys() == ROWS.keys()
