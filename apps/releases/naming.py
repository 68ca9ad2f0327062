"""Names of versions: what to suggest, and what to refuse, by the template's scheme."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from apps.releases.definition.diff import ChangeLevel
from apps.releases.naming_pattern import LONGEST, BadPattern, Pattern, pattern_of

SUFFIX = r"(?:-[0-9a-z]+(?:[.-][0-9a-z]+)*)?"
SEMVER = re.compile(rf"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*){SUFFIX}")
DATE = re.compile(rf"(?:(\d{{4}})-(\d{{2}})-(\d{{2}})(?:\.([1-9]\d*))?|(\d{{4}})-Q[1-4]){SUFFIX}")
MILESTONE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
COUNTED = re.compile(r"(.*-v)(\d+)")


class Scheme(StrEnum):
    """How the versions of a template are named."""

    NONE = "none"
    SEMVER = "semver"
    DATE = "date"
    MILESTONE = "milestone"
    PATTERN = "pattern"


FORMS = {
    Scheme.SEMVER: "three numbers and, if you like, a few words: 1.2.0 or 1.2.0-order-retry-logic",
    Scheme.DATE: "a date and, if you like, a few words: 2026-03-09, 2026-03-09.1, 2026-03-09-hotfix-auth, or 2026-Q1",
    Scheme.MILESTONE: "small letters and digits joined by hyphens: order-sync-v1",
}


def suggest(
    scheme: str,
    previous_names: Sequence[str],
    today: date,
    change_level: ChangeLevel = ChangeLevel.FEATURE,
    *,
    pattern: str = "",
) -> str:
    """The next name by the scheme, never one of the previous (newest first); "" where the scheme suggests nothing."""
    match Scheme(scheme):
        case Scheme.SEMVER:
            return _next_number(previous_names, change_level)
        case Scheme.DATE:
            return _free(today.isoformat(), previous_names)
        case Scheme.MILESTONE:
            return _next_milestone(previous_names)
        case Scheme.PATTERN if own := _own(pattern):
            return own.suggestion(previous_names, today, change_level)
        case _:
            return ""


def problem(
    scheme: str, name: str, existing: Collection[str], *, pattern: str = "", today: date | None = None
) -> str | None:
    """Why the name cannot be given, in one sentence, or None. ``today`` gives the example of an own pattern."""
    if not name.strip():
        return "Give the version a name."
    if name != name.strip():
        return "The name begins or ends with a space."
    if len(name) > LONGEST:
        return f"The name is longer than {LONGEST} characters."
    if name.casefold() in {each.casefold() for each in existing}:
        return f"There is a version called “{name}” already."
    if scheme == Scheme.PATTERN:
        return _unlike(pattern, name, today or date.today())  # noqa: DTZ011 - an example, in nobody's time zone
    return _ill_formed(Scheme(scheme), name)


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern cannot be used, in one sentence, or None."""
    try:
        pattern_of(pattern)
    except BadPattern as bad:
        return str(bad)
    return None


def form_of(scheme: str, pattern: str, today: date) -> str:
    """What names look like, for a person: "three numbers …"; "" where everything goes."""
    if scheme == Scheme.PATTERN and (own := _own(pattern)):
        return f"{pattern}, such as {own.example(today)}"
    return FORMS.get(Scheme(scheme), "")


def _own(pattern: str) -> Pattern | None:
    try:
        return pattern_of(pattern)
    except BadPattern:
        return None


def _unlike(pattern: str, name: str, today: date) -> str | None:
    own = _own(pattern)
    if own is None or own.fits(name):
        return None
    return f"“{name}” does not follow this template's pattern {pattern}: a name looks like {own.example(today)}."


def _ill_formed(scheme: Scheme, name: str) -> str | None:
    if scheme is Scheme.NONE or _follows(scheme, name):
        return None
    return f"“{name}” does not follow this template's naming scheme: {FORMS[scheme]}."


def _follows(scheme: Scheme, name: str) -> bool:
    match scheme:
        case Scheme.SEMVER:
            return SEMVER.fullmatch(name) is not None
        case Scheme.DATE:
            return _is_date(name)
        case _:
            return MILESTONE.fullmatch(name) is not None


def _is_date(name: str) -> bool:
    found = DATE.fullmatch(name)
    if found is None or found[1] is None:
        return found is not None
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def _next_number(names: Sequence[str], change_level: ChangeLevel) -> str:
    found = [match for name in names if (match := SEMVER.match(name))]
    if not found:
        return "1.0.0"
    major, minor, patch = max((int(match[1]), int(match[2]), int(match[3])) for match in found)
    match change_level:
        case ChangeLevel.BREAKING:
            return f"{major + 1}.0.0"
        case ChangeLevel.FEATURE:
            return f"{major}.{minor + 1}.0"
        case ChangeLevel.FIX:
            return f"{major}.{minor}.{patch + 1}"


def _free(name: str, names: Sequence[str]) -> str:
    number, free = 0, name
    while free in names:
        number += 1
        free = f"{name}.{number}"
    return free


def _next_milestone(names: Sequence[str]) -> str:
    """Counts the newest milestone on: order-sync-v1, order-sync-v2."""
    if not names:
        return "first-release"
    found = COUNTED.fullmatch(names[0]) if MILESTONE.fullmatch(names[0]) else None
    stem, number = (found[1], int(found[2])) if found else (f"{_slug(names[0])}-v", 1)
    while f"{stem}{number + 1}" in names:
        number += 1
    return f"{stem}{number + 1}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[: LONGEST - 10].strip("-") or "release"
