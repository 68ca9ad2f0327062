"""A house of 200 templates with 100 releases each, put into the database in bulk: what lists must stay quick with.

Bulk inserts write no history and no audit events; nothing that is measured here looks at them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.db import transaction

from apps.accounts.models import Customer
from apps.connectors.models import Connector, ConnectorVersion
from apps.core import clock
from apps.deployments.models import ConfigRevision, Deployment, Instance
from apps.environments.models import Environment, EnvironmentKind
from apps.releases import reading
from apps.releases.models import ConnectorUse, IntegrationTemplate, Release, Snapshot
from apps.releases.states import Mark, State

TEMPLATES, RELEASES, DRAFTS, CUSTOMERS, CONNECTORS = 200, 100, 2, 8, 5
PLACES = ("Development", "Staging", "Production")
AUTHORS = ("Bea Lindgren", "Rita Moreau", "Otto Brandt")
ROWS = 2_000
TEXT = """\
document:
  dsl: '1.0.3'
  title: Greeting
  metadata:
    slipway:
      slots: {{a: {{connector: system-{first}, version: 1}}, b: {{connector: system-{second}, version: 1}}}}
do:
  - greet:
      set:
        words: variant {number}
"""


@dataclass(frozen=True)
class House:
    """What was put in."""

    templates: Sequence[IntegrationTemplate]
    environments: Sequence[Environment]


@dataclass(frozen=True)
class _Text:
    snapshot: Snapshot
    digest: str
    slots: dict[str, ConnectorVersion]


@transaction.atomic
def load(templates: int = TEMPLATES, releases: int = RELEASES, customers: int = CUSTOMERS) -> House:
    """Put in templates with ``releases`` each, of which two are drafts, and instances of each for every customer."""
    now = clock.now()
    texts = list(_texts(now))
    houses = Customer.objects.bulk_create(
        Customer(name=f"Customer {number}", slug=f"customer-{number}", created_at=now) for number in range(customers)
    )
    places = [_place(name, position, now) for position, name in enumerate(PLACES)]
    made = _bulk(
        IntegrationTemplate(
            name=f"Integration {number:03}",
            slug=f"integration-{number:03}",
            summary=f"Keeps system {number % CONNECTORS} in step with system {(number + 1) % CONNECTORS}.",
            last_number=releases - DRAFTS,
            created_at=now - timedelta(days=900),
        )
        for number in range(templates)
    )
    rows = _bulk(row for template in made for row in _releases(template, releases, texts, now))
    of_digest = {text.digest: text for text in texts}
    _bulk(
        ConnectorUse(release=row, slot=slot, version=version, operations=[])
        for row in rows
        for slot, version in of_digest[row.digest].slots.items()
    )
    _install(rows, houses, places, now)
    return House(made, places)


def _texts(now: datetime) -> Iterator[_Text]:
    connectors = Connector.objects.bulk_create(
        Connector(name=f"System {number}", slug=f"system-{number}", created_at=now) for number in range(CONNECTORS)
    )
    versions = ConnectorVersion.objects.bulk_create(
        ConnectorVersion(connector=connector, number=1, created_at=now, updated_at=now) for connector in connectors
    )
    for number in range(CONNECTORS + 1):
        first, second = number % CONNECTORS, (number + 1) % CONNECTORS
        text = TEXT.format(number=number, first=first, second=second)
        slots = {"a": versions[first], "b": versions[second]}
        yield _Text(Snapshot.objects.keep(text), reading.typed(text).digest, slots)


def _place(name: str, position: int, now: datetime) -> Environment:
    kind = EnvironmentKind.PRODUCTION if name == "Production" else EnvironmentKind.DEVELOPMENT
    made = Environment(name=name, slug=name.lower(), position=position, kind=kind, created_at=now)
    return Environment.objects.bulk_create([made])[0]


def _releases(template: IntegrationTemplate, count: int, texts: Sequence[_Text], now: datetime) -> Iterator[Release]:
    last = count - DRAFTS
    live = max(1, last - 3)
    for number in range(1, last + 1):
        made = now - timedelta(days=2 * (last - number) + 1)
        state = State.LIVE if number == live else State.SUPERSEDED if number < live else State.VERSION
        marked = state is State.SUPERSEDED and number % 10 == 3
        yield _release(
            template,
            texts[number % CONNECTORS],
            made,
            number,
            state=state,
            name=f"1.{number}.0-order-sync",
            description=f"Change {number}: asks for less at once and tries again where the other side was busy.",
            notes="Orders arrive **sooner**." if number % 3 else "",
            number=number,
            frozen_at=made,
            mark=Mark.DEPRECATED if marked else Mark.NONE,
            mark_at=made if marked else None,
            mark_reason="The API that it calls ends in May." if marked else "",
        )
    for number in range(DRAFTS):
        # No version holds the last text: such a draft has changes.
        text = texts[(template.pk + number) % len(texts)]
        yield _release(template, text, now, number, is_latest=number == 0, saved_at=now, saved_by_name=AUTHORS[0])


def _release(template: IntegrationTemplate, text: _Text, made: datetime, author: int, **fields: object) -> Release:
    return Release(
        integration_template=template,
        snapshot=text.snapshot,
        digest=text.digest,
        created_by_name=AUTHORS[author % len(AUTHORS)],
        created_at=made,
        **fields,
    )


def _install(
    releases: Sequence[Release], customers: Sequence[Customer], places: Sequence[Environment], now: datetime
) -> None:
    """One instance for each customer and the team itself, spread over the environments and the newest versions."""
    newest: dict[int, list[Release]] = {}
    for release in releases:
        if release.number:
            newest.setdefault(release.integration_template_id, []).insert(0, release)
    chosen = [
        (versions[index % min(len(versions), 6)], places[index % len(places)], customer)
        for versions in newest.values()
        for index, customer in enumerate([None, None, None, *customers])
    ]
    instances = _bulk(
        Instance(
            integration_template=release.integration_template, environment=place, customer=customer, created_at=now
        )
        for release, place, customer in chosen
    )
    revisions = _bulk(
        ConfigRevision(instance=one, number=1, data={}, created_at=now, created_by_name=AUTHORS[1]) for one in instances
    )
    deployments = _bulk(
        Deployment(
            instance=one,
            number=1,
            release=release,
            config_revision=revision,
            kind="install",
            actor_name=AUTHORS[1],
            at=now,
        )
        for one, revision, (release, _, _) in zip(instances, revisions, chosen, strict=True)
    )
    for one, deployment in zip(instances, deployments, strict=True):
        one.current_deployment = deployment
    Instance.objects.bulk_update(instances, ["current_deployment"], batch_size=400)


def _bulk[Row](rows: Iterator[Row]) -> list[Row]:
    made: list[Row] = []
    for part in batched(rows, ROWS):
        made += type(part[0])._default_manager.bulk_create(part)
    return made
