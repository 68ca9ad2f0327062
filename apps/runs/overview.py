"""What the first page of the console shows: what needs a person, and how the last days went."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from apps.accounts.models import User
from apps.connectors.enums import ConnectionState
from apps.connectors.models import Connection
from apps.core import clock
from apps.deployments.models import Instance
from apps.deployments.rollouts.selectors import needing_somebody
from apps.deployments.rollouts.states import RolloutState
from apps.deployments.selectors import instances_visible_to, with_versions
from apps.infra.jobs.workers import workers_alive
from apps.releases.states import Mark
from apps.runs.models import Run
from apps.runs.selectors import runs_visible_to
from apps.runs.states import RunState

DAYS = 14
RECENTLY = timedelta(days=7)
MOST = 6


@dataclass(frozen=True)
class Need:
    """Something that waits for a person: what it is, where to see to it, and how bad it is (a tone)."""

    text: str
    detail: str
    url: str
    icon: str
    tone: str


@dataclass(frozen=True)
class Day:
    """How the runs of one day ended, and the bars of it in a chart 40 units high."""

    date: date
    succeeded: int
    failed: int
    highest: int

    HEIGHT = 40

    @property
    def total(self) -> int:
        """Every run that ended."""
        return self.succeeded + self.failed

    @property
    def succeeded_height(self) -> int:
        """Height of the bar of those that succeeded."""
        return round(self.HEIGHT * self.succeeded / self.highest)

    @property
    def failed_height(self) -> int:
        """Height of the bar of those that failed; never too small to see."""
        return max(round(self.HEIGHT * self.failed / self.highest), 2) if self.failed else 0

    @property
    def failed_y(self) -> int:
        """Where the bar of the failed begins, from the top."""
        return self.HEIGHT - self.succeeded_height - self.failed_height

    @property
    def succeeded_y(self) -> int:
        """Where the bar of the succeeded begins, from the top."""
        return self.HEIGHT - self.succeeded_height


@dataclass(frozen=True)
class Standing:
    """How many of the installed instances run what is live."""

    instances: int
    behind: int
    paused: int

    @property
    def current(self) -> int:
        """Instances that are not behind the live version."""
        return self.instances - self.behind


def needs(person: User) -> list[Need]:
    """Return what waits for somebody, the most urgent first; at most a few of each kind."""
    found = [
        *_uncertain(person),
        *_quarantined(person),
        *_rollouts(),
        *_failing(person),
        *_broken_connections(person),
    ]
    if not workers_alive():
        text, detail = "No worker is running", "Queued runs wait until one is started: manage.py worker"
        found.insert(0, Need(text, detail, reverse("runs:run_list"), "engine-off", "red"))
    return found


def days(person: User) -> list[Day]:
    """Return the last days, oldest first, with how many runs ended well and badly in each."""
    today = clock.now().date()
    first = today - timedelta(days=DAYS - 1)
    ended = runs_visible_to(person).filter(finished_at__date__gte=first, finished_at__date__lte=today)
    rows = ended.annotate(day=TruncDate("finished_at")).order_by().values("day", "state").annotate(count=Count("pk"))
    counts: Counter[tuple[date, str]] = Counter({(row["day"], row["state"]): row["count"] for row in rows})
    dates = [first + timedelta(days=number) for number in range(DAYS)]
    pairs = [(day, counts[day, RunState.SUCCEEDED], counts[day, RunState.FAILED]) for day in dates]
    highest = max(1, *(succeeded + failed for _, succeeded, failed in pairs))
    return [Day(*pair, highest) for pair in pairs]


def standing(person: User) -> Standing:
    """Return how the installed instances stand."""
    deployed = with_versions(instances_visible_to(person)).filter(current_deployment__isnull=False)
    counts = deployed.aggregate(
        instances=Count("pk"),
        behind=Count("pk", filter=Q(live_number__gt=F("current_deployment__release__number"))),
        paused=Count("pk", filter=Q(paused_at__isnull=False)),
    )
    return Standing(**counts)


def _uncertain(person: User) -> Iterator[Need]:
    for run in runs_visible_to(person).filter(state=RunState.UNCERTAIN)[:MOST]:
        yield Need(
            f"{_name(run)} waits for a decision",
            "Nobody knows whether a call arrived.",
            run.get_absolute_url(),
            "help",
            "amber",
        )


def _rollouts() -> Iterator[Need]:
    for rollout in needing_somebody(clock.now() - RECENTLY)[:MOST]:
        is_paused, unsettled = rollout.status is RolloutState.PAUSED, int(vars(rollout)["unsettled"])
        left = f"{unsettled} instance{'' if unsettled == 1 else 's'}"
        yield Need(
            f"{rollout} is paused" if is_paused else f"{rollout}: {left} not updated",
            f"{left} failed or wait for somebody." if is_paused and unsettled else _why(is_paused=is_paused),
            rollout.get_absolute_url(),
            "player-pause" if is_paused else "stack-push",
            "amber",
        )


def _why(*, is_paused: bool) -> str:
    return "Nothing more is updated until it is resumed." if is_paused else "They failed, or wait for somebody."


def _failing(person: User) -> Iterator[Need]:
    """Yield instances whose newest finished run failed lately: a later success has settled the matter."""
    seen: set[int] = set()
    for run in _lately(person):
        if run.instance_id in seen:
            continue
        seen.add(run.instance_id or 0)
        if run.state == RunState.FAILED and len(seen) <= MOST:
            yield Need(
                f"{_name(run)} failed",
                run.why_failed,
                run.get_absolute_url(),
                "circle-x",
                "red",
            )


def _lately(person: User) -> "QuerySet[Run]":
    over = (RunState.FAILED, RunState.SUCCEEDED)
    since = clock.now() - RECENTLY
    return runs_visible_to(person).filter(state__in=over, finished_at__gte=since, instance__isnull=False)


def _quarantined(person: User) -> Iterator[Need]:
    running: QuerySet[Instance] = with_versions(instances_visible_to(person))
    for instance in running.filter(current_deployment__release__mark=Mark.QUARANTINED, paused_at=None)[:MOST]:
        yield Need(
            f"{instance} runs a quarantined version",
            "No run of it starts. Undo the deployment or change the version.",
            instance.get_absolute_url(),
            "shield-x",
            "red",
        )


def _broken_connections(person: User) -> Iterator[Need]:
    broken = Connection.objects.filter(state=ConnectionState.INVALID).select_related("environment", "customer")
    for connection in broken[:MOST] if not person.customer_id else ():
        owner = connection.customer or "Team"
        detail = f"{owner} · {connection.environment}"
        yield Need(f"Connection {connection} does not work", detail, connection.get_absolute_url(), "key-off", "amber")


def _name(run: Run) -> str:
    return str(run.instance or run.release)
