"""Everything that stands between a plan and its deployment, each thing as a sentence that says how to mend it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from apps.accounts.models import User
from apps.connectors.enums import ConnectionState, Scheme
from apps.connectors.models import Connection, Sync
from apps.connectors.selectors import operations_of
from apps.deployments.config_form import Kind, faults, questions
from apps.deployments.plan import Plan
from apps.deployments.rights import By, why_not
from apps.deployments.selectors import schemes_by_slot, signs_in
from apps.environments.models import Environment
from apps.releases.definition import Finding, Slot, lint
from apps.releases.selection import Audience
from apps.releases.selectors import verdict

type About = Literal["version", "connections", "configuration", "environment"]


@dataclass(frozen=True)
class Problem:
    """One thing that is missing. ``about`` is the wizard's step that mends it, ``field`` the slot or the question."""

    about: About
    sentence: str
    field: str = ""
    url: str = ""

    def __str__(self) -> str:
        return self.sentence


type Check = Callable[[Plan, By], Iterable[Problem]]
_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Let an app above name what else stands in the way of a plan. Call it in the app's ``ready``."""
    if check not in _checks:
        _checks.append(check)


def problems(plan: Plan, *, person: By) -> list[Problem]:
    """Return everything that is missing; empty when the plan can be deployed by this person now."""
    return [
        *foreign_problems(plan, person=person),
        *problems_of_place(plan, person=person),
        *connection_problems(plan, schemes_by_slot(plan.target.environment, plan.definition.slots)),
        *config_problems(plan),
    ]


def foreign_problems(plan: Plan, *, person: By) -> list[Problem]:
    """Return what the apps above have against the plan."""
    return [problem for check in _checks for problem in check(plan, person)]


def problems_of_place(plan: Plan, *, person: By) -> list[Problem]:
    """Return what stands in the way of the release in the environment, the same for every owner there."""
    syncs = synced_builds(plan)
    return [
        *_environment_problems(plan, person),
        *_release_problems(plan, person),
        *_definition_problems(plan, syncs),
        *_connector_problems(plan, syncs),
    ]


def synced_builds(plan: Plan) -> dict[str, Sync]:
    """Return, by slot, what serves its connector version in the plan's environment."""
    slots = plan.definition.slots.values()
    rows = Sync.objects.filter(
        environment=plan.target.environment, version__connector__slug__in={slot.connector for slot in slots}
    ).select_related("version__connector", "build")
    serving = {(row.version.connector.slug, row.version.number): row for row in rows}
    return {
        slot.name: serving[slot.connector, slot.version] for slot in slots if (slot.connector, slot.version) in serving
    }


def lock_sentence(environment: Environment) -> str:
    """Say who locked the environment and why."""
    who = environment.locked_by or "somebody"
    why = f": {environment.lock_reason.rstrip('.')}" if environment.lock_reason else ""
    return f"{environment} is locked by {who}{why}. It can be unlocked on the page of the environment."


def _environment_problems(plan: Plan, person: By) -> Iterator[Problem]:
    environment = plan.target.environment
    if environment.is_locked:
        yield Problem("environment", lock_sentence(environment), url=environment.get_absolute_url())
    if refusal := why_not(person, environment=environment, customer=plan.target.customer):
        yield Problem("environment", refusal)


def _release_problems(plan: Plan, person: By) -> Iterator[Problem]:
    if plan.release.integration_template_id != plan.target.integration_template.pk:
        yield Problem("version", f"{plan.release} is a release of another template. Choose one of this template.")
    audience = Audience.CUSTOMER if isinstance(person, User) and person.customer_id else Audience.TEAM
    answer = verdict(plan.release, plan.purpose, audience)
    if not answer.ok:
        yield Problem("version", f"{plan.release.label} cannot be chosen. {answer.reason}")
    if not plan.release.is_draft and plan.definition.digest != plan.release.digest:
        yield Problem("version", f"{plan.release.label} is not what was frozen: its text was altered. Choose another.")


def _definition_problems(plan: Plan, syncs: Mapping[str, Sync]) -> Iterator[Problem]:
    catalogues = {slot: operations_of(sync.build) for slot, sync in syncs.items()}
    errors = [finding for finding in lint(plan.definition, catalogues) if finding.is_error]
    for finding in dict.fromkeys([*plan.definition.unsupported, *errors]):
        yield Problem("version", _told(finding), url=plan.release.get_absolute_url())


def _told(finding: Finding) -> str:
    where = f"Step {finding.step}: " if finding.step else ""
    place = f" ({finding.place})" if finding.place else ""
    return f"{where}{finding.message}{place} {finding.mend}".strip()


def _connector_problems(plan: Plan, syncs: Mapping[str, Sync]) -> Iterator[Problem]:
    for name, slot in plan.definition.slots.items():
        if name not in syncs:
            yield Problem(
                "version",
                f"“{slot.connector}” v{slot.version}, which “{slot.title}” needs, is not synced to "
                f"{plan.target.environment}. Sync it on the page of the connector.",
                field=name,
            )


def connection_problems(plan: Plan, schemes: Mapping[str, Scheme]) -> Iterator[Problem]:
    """Yield what is wrong with each slot's connection. ``schemes``: how each slot's version signs in there."""
    for name, slot in plan.definition.slots.items():
        if wrong := _connection_problem(plan, slot, plan.connections.get(name), schemes.get(name)):
            yield Problem("connections", wrong, field=name)


def _connection_problem(plan: Plan, slot: Slot, connection: Connection | None, scheme: Scheme | None) -> str:
    if connection is None:
        return f"“{slot.title}” has no connection. Choose one, or make a new one."
    if not fits(connection, slot, plan):
        return (
            f"The connection chosen for “{slot.title}” is not one of {plan.target.owner_name} for {slot.connector} in "
            f"{plan.target.environment}. Choose another."
        )
    if scheme and not signs_in(connection, scheme):
        return (
            f"The connection “{connection}” signs in with {_way(connection.scheme)}, but {slot.connector} "
            f"v{slot.version} wants {_way(scheme)} in {plan.target.environment}. Choose another for “{slot.title}”."
        )
    if connection.state == ConnectionState.UNTESTED:
        return f"The connection “{connection}” for “{slot.title}” has never been tested. Test it."
    if connection.state != ConnectionState.VALID:
        return f"The connection “{connection}” for “{slot.title}” failed its last test. Mend it and test it again."
    return ""


def _way(scheme: str) -> str:
    label = Scheme(scheme).label
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def fits(connection: Connection, slot: Slot, plan: Plan) -> bool:
    """Tell whether a connection is of the slot's connector, of this environment and of this owner."""
    owner = plan.target.customer.pk if plan.target.customer else None
    return (
        connection.environment_id == plan.target.environment.pk
        and connection.customer_id == owner
        and connection.connector.slug == slot.connector
    )


def config_problems(plan: Plan) -> Iterator[Problem]:
    """Yield what is wrong with the answers."""
    schema = plan.definition.config_schema
    asked = questions(schema)
    for question in asked.values():
        if question.kind is Kind.SECRET:
            yield Problem(
                "version",
                f"“{question.title}” asks for a secret, which no configuration may hold. Make it a slot, so that "
                "a connection keeps it.",
            )
    for fault in faults(schema, dict(plan.config)) if schema else ():
        title = asked[fault.field].title if fault.field in asked else fault.field
        named = f"“{title}”: " if title else ""
        yield Problem("configuration", f"{named}{fault.sentence}", field=fault.field)
