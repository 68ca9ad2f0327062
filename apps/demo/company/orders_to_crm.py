"""The main story: "Orders to CRM" goes from a first version to a live second one, with a third on its way."""

from datetime import timedelta
from typing import Any

from apps.core import clock
from apps.demo.company.calendar import Chapter
from apps.demo.company.house import ADVENTURE, CONTOSO, FABRIKAM, NORTHWIND, TAILSPIN, WORLDWIDE
from apps.demo.company.stage import CRM, DEVELOPMENT, PRODUCTION, SHOP, STAGING, Stage, edited, text_of
from apps.deployments.services import choose_release, pause_instance, start_wizard, undo_deployment
from apps.releases.selectors import definition_of
from apps.releases.services import create_template, create_version, edit_notes, make_live
from apps.releases.starters import starter
from apps.runs.in_process import carry_out_now
from apps.runs.services import start_test_run

NAME = "Orders to CRM"

NOTES_1 = """\
The first version.

- Every order of your shop makes sure that its customer is a **contact** in your CRM.
- You choose from which day on, and which orders count.
"""
NOTES_2 = """\
**New: deals.** Every order becomes a deal of its contact. You can switch this off.

- New contacts carry *tags* of your choice.
- A CRM that is busy for a moment no longer stops a run: it gets five more chances.

Nothing changes for you until you update; your answers are kept.
"""
ASK_FOR_STAGE = (
    ("fields: [contactSource, tags, createDeals]", "fields: [contactSource, tags, createDeals, dealStage]"),
    (
        "            batchSize:\n",
        "            dealStage:\n"
        "              type: string\n"
        "              title: Deals begin as\n"
        "              description: Choose “open” if somebody looks at every deal first.\n"
        "              enum: [open, won]\n"
        "              default: won\n"
        "            batchSize:\n",
    ),
    ("stage: won\n", "stage: ${ $workflow.input.config.dealStage }\n"),
)
FEW_ORDERS = "A few orders per run, until we know how busy their CRM is."
SHORTER_PAUSE = ("milliseconds: 200\n", "milliseconds: 100\n")

chapter = Chapter()


def a_month_ago() -> str:
    """Return the day a month before the scene's, as the wizard's date field gives it."""
    return (clock.now() - timedelta(days=30)).date().isoformat()


def usual(source: str) -> dict[str, Any]:
    """Return what the team answers for itself and for others: delivered orders of the last month, two per run."""
    return {"contactSource": source, "since": a_month_ago(), "status": "delivered", "batchSize": 2}


@chapter.scene(40, "09:00")
def bea_writes_it(stage: Stage) -> None:
    first = edited(text_of("orders_to_crm_v1"), ("lifecycle: customer", "lifecycle: lead"))
    create_template(
        by=stage.person("bea"),
        name=NAME,
        summary="Keeps the contacts and deals of a CRM up to date with the orders of a shop.",
        text=first,
    )


@chapter.scene(40, "11:45")
def bea_corrects_what_contacts_begin_as(stage: Stage) -> None:
    stage.write("bea", NAME, text_of("orders_to_crm_v1"))


@chapter.scene(40, "14:05")
def bea_freezes_the_first_version(stage: Stage) -> None:
    version = create_version(
        by=stage.person("bea"),
        draft=stage.draft(NAME),
        name="1.0.0",
        description="Contacts only. Enough for the pilot with Northwind.",
    )
    edit_notes(by=stage.person("bea"), release=version, notes=NOTES_1)


@chapter.scene(40, "14:30")
def bea_tries_it_in_development(stage: Stage) -> None:
    stage.deploy("bea", NAME, 1, DEVELOPMENT, **usual("Demo Shop (dev)"))


@chapter.scene(39, "09:50")
def otto_installs_it_in_staging(stage: Stage) -> None:
    answers = usual("Demo Shop (staging)")
    stage.deploy("otto", NAME, 1, STAGING, reason="A day of trial before customers see it.", **answers)


@chapter.scene(38, "10:30")
def rita_makes_it_live(stage: Stage) -> None:
    reason = "A quiet day in staging; Northwind and Contoso are waiting for it."
    make_live(by=stage.person("rita"), release=stage.version(NAME, 1), reason=reason)


@chapter.scene(38, "11:00")
def otto_installs_it_for_the_team(stage: Stage) -> None:
    stage.deploy("otto", NAME, 1, PRODUCTION, **usual("Our own shop"))


@chapter.scene(37, "10:00")
def cleo_installs_it_for_northwind(stage: Stage) -> None:
    answers = {"contactSource": "Northwind shop", "since": a_month_ago(), "status": "delivered"}
    stage.deploy("cleo", NAME, 1, PRODUCTION, NORTHWIND, **answers)


@chapter.scene(37, "10:25")
def otto_lets_northwind_begin_with_few_orders(stage: Stage) -> None:
    stage.deploy("otto", NAME, 1, PRODUCTION, NORTHWIND, reason=FEW_ORDERS, batchSize=3)


@chapter.scene(36, "13:45")
def carl_installs_it_for_contoso(stage: Stage) -> None:
    answers = {"contactSource": "Contoso web shop", "since": a_month_ago(), "status": "delivered"}
    stage.deploy("carl", NAME, 1, PRODUCTION, CONTOSO, **answers)


@chapter.scene(36, "14:00")
def otto_lets_contoso_begin_with_few_orders(stage: Stage) -> None:
    stage.deploy("otto", NAME, 1, PRODUCTION, CONTOSO, reason=FEW_ORDERS, batchSize=2)


@chapter.scene(32, "09:30")
def otto_installs_it_for_three_more(stage: Stage) -> None:
    for owner in (TAILSPIN, WORLDWIDE, ADVENTURE):
        stage.deploy("otto", NAME, 1, PRODUCTION, owner, reason="Signed last week.", **usual(f"{owner} shop"))


@chapter.scene(26, "15:20")
def bea_adds_deals_and_patience(stage: Stage) -> None:
    stage.write("bea", NAME, starter("orders_to_crm").text)


@chapter.scene(24, "10:10")
def bea_freezes_the_second_version(stage: Stage) -> None:
    version = create_version(
        by=stage.person("bea"),
        draft=stage.draft(NAME),
        name="1.0.1",
        description="Deals, tags, and five more chances for a busy CRM.",
    )
    edit_notes(by=stage.person("bea"), release=version, notes=NOTES_2)


@chapter.scene(24, "10:30")
def bea_tries_the_second_version(stage: Stage) -> None:
    stage.deploy("bea", NAME, 2, DEVELOPMENT, tags=["shop", "dev"], reason="Do deals arrive once only?")


@chapter.scene(23, "09:15")
def otto_brings_it_to_staging(stage: Stage) -> None:
    stage.deploy("otto", NAME, 2, STAGING, reason="Last look before it goes live.")


@chapter.scene(22, "13:30")
def rita_makes_the_second_version_live(stage: Stage) -> None:
    reason = "Northwind asked for deals, and busy CRMs stopped too many runs."
    make_live(by=stage.person("rita"), release=stage.version(NAME, 2), reason=reason)


@chapter.scene(21, "09:05")
def cleo_updates_northwind(stage: Stage) -> None:
    stage.deploy("cleo", NAME, 2, PRODUCTION, NORTHWIND, tags=["shop", "northwind"])


@chapter.scene(20, "10:40")
def otto_updates_tailspin(stage: Stage) -> None:
    stage.deploy("otto", NAME, 2, PRODUCTION, TAILSPIN, reason="They want deals as well.")


@chapter.scene(19, "08:35")
def otto_takes_tailspin_back(stage: Stage) -> None:
    reason = "Their sales team enters deals by hand and now sees each of them twice; they will decide first."
    undo_deployment(by=stage.person("otto"), instance=stage.instance(NAME, PRODUCTION, TAILSPIN), reason=reason)


@chapter.scene(16, "10:45")
def otto_installs_it_for_fabrikam(stage: Stage) -> None:
    stage.deploy("otto", NAME, 2, PRODUCTION, FABRIKAM, reason="New customer.", **usual("Fabrikam shop"))


@chapter.scene(15, "11:15")
def otto_updates_tailspin_again(stage: Stage) -> None:
    reason = "They decided: contacts yes, deals no."
    stage.deploy("otto", NAME, 2, PRODUCTION, TAILSPIN, reason=reason, createDeals=False)


@chapter.scene(14, "09:25")
def otto_updates_adventure_works(stage: Stage) -> None:
    stage.deploy("otto", NAME, 2, PRODUCTION, ADVENTURE, reason="Update agreed on the phone.")


@chapter.scene(9, "14:50")
def cleo_reconfigures_northwind(stage: Stage) -> None:
    stage.deploy(
        "cleo",
        NAME,
        2,
        PRODUCTION,
        NORTHWIND,
        tags=["shop", "northwind", "christmas"],
        reason="Tag the contacts of the Christmas season.",
    )


@chapter.scene(8, "09:10")
def otto_pauses_wide_world(stage: Stage) -> None:
    pause_instance(
        by=stage.person("otto"),
        instance=stage.instance(NAME, PRODUCTION, WORLDWIDE),
        reason="Their shop moves to another host; they call us when it is done.",
    )


@chapter.scene(5, "10:00")
def bea_goes_on_with_the_draft(stage: Stage) -> None:
    stage.write("bea", NAME, edited(starter("orders_to_crm").text, SHORTER_PAUSE))


@chapter.scene(2, "15:35")
def bea_adds_a_question(stage: Stage) -> None:
    stage.write("bea", NAME, edited(starter("orders_to_crm").text, SHORTER_PAUSE, *ASK_FOR_STAGE))


@chapter.scene(2, "15:50")
def bea_tests_the_draft(stage: Stage) -> None:
    connections = {
        "shop": stage.connection(SHOP, DEVELOPMENT),
        "crm": stage.connection(CRM, DEVELOPMENT),
    }
    draft = stage.draft(NAME)
    sample = definition_of(draft).sample_input["config"]
    run = start_test_run(
        by=stage.person("bea"),
        release=draft,
        environment=stage.environment(DEVELOPMENT),
        config={**sample, "status": "delivered", "batchSize": 1, "dealStage": "open"},
        connections=connections,
    )
    carry_out_now(run)


@chapter.scene(1, "16:10")
def otto_begins_to_update_contoso_and_is_called_away(stage: Stage) -> None:
    wizard = start_wizard(by=stage.person("otto"), target=stage.target(NAME, PRODUCTION, CONTOSO))
    choose_release(wizard=wizard, release=stage.version(NAME, 2))
