"""Who uses a connector version? Each app registers how its own users are counted and found."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from apps.connectors.models import ConnectorVersion
from apps.core.badges import Badge

FIRST = 20


class UseKind(StrEnum):
    """What uses a connector version, in the order in which people read it."""

    RELEASE = "release"
    ENVIRONMENT = "environment"
    INSTANCE = "instance"
    CONNECTION = "connection"
    RUN = "run"

    def plural(self, count: int) -> str:
        """The word for this many of them."""
        return self.value if count == 1 else f"{self.value}s"


@dataclass(frozen=True)
class Use:
    """One user of a connector version. ``operations``: what it calls, empty for users that call nothing themselves."""

    kind: UseKind
    name: str
    url: str
    state: Badge | None = None
    environment: str = ""
    owner: str = ""
    operations: frozenset[str] = frozenset()
    template: str = ""
    note: str = ""

    @property
    def listed_operations(self) -> list[str]:
        """What it calls, by name."""
        return sorted(self.operations)


@dataclass(frozen=True)
class Question:
    """Whose users are asked for: ids of versions, narrowed down to those that call one of ``operations``.

    ``with_bin``: also releases that are in the bin.
    """

    versions: frozenset[int]
    operations: frozenset[str] | None = None
    with_bin: bool = True


@dataclass(frozen=True)
class Part:
    """The users of one kind: how many there are, and some of them."""

    kind: UseKind
    total: int
    uses: list[Use] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many are not among ``uses``."""
        return self.total - len(self.uses)


type Find = Callable[[Question, int, int], Part]
type Count = Callable[[Collection[int]], Mapping[int, int]]

_finders: dict[UseKind, tuple[Find, Count]] = {}
_arrivals: list[Callable[[ConnectorVersion], None]] = []


def register_uses(kind: UseKind, *, find: Find, count: Count) -> None:
    """Register who finds the users of a kind. Call it in the app's ``ready``.

    ``find(question, offset, most)`` and ``count(ids of versions)`` take a constant number of queries; kinds that
    cannot be narrowed down to operations answer a narrowed question with nothing.
    """
    _finders[kind] = (find, count)


def parts_of(question: Question) -> list[Part]:
    """Return a part for each kind in order, with the first users of each."""
    return [part_of(question, kind) for kind in UseKind if kind in _finders]


def part_of(question: Question, kind: UseKind, *, offset: int = 0, most: int = FIRST) -> Part:
    """Return the users of one kind from ``offset`` on."""
    if kind not in _finders:
        return Part(kind, 0)
    return _finders[kind][0](question, offset, most)


def counts_of(
    versions: Collection[ConnectorVersion], *, kinds: Collection[UseKind] = tuple(UseKind)
) -> dict[int, dict[UseKind, int]]:
    """Return how many users of each kind each version has, by its id; the same queries for one version and for many."""
    ids = {version.pk for version in versions}
    found: dict[int, dict[UseKind, int]] = {pk: dict.fromkeys(kinds, 0) for pk in ids}
    for kind in kinds:
        counted = _finders[kind][1](ids) if kind in _finders else {}
        for pk, number in counted.items():
            found[pk][kind] = number
    return found


def question_about(
    versions: Collection[ConnectorVersion], *, operations: Collection[str] | None = None, with_bin: bool = True
) -> Question:
    """Return the question about these versions."""
    asked = None if operations is None else frozenset(operations)
    return Question(frozenset(version.pk for version in versions), asked, with_bin)


def register_arrival(tell: Callable[[ConnectorVersion], None]) -> None:
    """Register what happens in the transaction in which a connector version comes. Call it in the app's ``ready``."""
    if tell not in _arrivals:
        _arrivals.append(tell)


def arrived(version: ConnectorVersion) -> None:
    """Tell the apps above that a connector version came."""
    for tell in _arrivals:
        tell(version)


def merged(rows: Collection[tuple[int, Collection[str]]]) -> dict[int, frozenset[str]]:
    """Return operations by id: several slots of one release may name the same version."""
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for pk, operations in rows:
        found[pk] |= frozenset(operations)
    return dict(found)
