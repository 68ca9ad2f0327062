"""Own patterns for the names of versions: words with placeholders, such as ``release/{year}.{month}-{n}``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from apps.releases.definition.diff import ChangeLevel

LONGEST = 80
PIECES = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
NUMBER = r"(?:0|[1-9]\d*)"
# What stands for each placeholder in a name.
FORMS = {
    "year": r"\d{4}",
    "month": r"(?:0[1-9]|1[0-2])",
    "day": r"(?:0[1-9]|[12]\d|3[01])",
    "quarter": r"[1-4]",
    "week": r"(?:0[1-9]|[1-4]\d|5[0-3])",
    "n": r"[1-9]\d*",
    "major": NUMBER,
    "minor": NUMBER,
    "patch": NUMBER,
    "words": r"[a-z0-9]+(?:-[a-z0-9]+)*",
}
OF_DATE = ("year", "month", "day", "quarter", "week")
OF_LEVEL = ("major", "minor", "patch")
# Without one of these the second version of a day would have the name of the first.
COUNTING = frozenset({"n", "words", "major", "minor", "patch"})
OF_ANY_LENGTH = frozenset({"n", "major", "minor", "patch", "words"})
SAMPLE_WORDS = "changes"
PLACEHOLDERS = ", ".join(f"{{{name}}}" for name in FORMS)


class BadPattern(ValueError):
    """The pattern cannot be used; the message says why, for a person."""


@dataclass(frozen=True)
class Part:
    """A placeholder (``name``) or words that stand in every name as they are."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Pattern:
    """A pattern that can be used; made by ``pattern_of``."""

    text: str
    parts: tuple[Part, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if part.name)

    @cached_property
    def form(self) -> re.Pattern[str]:
        return re.compile(
            "".join(f"(?P<{one.name}>{FORMS[one.name]})" if one.name else re.escape(one.text) for one in self.parts)
        )

    def fits(self, name: str) -> bool:
        """Tell whether a name follows the pattern; a date in it must exist."""
        found = self.form.fullmatch(name)
        return found is not None and _is_a_day(found.groupdict())

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the name with these values."""
        return "".join(values[part.name] if part.name else part.text for part in self.parts)

    def example(self, today: date) -> str:
        """Return what a name looks like."""
        return self.suggestion([], today, ChangeLevel.FEATURE)

    def suggestion(self, previous: Sequence[str], today: date, level: ChangeLevel) -> str:
        """Return the next name that is free; ``previous`` are the names so far, the newest first."""
        values = {**_dated(today), **self._leveled(previous, level), "n": "1", "words": SAMPLE_WORDS}
        if "n" in self.names:
            values["n"] = str(self._counted(previous, values) + 1)
        return self._free(values, {name.casefold() for name in previous})

    def _leveled(self, previous: Sequence[str], level: ChangeLevel) -> dict[str, str]:
        """Count the numbers of a semantic version on; those that the pattern lacks stand for nothing."""
        known = [one for one in OF_LEVEL if one in self.names]
        found = [match for name in previous if (match := self.form.fullmatch(name))]
        numbers = [tuple(int(match[one]) for one in known) for match in found]
        if not numbers or not known:
            return {"major": "1", "minor": "0", "patch": "0"}
        wanted = {ChangeLevel.BREAKING: "major", ChangeLevel.FEATURE: "minor", ChangeLevel.FIX: "patch"}[level]
        at = next((known.index(one) for one in OF_LEVEL[OF_LEVEL.index(wanted) :] if one in known), len(known) - 1)
        newest = max(numbers)
        counted = (*newest[:at], newest[at] + 1, *(0 for _ in newest[at + 1 :]))
        return dict(zip(known, map(str, counted), strict=True))

    def _counted(self, previous: Sequence[str], values: Mapping[str, str]) -> int:
        """Return the highest count under today's date, or 0; a pattern without a date counts for ever."""
        fixed = [one for one in self.names if one in OF_DATE]
        found = [match for name in previous if (match := self.form.fullmatch(name))]
        return max((int(one["n"]) for one in found if all(one[name] == values[name] for name in fixed)), default=0)

    def _free(self, values: dict[str, str], taken: Collection[str]) -> str:
        name, number = self.filled(values), 1
        while name.casefold() in taken:
            number += 1
            name = self.filled({**values, **self._next(values, number)})
        return name

    def _next(self, values: Mapping[str, str], number: int) -> dict[str, str]:
        if "words" in self.names:
            return {"words": f"{SAMPLE_WORDS}-{number}"}
        last = next(one for one in reversed(self.names) if one in COUNTING)
        return {last: str(int(values[last]) + number)}


def pattern_of(text: str) -> Pattern:
    """Read a pattern. Raises ``BadPattern`` with what is wrong with it."""
    parts = tuple(_parts(text))
    names = [part.name for part in parts if part.name]
    if text != text.strip():
        raise BadPattern("The pattern begins or ends with a space.")
    if not names:
        raise BadPattern(
            f"The pattern has no placeholder, so that every version would have the same name. Use {PLACEHOLDERS}."
        )
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise BadPattern(f"{{{twice}}} stands in the pattern twice.")
    if not COUNTING & set(names):
        raise BadPattern("Two versions of one day would have the same name. Add {n}, which counts them, or {words}.")
    if "day" in names and not {"year", "month"} <= set(names):
        raise BadPattern("{day} needs {year} and {month} beside it.")
    _refuse_run_together(parts)
    pattern = Pattern(text, parts)
    if len(pattern.example(date(2026, 12, 31))) > LONGEST - 10:
        raise BadPattern(f"Names would be longer than {LONGEST} characters.")
    return pattern


def _parts(text: str) -> Iterator[Part]:
    for found in PIECES.finditer(text):
        if found[3]:
            raise BadPattern(
                f"A brace stands alone at character {found.start() + 1}: placeholders are written like {{year}}."
            )
        if found[2] is not None:
            yield Part(found[2])
        elif found[1] in FORMS:
            yield Part(found[0], found[1])
        else:
            raise BadPattern(f"“{found[0]}” is no placeholder. There are {PLACEHOLDERS}.")


def _refuse_run_together(parts: Sequence[Part]) -> None:
    for one, other in pairwise(parts):
        if one.name and other.name and one.name in OF_ANY_LENGTH:
            raise BadPattern(f"Put a character between {one.text} and {other.text}, or nobody can tell them apart.")


def _dated(today: date) -> dict[str, str]:
    return {
        "year": f"{today.year:04}",
        "month": f"{today.month:02}",
        "day": f"{today.day:02}",
        "quarter": str((today.month + 2) // 3),
        "week": f"{today.isocalendar().week:02}",
    }


def _is_a_day(values: Mapping[str, str]) -> bool:
    if not {"year", "month", "day"} <= values.keys():
        return True
    try:
        date(int(values["year"]), int(values["month"]), int(values["day"]))
    except ValueError:
        return False
    return True
