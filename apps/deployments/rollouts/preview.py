"""What an update of many instances would do to each. Reading only: nothing here writes anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.connectors.enums import Scheme
from apps.connectors.models import Connection
from apps.deployments.config_form import Carried, carry
from apps.deployments.models import Deployment, Instance, Rollout, RolloutItem, SlotBinding
from apps.deployments.plan import Plan, Target
from apps.deployments.readiness import config_problems, connection_problems, foreign_problems, problems_of_place
from apps.deployments.rights import By
from apps.deployments.rollouts.states import ItemState
from apps.deployments.rollouts.verdicts import Facts, Verdict, verdict
from apps.deployments.selectors import schemes_by_slot
from apps.deployments.wizard import completed
from apps.environments.models import Environment
from apps.releases.definition import Definition
from apps.releases.models import Release
from apps.releases.pins import pinned_release
from apps.releases.selectors import definition_of


@dataclass(frozen=True)
class Considered:
    """An instance with its verdict, and the plan that a silent update carries out (None where none is thought of)."""

    instance: Instance
    current: Deployment
    verdict: Verdict
    plan: Plan | None = None


def complete(instances: QuerySet[Instance]) -> QuerySet[Instance]:
    """Load all that a verdict asks about each instance, in a number of queries that does not grow with them."""
    bindings = SlotBinding.objects.select_related("connection__connector").defer("connection__sealed")
    return instances.select_related(
        "integration_template",
        "environment__locked_by",
        "customer",
        "current_deployment__release",
        "current_deployment__config_revision",
    ).prefetch_related(Prefetch("current_deployment__bindings", queryset=bindings))


def consider(
    instances: Iterable[Instance], release: Release, *, by: By, within: Rollout | None = None
) -> list[Considered]:
    """Give every instance its verdict. ``within``: the rollout that asks; its own items block nothing."""
    found = list(instances)
    judge = _Judge.of(found, release, by=by, within=within)
    return [judge.consider(instance) for instance in found]


@dataclass
class _Judge:
    """Everything that many instances share, read once."""

    release: Release
    definition: Definition
    by: By
    definitions: Mapping[int, Definition]
    pinned: Release | None
    busy: Mapping[int, int]
    of_place: dict[int, tuple[str, ...]]
    schemes: dict[int, dict[str, Scheme]]

    @classmethod
    def of(cls, instances: list[Instance], release: Release, *, by: By, within: Rollout | None) -> "_Judge":
        running = {each.current_deployment.release_id for each in instances if each.current_deployment}
        releases = Release.objects.select_related("snapshot").in_bulk(running)
        return cls(
            release=release,
            definition=definition_of(release),
            by=by,
            definitions={pk: definition_of(found) for pk, found in releases.items()},
            pinned=pinned_release(release.integration_template),
            busy=_busy(instances, within),
            of_place={},
            schemes={},
        )

    def consider(self, instance: Instance) -> Considered:
        current = instance.current_deployment
        if current is None:
            raise ValueError(f"{instance} holds nothing that could be updated.")
        if current.release_id == self.release.pk:
            return Considered(instance, current, verdict(self._facts(current, runs_target=True)))
        carried = self._carried(current)
        plan = self._plan(instance, current, carried)
        facts = self._facts(
            current,
            pinned_to=self._held_at(instance),
            obstacles=(*self._busy_in(instance), *self._of_place(plan), *_told(foreign_problems(plan, person=self.by))),
            connections=_told(connection_problems(plan, self._schemes(instance.environment))),
            answers=(*_told(config_problems(plan)), *self._refused(carried)),
            dropped=tuple(lost.title for lost in carried.lost if not self._is_asked(lost.name)),
            is_paused=instance.paused_at is not None,
        )
        return Considered(instance, current, verdict(facts), plan)

    def _facts(self, current: Deployment, **facts: Any) -> Facts:
        goes_back = (current.release.number or 0) > (self.release.number or 0)
        return Facts(current=current.release.label, target=self.release.label, goes_back=goes_back, **facts)

    def _carried(self, current: Deployment) -> Carried:
        before = self.definitions[current.release_id].config_schema
        return carry(current.config_revision.data, before, self.definition.config_schema, self.definition.migrations)

    def _plan(self, instance: Instance, current: Deployment, carried: Carried) -> Plan:
        return Plan(
            target=Target.of(instance),
            instance=instance,
            release=self.release,
            definition=self.definition,
            config=completed(self.definition, carried.answers, carried.asked),
            connections=self._connections(current),
        )

    def _connections(self, current: Deployment) -> dict[str, Connection]:
        bound = {binding.slot: binding.connection for binding in current.bindings.all()}
        return {slot: bound[slot] for slot in self.definition.slots if slot in bound}

    def _held_at(self, instance: Instance) -> str:
        is_held = self.pinned is not None and self.pinned != self.release and instance.customer_id is not None
        return self.pinned.label if self.pinned and is_held else ""

    def _busy_in(self, instance: Instance) -> list[str]:
        rollout = self.busy.get(instance.pk)
        return [f"Rollout {rollout} has not finished with it. Wait for it, or cancel it."] if rollout else []

    def _of_place(self, plan: Plan) -> tuple[str, ...]:
        environment = plan.target.environment.pk
        if environment not in self.of_place:
            self.of_place[environment] = _told(problems_of_place(plan, person=self.by))
        return self.of_place[environment]

    def _schemes(self, environment: Environment) -> dict[str, Scheme]:
        if environment.pk not in self.schemes:
            self.schemes[environment.pk] = schemes_by_slot(environment, self.definition.slots)
        return self.schemes[environment.pk]

    def _refused(self, carried: Carried) -> list[str]:
        return [
            f"The answer to “{lost.title}” would be lost. {lost.why}"
            for lost in carried.lost
            if self._is_asked(lost.name)
        ]

    def _is_asked(self, name: str) -> bool:
        """Tell whether the target asks this still, perhaps under another name."""
        renamed = {old for old, _ in self.definition.migrations}
        return name in self.definition.config_schema.get("properties", {}) or name in renamed


def _busy(instances: list[Instance], within: Rollout | None) -> dict[int, int]:
    items = RolloutItem.objects.filter(state=ItemState.QUEUED, instance__in=instances)
    if within:
        items = items.exclude(rollout=within)
    return dict(items.values_list("instance", "rollout"))


def _told(problems: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(problem) for problem in problems))
