"""The demo company's calendar: scenes, and when each is played."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from apps.demo.company.stage import Stage

SATURDAY = 5
# 43 working days before today: 59 to 61 days ago.
FIRST_DAY = 43

type Act = Callable[[Stage], object]


@dataclass(frozen=True)
class Scene:
    """Something that people or machines of the company do at one moment."""

    moment: datetime
    act: Act


@dataclass(frozen=True)
class Chapter:
    """Scenes about one subject, in the order in which the file tells them."""

    scenes: list[tuple[int, time, Act]] = field(default_factory=list)

    def scene(self, day: int, at: str) -> Callable[[Act], Act]:
        """Play the function ``day`` working days before today, at that time in UTC."""

        def keep(act: Act) -> Act:
            self.scenes.append((day, time.fromisoformat(at), act))
            return act

        return keep

    def dated(self, today: date) -> list[Scene]:
        """Return the scenes with their moments."""
        return [Scene(moment_of(working_day(today, day), at), act) for day, at, act in self.scenes]


def working_day(today: date, ago: int) -> date:
    """Return the day that lies ``ago`` working days before ``today``."""
    day = today
    while ago:
        day -= timedelta(days=1)
        ago -= day.weekday() < SATURDAY
    return day


def moment_of(day: date, at: time) -> datetime:
    """Return the moment of a day, in UTC."""
    return datetime.combine(day, at, tzinfo=UTC)
