"""The company's first days: its people, its environments, its customers."""

from urllib.parse import urlsplit

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Role
from apps.accounts.services import add_customer, add_person
from apps.audit.actor import Actor
from apps.demo.company.calendar import FIRST_DAY, Chapter
from apps.demo.company.stage import DEVELOPMENT, PRODUCTION, STAGING, Stage
from apps.environments.services import Preset, allow_egress, begin_with, lock_environment, unlock_environment

SETUP = Actor.system("set-up")
TEAM = (
    ("bea", "Bea Lindgren", Role.BUILDER),
    ("otto", "Otto Brandt", Role.OPERATOR),
    ("rita", "Rita Moreau", Role.RELEASE_MANAGER),
    ("sam", "Sam Okafor", Role.SUPPORT),
    ("vera", "Vera Novak", Role.VIEWER),
)
NORTHWIND, CONTOSO, FABRIKAM, LUCERNE = "Northwind Traders", "Contoso", "Fabrikam", "Lucerne Publishing"
TAILSPIN, ADVENTURE, WORLDWIDE = "Tailspin Toys", "Adventure Works", "Wide World Importers"

chapter = Chapter()


@chapter.scene(FIRST_DAY, "08:30")
def the_first_administrator(_: Stage) -> None:
    _add(SETUP, "ada", "Ada Fischer", Role.ADMIN)


@chapter.scene(FIRST_DAY, "08:45")
def ada_adds_the_team(stage: Stage) -> None:
    for username, name, role in TEAM:
        _add(stage.person("ada"), username, name, role)


@chapter.scene(FIRST_DAY, "09:20")
def ada_makes_three_environments(stage: Stage) -> None:
    begin_with(by=stage.person("ada"), preset=Preset.LARGE)


@chapter.scene(FIRST_DAY, "09:35")
def ada_lets_them_call_the_demo_apis(stage: Stage) -> None:
    address = urlsplit(stage.apis)
    for slug in (DEVELOPMENT, STAGING, PRODUCTION):
        allow_egress(
            by=stage.person("ada"),
            environment=stage.environment(slug),
            host=address.hostname or "",
            port=address.port or 80,
            reason="Demo Shop and Demo CRM run on this machine.",
        )


@chapter.scene(41, "13:10")
def the_first_two_customers(stage: Stage) -> None:
    ada = stage.person("ada")
    northwind = add_customer(by=ada, name=NORTHWIND)
    contoso = add_customer(by=ada, name=CONTOSO)
    _add(ada, "cleo", "Cleo Hart", Role.CUSTOMER_ADMIN, northwind)
    _add(ada, "carl", "Carl Jensen", Role.CUSTOMER_ADMIN, contoso)


@chapter.scene(40, "15:40")
def cleo_gets_a_colleague(stage: Stage) -> None:
    _add(stage.person("ada"), "mia", "Mia Castellano", Role.CUSTOMER_MEMBER, stage.customer(NORTHWIND))


@chapter.scene(34, "08:50")
def more_customers(stage: Stage) -> None:
    for name in (TAILSPIN, WORLDWIDE, ADVENTURE):
        add_customer(by=stage.person("ada"), name=name)


@chapter.scene(18, "09:15")
def and_two_more(stage: Stage) -> None:
    for name in (FABRIKAM, LUCERNE):
        add_customer(by=stage.person("ada"), name=name)


@chapter.scene(12, "16:00")
def otto_locks_production_for_the_trade_fair(stage: Stage) -> None:
    reason = "Trade fair: three customers show our integrations there, so nothing changes until it is over."
    lock_environment(by=stage.person("otto"), environment=stage.environment(PRODUCTION), reason=reason)


@chapter.scene(10, "07:50")
def otto_unlocks_production(stage: Stage) -> None:
    unlock_environment(
        by=stage.person("otto"), environment=stage.environment(PRODUCTION), reason="The trade fair is over."
    )


def _add(by: User | Actor, username: str, name: str, role: Role, customer: Customer | None = None) -> None:
    domain = f"{customer.slug}.example" if customer else "slipway.example"
    add_person(
        by=by,
        username=username,
        display_name=name,
        role=role,
        customer=customer,
        email=f"{username}@{domain}",
    )
