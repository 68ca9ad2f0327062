"""The report: a run that takes its time, so that there is something to watch."""

from apps.core import clock
from apps.demo.company.calendar import Chapter
from apps.demo.company.house import NORTHWIND
from apps.demo.company.stage import DEVELOPMENT, PRODUCTION, Stage, edited, text_of
from apps.deployments.services import pause_instance
from apps.releases.models import NamingScheme
from apps.releases.services import create_template, create_version, edit_notes, make_live

NAME = "Weekly sales report"

NOTES_2 = """\
The report comes **by itself** every Monday at seven, and names your largest deals.

You can still ask for it at any time.
"""
CURRENCY = ("won: ${ .won_cents / 100 }\n", "won: ${ .won_cents / 100 }\n        currency: EUR\n")

chapter = Chapter()


@chapter.scene(35, "09:30")
def bea_writes_it(stage: Stage) -> None:
    create_template(
        by=stage.person("bea"),
        name=NAME,
        summary="Adds up the won deals of a CRM and its open pipeline.",
        naming_scheme=NamingScheme.DATE,
        text=text_of("weekly_sales_report_v1"),
    )


@chapter.scene(34, "10:15")
def bea_freezes_and_tries_the_first_version(stage: Stage) -> None:
    _freeze(stage, "On demand, with the pipeline only.")
    stage.deploy("bea", NAME, 1, DEVELOPMENT, title="Sales of the demo", reportSeconds=0)


@chapter.scene(33, "13:00")
def rita_makes_it_live(stage: Stage) -> None:
    make_live(by=stage.person("rita"), release=stage.version(NAME, 1), reason="Sales wants it for the Monday meeting.")


@chapter.scene(33, "13:20")
def otto_installs_it(stage: Stage) -> None:
    stage.deploy("otto", NAME, 1, PRODUCTION, title="Our sales", reportSeconds=0)


@chapter.scene(31, "09:15")
def cleo_installs_it_for_northwind(stage: Stage) -> None:
    stage.deploy("cleo", NAME, 1, PRODUCTION, NORTHWIND, title="Northwind: the week")


@chapter.scene(31, "09:40")
def otto_lets_the_crm_of_northwind_hurry(stage: Stage) -> None:
    reason = "Their CRM is small: it has the figures at once."
    stage.deploy("otto", NAME, 1, PRODUCTION, NORTHWIND, reason=reason, reportSeconds=0)


@chapter.scene(19, "14:00")
def bea_lets_it_run_by_itself(stage: Stage) -> None:
    stage.write("bea", NAME, text_of("weekly_sales_report_v2"))


@chapter.scene(18, "09:40")
def bea_freezes_the_second_version(stage: Stage) -> None:
    _freeze(stage, "By itself on Mondays; names the largest deals.", notes=NOTES_2)
    stage.deploy("bea", NAME, 2, DEVELOPMENT, reason="Look at the largest deals.")


@chapter.scene(18, "10:40")
def bea_lets_it_rest_in_development(stage: Stage) -> None:
    instance = stage.instance(NAME, DEVELOPMENT)
    pause_instance(by=stage.person("bea"), instance=instance, reason="Nobody reads a report from development.")


@chapter.scene(17, "11:30")
def rita_makes_the_second_version_live(stage: Stage) -> None:
    reason = "Nobody thinks of the report on a Monday morning."
    make_live(by=stage.person("rita"), release=stage.version(NAME, 2), reason=reason)


@chapter.scene(17, "11:50")
def otto_updates_it(stage: Stage) -> None:
    stage.deploy("otto", NAME, 2, PRODUCTION, reason="Live since this morning.", largestDeals=5)


@chapter.scene(4, "08:55")
def otto_gives_the_crm_more_time(stage: Stage) -> None:
    reason = "The figures left out the same day; the CRM needs some seconds to count it in."
    stage.deploy("otto", NAME, 2, PRODUCTION, reason=reason, reportSeconds=6)


@chapter.scene(3, "16:20")
def bea_names_the_currency(stage: Stage) -> None:
    stage.write("bea", NAME, edited(text_of("weekly_sales_report_v2"), CURRENCY))


def _freeze(stage: Stage, description: str, notes: str = "") -> None:
    day = clock.now().date().isoformat()
    version = create_version(by=stage.person("bea"), draft=stage.draft(NAME), name=day, description=description)
    if notes:
        edit_notes(by=stage.person("bea"), release=version, notes=notes)
