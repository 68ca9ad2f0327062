"""Where a step can go: the four ways of the arrow keys, and every place there is."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.releases.building.outline import Branch, Outline, Row
from apps.releases.definition.linting.flow import targets
from apps.releases.definition.shapes import escaped


@dataclass(frozen=True, slots=True)
class Move:
    """One way to move a step. ``index`` counts without the step itself; ``why_not`` is said where it cannot be."""

    key: str
    label: str
    icon: str
    tasks: str = ""
    index: int = 0
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two steps. ``value`` names it in a form: the list and the index in it."""

    value: str
    label: str
    is_here: bool


def moves_of(outline: Outline, row: Row) -> list[Move]:
    """Return what Alt and an arrow key do with a step."""
    return [_up(row), _down(row), _in(outline, row), _out(outline, row)]


def places_for(outline: Outline, row: Row) -> list[Place]:
    """Return every place to which a step can be moved, in the order of the outline; not those inside of it."""
    inside = f"{row.pointer}/"
    branches = [mark.branch for mark in outline.marks if mark.kind == "list" and mark.branch]
    return [place for one in branches if not one.tasks.startswith(inside) for place in _places(one, row)]


def read_place(value: str) -> tuple[str, int] | None:
    """Read what a form says about a place, None for what is none."""
    index, _, tasks = value.partition(":")
    return (tasks, int(index)) if index.isdecimal() and len(index) < 6 and tasks.startswith("/") else None


def landed(pointer: str, tasks: str, index: int) -> str:
    """Return where a step stands after it was moved from ``pointer`` to a place that was named before the move."""
    head, own, name = pointer.rsplit("/", 2)
    if tasks.startswith(f"{head}/"):
        # The list stands in a later step of the list that it leaves: that step moves up by one.
        place, _, rest = tasks.removeprefix(f"{head}/").partition("/")
        if int(place) > int(own):
            tasks = f"{head}/{int(place) - 1}/{rest}"
    return f"{tasks}/{index}/{name}"


def after_deletion(outline: Outline, row: Row) -> str:
    """Return the step to stand on when ``row`` is gone: the next, else the one before, else the one around it."""
    rows = outline.branches[row.tasks].rows
    if row.index + 1 < row.count:
        following = rows[row.index + 1].name
        return f"{row.tasks}/{row.index}/{escaped(following)}"
    around = outline.around(row)
    return rows[row.index - 1].pointer if row.index else around.pointer if around else ""


def referring_to(outline: Outline, row: Row) -> list[str]:
    """Return the names of the steps beside ``row`` that go on with it by name."""
    others = [one for one in outline.branches[row.tasks].rows if one is not row]
    return [one.name for one in others if row.name in [target for _, target in targets("", one.step.body)]]


def _places(branch: Branch, row: Row) -> Iterator[Place]:
    others = [one for one in branch.rows if one is not row]
    where = "" if branch.owner is None else f"{branch.name}: "
    for index in range(len(others) + 1):
        said = f"behind {others[index - 1].name}" if index else "as the first step"
        is_here = branch.tasks == row.tasks and index == row.index
        yield Place(f"{index}:{branch.tasks}", f"{where}{said}", is_here)


def _up(row: Row) -> Move:
    if row.index == 0:
        return Move("up", "Move up", "arrow-up", why_not="It is the first step here.")
    return Move("up", "Move up", "arrow-up", row.tasks, row.index - 1)


def _down(row: Row) -> Move:
    if row.index == row.count - 1:
        return Move("down", "Move down", "arrow-down", why_not="It is the last step here.")
    return Move("down", "Move down", "arrow-down", row.tasks, row.index + 1)


def _in(outline: Outline, row: Row) -> Move:
    above = outline.branches[row.tasks].rows[row.index - 1] if row.index else None
    if above is None or not above.branches:
        return Move("in", "Move in", "arrow-right", why_not="The step above it holds no steps.")
    into = above.branches[0]
    return Move("in", f"Move into {into.name}", "arrow-right", into.tasks, len(into.rows))


def _out(outline: Outline, row: Row) -> Move:
    around = outline.around(row)
    if around is None:
        return Move("out", "Move out", "arrow-left", why_not="It is in no other step.")
    return Move("out", f"Move out of {around.name}", "arrow-left", around.tasks, around.index + 1)
