"""The list of important people: what a busy CRM and a mistyped address do to a run."""

from apps.demo.company.calendar import Chapter
from apps.demo.company.house import ADVENTURE, CONTOSO
from apps.demo.company.stage import DEVELOPMENT, PRODUCTION, Stage, text_of
from apps.releases.services import create_template, create_version, edit_notes, make_live

NAME = "Key accounts to CRM"

NOTES_2 = """\
A CRM that says *slow down* no longer stops the run: it is asked again, up to three times, each time after a longer
pause.
"""
IMPORTANT = ["sofie.madsen@havn.example", "tom@whitaker-offices.example", "head.office@rate-limited.example"]

chapter = Chapter()


@chapter.scene(29, "09:00")
def bea_writes_it(stage: Stage) -> None:
    create_template(
        by=stage.person("bea"),
        name=NAME,
        summary="Makes sure that a list of important people is in a CRM.",
        text=text_of("key_accounts_v1"),
    )


@chapter.scene(28, "10:20")
def bea_freezes_the_first_version(stage: Stage) -> None:
    draft = stage.draft(NAME)
    create_version(by=stage.person("bea"), draft=draft, name="1.0.0", description="Adds and tags everybody on a list.")
    stage.deploy("bea", NAME, 1, DEVELOPMENT, people=["greta.lorenz@altbau.example"])


@chapter.scene(27, "14:00")
def rita_makes_it_live(stage: Stage) -> None:
    make_live(by=stage.person("rita"), release=stage.version(NAME, 1), reason="Small, useful, and Contoso asked.")


@chapter.scene(26, "09:10")
def carl_installs_it_for_contoso(stage: Stage) -> None:
    stage.deploy("carl", NAME, 1, PRODUCTION, CONTOSO, people=IMPORTANT)


@chapter.scene(25, "15:30")
def bea_teaches_it_patience(stage: Stage) -> None:
    stage.write("bea", NAME, text_of("key_accounts_v2"))
    version = create_version(
        by=stage.person("bea"),
        draft=stage.draft(NAME),
        name="1.1.0",
        description="Contoso's CRM answered 429 in the middle of a list: ask again after a pause.",
    )
    edit_notes(by=stage.person("bea"), release=version, notes=NOTES_2)


@chapter.scene(23, "11:20")
def rita_makes_the_second_version_live(stage: Stage) -> None:
    make_live(
        by=stage.person("rita"), release=stage.version(NAME, 2), reason="Contoso's runs stop half-way without it."
    )


@chapter.scene(22, "09:00")
def carl_updates_contoso(stage: Stage) -> None:
    people = [*IMPORTANT, "purchasing@rate-limited.example"]
    stage.deploy("carl", NAME, 2, PRODUCTION, CONTOSO, people=people, reason="The update that we asked for.")


@chapter.scene(11, "07:55")
def rita_warns_of_mistyped_addresses(stage: Stage) -> None:
    edit_notes(
        by=stage.person("rita"),
        release=stage.version(NAME, 2),
        notes=f"{NOTES_2}\nMistyped addresses end in an error of the CRM; the run names the address.\n",
    )


@chapter.scene(7, "13:40")
def otto_installs_it_for_adventure_works_with_a_typing_error(stage: Stage) -> None:
    people = ["amelia.hart@northwind.example", "info@broken.example"]
    stage.deploy("otto", NAME, 2, PRODUCTION, ADVENTURE, people=people, reason="List as they sent it.")


@chapter.scene(3, "13:15")
def carl_adds_a_buyer_and_mistypes_the_address(stage: Stage) -> None:
    people = [*IMPORTANT, "purchasing@rate-limited.example", "buyer@broken.example"]
    stage.deploy("carl", NAME, 2, PRODUCTION, CONTOSO, people=people)


@chapter.scene(4, "10:30")
def otto_mends_the_list_of_adventure_works(stage: Stage) -> None:
    people = ["amelia.hart@northwind.example", "info@adventure-works.example"]
    reason = "They had mistyped their own domain."
    stage.deploy("otto", NAME, 2, PRODUCTION, ADVENTURE, people=people, reason=reason)
