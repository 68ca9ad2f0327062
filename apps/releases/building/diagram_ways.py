"""Where a flow goes on from each step: to a step beside it, or out of the list."""

from dataclasses import dataclass

from apps.releases.building.outline import Branch, Row
from apps.releases.definition.shapes import dig, text

LEAVING = {"end": "End", "exit": "Exit"}


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a step: to a step of the same list by its index, or to an ``end``."""

    label: str
    to: int | None = None
    end: str = ""


def ways_in(branch: Branch) -> list[list[Way]]:
    """Return for every step of a list its ways on; behind the last step is the index behind it."""
    places = {row.name: row.index for row in branch.rows}
    return [ways_of(row, places) for row in branch.rows]


def ways_of(row: Row, places: dict[str, int]) -> list[Way]:
    """Return the ways on from one step; those that lead to the same place are one, with all their labels."""
    if row.step.kind == "raise":
        return []
    said = [(case.then, case.name) for case in row.cases]
    # Where no case holds, a switch goes on as any other step.
    if not row.cases or all(case.when for case in row.cases):
        said.append((row.words.then, "else" if row.cases else ""))
    if caught := text(dig(row.step.body, "catch", "then")):
        said.append((caught, "failed"))
    labels: dict[tuple[int | None, str], list[str]] = {}
    for then, label in said:
        # Names that lead nowhere are the linter's business; the diagram goes on with the next step.
        goes = (None, then) if then in LEAVING else (places.get(then, row.index + 1), "")
        labels.setdefault(goes, []).append(label)
    return [Way(", ".join(filter(None, names)), to, end) for (to, end), names in labels.items()]


def straight_way(ways: list[Way], index: int) -> Way | None:
    """Return the way to the very next step, None where there is none."""
    return next((way for way in ways if way.to == index + 1), None)


def side_ways_of(ways: list[Way], index: int) -> list[Way]:
    """Return the ways that leave a step on its right: all but the one to the very next step."""
    return [way for way in ways if way.to != index + 1]
