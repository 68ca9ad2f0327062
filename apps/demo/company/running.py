"""The runs of 60 days: who starts what how often. Each of them really runs, against the demo APIs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.demo.company import key_accounts, low_stock_alert, orders_to_crm, weekly_sales_report
from apps.demo.company.calendar import FIRST_DAY, Scene, moment_of, working_day
from apps.demo.company.house import ADVENTURE, CONTOSO, FABRIKAM, NORTHWIND, TAILSPIN, WORLDWIDE
from apps.demo.company.stage import DEVELOPMENT, PRODUCTION, STAGING, TEAM, Stage
from apps.runs.in_process import carry_out_now
from apps.runs.models import Run
from apps.runs.schedules import start_due_runs
from apps.runs.services import retry_run, start_run

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = 0


@dataclass(frozen=True)
class Habit:
    """Somebody starts a run every so many working days, from ``first`` to ``last`` working days before today."""

    who: str
    template: str
    environment: str
    owner: str
    every: int
    first: int
    last: int
    at: str

    def scenes(self, today: date) -> Iterator[Scene]:
        """Return a scene for each of the runs."""
        for ago in range(self.first, self.last - 1, -self.every):
            moment = moment_of(working_day(today, ago), time.fromisoformat(self.at))
            yield Scene(moment, self._run)

    def _run(self, stage: Stage) -> None:
        instance = stage.instance(self.template, self.environment, self.owner)
        carry_out_now(start_run(by=stage.person(self.who), instance=instance))


ORDERS, REPORT, STOCK, ACCOUNTS = (
    orders_to_crm.NAME,
    weekly_sales_report.NAME,
    low_stock_alert.NAME,
    key_accounts.NAME,
)

HABITS: tuple[Habit, ...] = (
    Habit("bea", ORDERS, DEVELOPMENT, TEAM, every=1, first=40, last=40, at="14:40"),
    Habit("bea", ORDERS, DEVELOPMENT, TEAM, every=8, first=24, last=1, at="10:45"),
    Habit("otto", ORDERS, STAGING, TEAM, every=16, first=39, last=23, at="10:05"),
    Habit("otto", ORDERS, PRODUCTION, TEAM, every=5, first=38, last=1, at="11:15"),
    Habit("cleo", ORDERS, PRODUCTION, NORTHWIND, every=3, first=37, last=1, at="15:10"),
    Habit("carl", ORDERS, PRODUCTION, CONTOSO, every=5, first=36, last=1, at="14:20"),
    Habit("otto", ORDERS, PRODUCTION, TAILSPIN, every=6, first=32, last=2, at="12:30"),
    Habit("otto", ORDERS, PRODUCTION, ADVENTURE, every=6, first=31, last=1, at="12:40"),
    Habit("otto", ORDERS, PRODUCTION, WORLDWIDE, every=7, first=31, last=9, at="12:50"),
    Habit("otto", ORDERS, PRODUCTION, FABRIKAM, every=5, first=16, last=4, at="13:30"),
    Habit("otto", ORDERS, PRODUCTION, FABRIKAM, every=1, first=2, last=1, at="13:30"),
    Habit("bea", REPORT, DEVELOPMENT, TEAM, every=16, first=34, last=18, at="10:30"),
    Habit("otto", REPORT, PRODUCTION, TEAM, every=5, first=33, last=18, at="13:40"),
    Habit("otto", REPORT, PRODUCTION, TEAM, every=1, first=4, last=4, at="09:05"),
    Habit("cleo", REPORT, PRODUCTION, NORTHWIND, every=5, first=31, last=1, at="16:05"),
    Habit("bea", STOCK, DEVELOPMENT, TEAM, every=5, first=30, last=25, at="13:05"),
    Habit("bea", ACCOUNTS, DEVELOPMENT, TEAM, every=1, first=28, last=28, at="10:40"),
    Habit("carl", ACCOUNTS, PRODUCTION, CONTOSO, every=1, first=26, last=26, at="09:30"),
    Habit("carl", ACCOUNTS, PRODUCTION, CONTOSO, every=5, first=22, last=2, at="09:30"),
    Habit("otto", ACCOUNTS, PRODUCTION, ADVENTURE, every=1, first=7, last=6, at="14:00"),
)


def scenes(today: date) -> list[Scene]:
    """Return every run as a scene."""
    retry = Scene(moment_of(working_day(today, 4), time(10, 40)), otto_tries_the_mended_list_again)
    by_hand = [scene for habit in HABITS for scene in habit.scenes(today)]
    return [*by_hand, retry, *turns_of_the_scheduler(today)]


def turns_of_the_scheduler(today: date) -> Iterator[Scene]:
    """Return the mornings at which something is due, Saturdays and Sundays too."""
    day = working_day(today, FIRST_DAY)
    while day <= today:
        for hour in (6, 7) if day.weekday() == MONDAY else (6,):
            yield Scene(datetime.combine(day, time(hour, 0, 4), tzinfo=BERLIN), the_scheduler_has_its_turn)
        day += timedelta(days=1)


def the_scheduler_has_its_turn(_: Stage) -> None:
    """Start what is due, as every worker does, and carry it out."""
    start_due_runs()
    for run in Run.objects.queued():
        carry_out_now(run)


def otto_tries_the_mended_list_again(stage: Stage) -> None:
    """Retry the last run of the list with the mistyped address."""
    failed = stage.instance(ACCOUNTS, PRODUCTION, ADVENTURE).runs.latest("queued_at")
    carry_out_now(retry_run(by=stage.person("otto"), run=failed))
