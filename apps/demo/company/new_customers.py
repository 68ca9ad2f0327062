"""The newest template: a draft, and nothing else yet."""

from apps.demo.company.calendar import Chapter
from apps.demo.company.stage import Stage, edited
from apps.releases.services import create_template
from apps.releases.starters import starter

NAME = "New customers to CRM contacts"

chapter = Chapter()


@chapter.scene(6, "14:20")
def bea_begins_it_from_a_starter(stage: Stage) -> None:
    create_template(
        by=stage.person("bea"),
        name=NAME,
        summary="Every customer of a shop becomes a contact in a CRM.",
        starter="customers_to_contacts",
    )


@chapter.scene(1, "15:05")
def bea_makes_it_run_earlier(stage: Stage) -> None:
    text = starter("customers_to_contacts").text
    stage.write("bea", NAME, edited(text, ("cron: 0 6 * * *", "cron: 0 5 * * *")))
