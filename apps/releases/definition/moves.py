"""Which steps of two definitions are the same ones, and which of those stand elsewhere now."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .document import Definition
from .shapes import Json
from .steps import BRANCHES


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: its dotted path, the path around it ("" at the top), the step before it ("" if first)."""

    path: str
    inside: str
    after: str

    @property
    def name(self) -> str:
        return self.path.removeprefix(f"{self.inside}.") if self.inside else self.path


@dataclass(frozen=True, slots=True)
class Spot:
    """A step without the steps inside it, and its place."""

    place: Place
    does: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Pair:
    """One step before and after; None where there is no such step. ``moved``: it stands elsewhere among the others."""

    before: Spot | None
    after: Spot | None
    moved: bool = False


type Spots = dict[str, Spot]


def pairs_of(before: Definition, after: Definition) -> list[Pair]:
    """Return every step of both, in the order of the second; what is gone stands where it stood.

    A step keeps its identity by its path; else by its name and content, or by its place and content, where only one
    step on each side has them. Turning the two around turns the pairs around.
    """
    old, new = _spots(before), _spots(after)
    matching = _Matching(old, new)
    moved = matching.moved()
    found = {path: Pair(old[was], new[path], moved=path in moved) for was, path in matching.pairs.items()}
    found |= {path: Pair(None, spot) for path, spot in new.items() if path not in found}
    gone = {path: Pair(spot, None) for path, spot in old.items() if path not in matching.pairs}
    return [*merged(list(found.items()), list(gone.items()), list(old), matching.pairs)]


def merged(
    found: Sequence[tuple[str, Pair]], gone: Sequence[tuple[str, Pair]], order: Sequence[str], pairs: dict[str, str]
) -> Iterator[Pair]:
    """Yield what there is in its order, each thing that is gone behind what stood before it."""
    behind: dict[str, list[Pair]] = defaultdict(list)
    left, last = dict(gone), ""
    for path in order:
        if path in left:
            behind[last].append(left[path])
        else:
            last = pairs[path]
    yield from behind[""]
    for path, pair in found:
        yield pair
        yield from behind[path]


def _spots(definition: Definition) -> Spots:
    """Every step by its path, in the order of the text."""
    found: Spots = {}
    for tasks in definition.task_lists:
        before = ""
        for _, name, body in tasks.tasks:
            path = ".".join((*tasks.path, name))
            found[path] = Spot(Place(path, ".".join(tasks.path), before), own(body))
            before = name
    return {step.path: found[step.path] for step in definition.steps}


def own(body: dict[str, Json]) -> dict[str, Json]:
    """Return a step without the steps inside it, which are compared on their own."""
    return _without(body, [keys for keys, _ in BRANCHES])


def _without(value: dict[str, Json], paths: Iterable[tuple[str, ...]]) -> dict[str, Json]:
    kept = dict(value)
    for first, *rest in paths:
        if not rest and isinstance(kept.get(first), list):
            del kept[first]
        elif rest and isinstance(kept.get(first), dict):
            kept[first] = _without(kept[first], [tuple(rest)])
    return kept


class _Matching:
    """Pairs the steps of two definitions: ``pairs`` holds the path before and the path after."""

    def __init__(self, old: Spots, new: Spots) -> None:
        self.old, self.new = old, new
        self.pairs = {path: path for path in old if path in new}
        self.taken = set(self.pairs)
        self._pair_alone(lambda _, spot: (spot.place.name, _frozen(spot.does)))
        self._follow()
        self._pair_alone(lambda inside, spot: (inside, _frozen(spot.does)) if spot.does else None)
        self._follow()

    def _pair_alone(self, key: Callable[[str, Spot], Hashable | None]) -> None:
        """Pair what is alone on each side with its key."""
        gone = _alone({was: key(self.translated(self.old[was].place.inside), self.old[was]) for was in self._gone()})
        come = _alone({path: key(self.new[path].place.inside, self.new[path]) for path in self._come()})
        for each in gone.keys() & come.keys():
            self._pair(gone[each], come[each])

    def _follow(self) -> None:
        """Pair what went along with the step around it."""
        for was in sorted(self._gone(), key=lambda path: path.count(".")):
            path = self.translated(was)
            if path in self.new and path not in self.taken:
                self._pair(was, path)

    def translated(self, path: str) -> str:
        """Return where a path would be if it only followed the steps around it."""
        around = path
        while around and around not in self.pairs:
            around = around.rpartition(".")[0]
        return self.pairs[around] + path[len(around) :] if around else path

    def moved(self) -> set[str]:
        """Return the paths of what stands in another list now, or elsewhere among those that stayed in its list."""
        stayed: dict[str, list[str]] = defaultdict(list)
        found = set()
        for was, path in self.pairs.items():
            inside = self.new[path].place.inside
            if self.translated(self.old[was].place.inside) != inside or self._renamed(was, path):
                found.add(path)
            else:
                stayed[inside].append(was)
        for names in stayed.values():
            found |= self._out_of_order(names)
        return found

    def _renamed(self, was: str, path: str) -> bool:
        return self.old[was].place.name != self.new[path].place.name

    def _out_of_order(self, stayed: list[str]) -> set[str]:
        """Return the fewest steps that must move to turn one order into the other; the same ones either way."""
        places = {path: place for place, path in enumerate(self.new)}
        old = [tuple(sorted((was, self.pairs[was]))) for was in stayed]
        new = [tuple(sorted((was, self.pairs[was]))) for was in sorted(stayed, key=lambda was: places[self.pairs[was]])]
        if old == new:
            return set()
        paths = {label: self.pairs[was] for label, was in zip(old, stayed, strict=True)}
        return {paths[label] for label in set(old) - _common(*sorted((old, new)))}

    def _gone(self) -> list[str]:
        return [was for was in self.old if was not in self.pairs]

    def _come(self) -> list[str]:
        return [path for path in self.new if path not in self.taken]

    def _pair(self, was: str, path: str) -> None:
        self.pairs[was] = path
        self.taken.add(path)


def _alone(keys: dict[str, Hashable | None]) -> dict[Hashable, str]:
    by_key: dict[Hashable, list[str]] = defaultdict(list)
    for path, key in keys.items():
        by_key[key].append(path)
    return {key: paths[0] for key, paths in by_key.items() if key is not None and len(paths) == 1}


def _common[T](first: Sequence[T], second: Sequence[T]) -> set[T]:
    """The longest common part of two orders of the same things (the longest rising run of places)."""
    places = {each: place for place, each in enumerate(second)}
    tails: list[int] = []
    ends: list[T] = []
    before: dict[T, T | None] = {}
    for each in first:
        at = bisect_left(tails, places[each])
        before[each] = ends[at - 1] if at else None
        tails[at : at + 1] = [places[each]]
        ends[at : at + 1] = [each]
    kept: set[T] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


def _frozen(value: Json) -> Hashable:
    """A hashable likeness of JSON, in which true is not 1."""
    match value:
        case dict():
            return frozenset((key, _frozen(member)) for key, member in value.items())
        case list():
            return tuple(_frozen(item) for item in value)
        case _:
            return (type(value) is bool, value)
