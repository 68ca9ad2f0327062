"""The alert: runs by itself every morning, and has a version that nobody should pick any more."""

from apps.demo.company.calendar import Chapter
from apps.demo.company.house import CONTOSO
from apps.demo.company.stage import DEVELOPMENT, PRODUCTION, Stage, text_of
from apps.deployments.services import pause_instance
from apps.releases.models import NamingScheme
from apps.releases.services import create_template, create_version, deprecate, edit_notes, make_live

NAME = "Low stock alert"

NOTES_2 = """\
- Looks at **all** products; the version before saw the first twenty only.
- Say below how many pieces it is *urgent*: the run fails then, so that somebody looks.
- Leave out articles that you make to order.
"""

chapter = Chapter()


@chapter.scene(31, "10:00")
def bea_writes_it(stage: Stage) -> None:
    create_template(
        by=stage.person("bea"),
        name=NAME,
        summary="Lists every morning what is running out in a shop.",
        naming_scheme=NamingScheme.MILESTONE,
        text=text_of("low_stock_alert_v1"),
    )


@chapter.scene(30, "09:20")
def bea_freezes_the_first_version(stage: Stage) -> None:
    draft = stage.draft(NAME)
    create_version(by=stage.person("bea"), draft=draft, name="stock-alert-v1", description="A list every morning.")
    stage.deploy("bea", NAME, 1, DEVELOPMENT)


@chapter.scene(29, "13:10")
def rita_makes_it_live(stage: Stage) -> None:
    make_live(by=stage.person("rita"), release=stage.version(NAME, 1), reason="Asked for by our own warehouse.")


@chapter.scene(29, "13:25")
def otto_installs_it(stage: Stage) -> None:
    stage.deploy("otto", NAME, 1, PRODUCTION, lowBelow=12)


@chapter.scene(25, "11:00")
def bea_looks_at_all_products(stage: Stage) -> None:
    stage.write("bea", NAME, text_of("low_stock_alert_v2"))


@chapter.scene(25, "11:40")
def bea_freezes_the_second_version(stage: Stage) -> None:
    version = create_version(
        by=stage.person("bea"),
        draft=stage.draft(NAME),
        name="stock-alert-v2",
        description="All products, and an alarm for what is urgent.",
    )
    edit_notes(by=stage.person("bea"), release=version, notes=NOTES_2)
    stage.deploy("bea", NAME, 2, DEVELOPMENT, reason="Does it see the second page?")


@chapter.scene(25, "13:15")
def bea_lets_it_rest_in_development(stage: Stage) -> None:
    instance = stage.instance(NAME, DEVELOPMENT)
    pause_instance(by=stage.person("bea"), instance=instance, reason="Tried enough; production looks every morning.")


@chapter.scene(24, "15:00")
def rita_makes_the_second_version_live(stage: Stage) -> None:
    reason = "The first version misses everything beyond twenty products."
    make_live(by=stage.person("rita"), release=stage.version(NAME, 2), reason=reason)


@chapter.scene(24, "15:15")
def otto_updates_it(stage: Stage) -> None:
    stage.deploy("otto", NAME, 2, PRODUCTION, reason="V1 overlooks products.", urgentBelow=5)


@chapter.scene(23, "10:00")
def rita_deprecates_the_first_version(stage: Stage) -> None:
    reason = "It reads the first twenty products only and says nothing about the rest. Use V2."
    deprecate(by=stage.person("rita"), release=stage.version(NAME, 1), reason=reason)


@chapter.scene(17, "14:10")
def carl_installs_it_for_contoso(stage: Stage) -> None:
    stage.deploy("carl", NAME, 2, PRODUCTION, CONTOSO, lowBelow=15, urgentBelow=9)


@chapter.scene(13, "09:45")
def carl_calms_it_down(stage: Stage) -> None:
    reason = "It failed every morning: eight oak desks are plenty, we make them to order."
    stage.deploy("carl", NAME, 2, PRODUCTION, CONTOSO, reason=reason, urgentBelow=4)
