"""All pairs of schemas that two documents make: each is compared once, however often and deep it is used."""

from collections import deque
from collections.abc import Iterator
from datetime import date

from apps.connectors.compatibility.findings import NO_MARKS, Finding
from apps.connectors.compatibility.pairs import Pair, inherited
from apps.connectors.compatibility.reader import Json, Object, Reader

# Schemas are known by identity: both documents live as long as the comparison.
type Key = tuple[int, int]


class Schemas:
    """Finds the differences below a pair of schemas. Pairs that reach no difference are never walked again."""

    def __init__(self, old: Reader, new: Reader, today: date) -> None:
        self.old, self.new, self.today = old, new, today
        self._pairs: dict[Key, Pair] = {}
        self._parents: dict[Key, set[Key]] = {}
        self._differing: set[Key] = set()
        self._found: dict[Key, list[Finding]] = {}

    def findings(self, old: Json, new: Json) -> list[Finding]:
        """Return what differs, nearest first. A part that is used in several places is told at the first."""
        before, now = self.old.object(old), self.new.object(new)
        root = id(before), id(now)
        if root not in self._found:
            self._build(root, before, now)
            self._found[root] = list(self._below(root))
        return self._found[root]

    def _below(self, root: Key) -> Iterator[Finding]:
        waiting = deque([(root, "", NO_MARKS)])
        seen = {(root, NO_MARKS)}
        while waiting:
            key, at, marks = waiting.popleft()
            if key not in self._differing:
                continue
            pair = self._pairs[key]
            yield from (_placed(finding, at, marks) for finding in pair.findings)
            for edge in pair.edges:
                step = (id(edge.old), id(edge.new)), inherited(marks | edge.marks)
                if step not in seen:
                    seen.add(step)
                    waiting.append((step[0], at + edge.at, step[1]))

    def _build(self, root: Key, old: Object, new: Object) -> None:
        fresh, waiting = [], [(root, old, new)]
        while waiting:
            key, before, now = waiting.pop()
            if key in self._pairs:
                continue
            pair = self._pairs[key] = Pair(self.old, self.new, self.today).compare(before, now)
            fresh.append(key)
            for edge in pair.edges:
                below = id(edge.old), id(edge.new)
                self._parents.setdefault(below, set()).add(key)
                waiting.append((below, edge.old, edge.new))
        self._spread(key for key in fresh if self._pairs[key].findings or self._touches(key))

    def _touches(self, key: Key) -> bool:
        return any((id(edge.old), id(edge.new)) in self._differing for edge in self._pairs[key].edges)

    def _spread(self, keys: Iterator[Key]) -> None:
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in self._differing:
                self._differing.add(key)
                waiting.extend(self._parents.get(key, ()))


def _placed(finding: Finding, at: str, marks: frozenset[str]) -> Finding:
    if not at and not marks:
        return finding
    return Finding(finding.kind, at + finding.at, finding.old, finding.new, finding.marks | marks)
