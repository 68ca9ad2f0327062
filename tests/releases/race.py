"""A race: processes that promote versions of one template at the same moment, again and again."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.processes import python

SETUP_CODE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories.releases import a_template, a_version
template = a_template()
for _ in range({count}):
    a_version(template)
"""
ORACLE_CODE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
django.setup()
from apps.audit import fsck
from apps.releases.models import Release
print(fsck.findings(), Release.objects.live().count())
"""


@dataclass(frozen=True)
class Race:
    """Who takes part and how often they set off. In the suite it is small; ``RACE=20x100`` runs it in full."""

    promoters: int = 4
    rounds: int = 6

    @classmethod
    def wanted(cls) -> "Race":
        size = os.environ.get("RACE", "")
        return cls(*map(int, size.split("x"))) if size else cls()


@dataclass(frozen=True)
class Outcome:
    """What each promoter was told in each round, and how many live versions it saw then."""

    answers: dict[int, Counter[str]]
    live_seen: frozenset[int]
    codes: list[int]


def furnish(data: Path, versions: int, **variables: str) -> None:
    """Make a database with a template that has so many versions. ``variables`` say which database."""
    if python(data, "-c", SETUP_CODE.format(count=versions), **variables).wait() != 0:
        raise RuntimeError("The house of the race could not be made.")
    (data / "meeting").mkdir(exist_ok=True)


def promoter(data: Path, number: int, race: Race, **variables: str) -> subprocess.Popen[str]:
    """Start the process that promotes version ``number``."""
    arguments = [str(each) for each in (data / "meeting", number, race.rounds, race.promoters)]
    return python(data, "-m", "tests.releases.promoter", *arguments, **variables)


def run(data: Path, race: Race, **variables: str) -> Outcome:
    """Let everybody promote in every round."""
    started = [promoter(data, number, race, **variables) for number in range(1, race.promoters + 1)]
    lines = [line.split() for process in started for line in process.communicate()[0].splitlines()]
    return Outcome(
        answers={number: _answers(lines, number) for number in range(race.rounds)},
        live_seen=frozenset(int(live) for _, _, live in lines),
        codes=[process.returncode for process in started],
    )


def oracle(data: Path, **variables: str) -> str:
    """What ``fsck`` finds, and how many versions are live."""
    return python(data, "-c", ORACLE_CODE, **variables).communicate()[0].strip()


def _answers(lines: Iterable[list[str]], number: int) -> Counter[str]:
    return Counter(answer for which, answer, _ in lines if int(which) == number)
