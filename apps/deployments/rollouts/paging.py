"""The preview of very many instances: counts over all of them, and one page in the order of their verdicts."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.deployments.models import Instance
from apps.deployments.rights import By
from apps.deployments.rollouts.preview import Considered, consider
from apps.deployments.rollouts.verdicts import Outcome
from apps.releases.models import Release

PER_PAGE = 100
AT_ONCE = 500
IN_ORDER = list(Outcome)

type Key = tuple[int, int, str, str, int]
FIRST: Key = (-1, 0, "", "", 0)


@dataclass(frozen=True)
class Preview:
    """One page with the counts over all. ``after`` leads to the next page; "" where this is the last."""

    rows: list[Considered]
    counts: dict[Outcome, int]
    after: str

    @property
    def ready(self) -> int:
        """How many of all can take part."""
        return sum(number for outcome, number in self.counts.items() if outcome.takes_part)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


def preview(instances: QuerySet[Instance], release: Release, *, by: By, after: str = "") -> Preview:
    """Judge all and return the page behind the row that ``after`` names: wherever that row is now, none is skipped."""
    start, page, counts = _key_from(after), list[Considered](), Counter[Outcome]()
    for rows in _in_parts(instances, release, by=by):
        counts.update(row.verdict.outcome for row in rows)
        page += [row for row in rows if _key(row) > start]
        page = sorted(page, key=_key)[: PER_PAGE + 1]
    more = json.dumps(_key(page[PER_PAGE - 1])) if len(page) > PER_PAGE else ""
    return Preview(page[:PER_PAGE], {outcome: counts[outcome] for outcome in Outcome}, more)


def all_that_take_part(instances: QuerySet[Instance], release: Release, *, by: By) -> dict[int, int]:
    """Return every instance that can take part with what runs there now: ``{instance: deployment}``."""
    return {
        row.instance.pk: row.current.pk
        for rows in _in_parts(instances, release, by=by)
        for row in rows
        if row.verdict.outcome.takes_part
    }


def _in_parts(instances: QuerySet[Instance], release: Release, *, by: By) -> Iterator[list[Considered]]:
    """Judge part by part, so that the memory of thousands is never held at once."""
    last = 0
    while part := list(instances.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield consider(part, release, by=by)
        if len(part) < AT_ONCE:
            return
        last = part[-1].pk


def _key(row: Considered) -> Key:
    instance = row.instance
    customer = instance.customer.name if instance.customer else ""
    return (
        IN_ORDER.index(row.verdict.outcome),
        instance.environment.position,
        customer,
        instance.label,
        instance.pk,
    )


def _key_from(text: str) -> Key:
    try:
        outcome, position, customer, label, pk = json.loads(text)
        return (int(outcome), int(position), str(customer), str(label), int(pk))
    except (ValueError, TypeError):
        return FIRST
