"""The form of a step in the builder: opened, filled in, rearranged, tried out, saved, refused."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from apps.core.htmx import events_of
from apps.releases import services
from apps.releases.building.step_form.surroundings import evaluator
from apps.releases.starters import all_starters
from tests.factories.releases import SETUP, a_template, a_version, the_draft
from tests.releases.step_forms import PANEL, address, controls, opened, press, save
from tests.releases.test_views import at as at_page

EXAMPLES = sorted((Path(settings.BASE_DIR).parent / "shared/conformance/workflow-dsl/examples").glob("*.yaml"))
TEXT = """\
# Kept as it is.
document:
  dsl: '1.0.3'
  title: Numbers
  metadata:
    slipway:
      sampleInput:
        config: {name: Ann}
        event: {total: 12, lines: [{sku: a}]}
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          properties:
            name: {type: string, title: Whom to greet}
do:
  - first:   # the beginning
      set:
        words: "1"     # a text
        count: 100000000000000000
        nothing: null
        exact: 1.50
        greeting: ${ $workflow.input.config.name }
      export:
        as: '${ {words} }'
  - second:
      if: .count > 1
      switch:
        - many:
            when: ${ .count > 10 }
            then: third
        - few: {then: end}
  - third:
      for:
        each: line
        in: ${ $workflow.input.event.lines }
      do:
        - inner:
            wait: {seconds: 3}
  - fourth:
      listen:
        to: {one: {with: {type: x}}}
"""


@pytest.fixture
def numbers(db):
    """A draft with a step of several kinds each."""
    return the_draft(a_template(content=TEXT))


def text_of(draft) -> str:
    return the_draft(draft.integration_template).text


# ---- nothing changed ----


@pytest.mark.parametrize("starter", all_starters(), ids=lambda starter: starter.key)
def test_a_browser_that_changes_nothing_changes_no_byte(login, bea, starter):
    draft = the_draft(a_template(content=starter.text))
    client = login(bea)
    for step in services.drafts.reading.accepted(draft.text).steps:
        assert save(client, draft, step.pointer, opened(client, draft, step.pointer).sent).status_code == 200

    assert (text_of(draft), the_draft(draft.integration_template).revision) == (starter.text, draft.revision)


@pytest.mark.skipif(not EXAMPLES, reason="the conformance data of the workflow language is not here")
def test_a_browser_that_changes_nothing_changes_no_byte_of_the_examples(login, bea):
    draft, client = the_draft(a_template()), login(bea)
    for path in EXAMPLES:
        text = path.read_text(encoding="utf-8")
        draft = services.save_draft(
            by=SETUP, draft=the_draft(draft.integration_template), text=text, revision=draft.revision
        )
        for step in services.drafts.reading.accepted(text).steps:
            answer = save(client, draft, step.pointer, opened(client, draft, step.pointer).sent)
            assert (answer.status_code, path.name) == (200, path.name)
        assert text_of(draft) == text


def test_every_kind_of_value_comes_back_with_its_type(login, bea, numbers):
    client = login(bea)
    sent = opened(client, numbers, "/do/0/first").sent

    assert {sent[f"k./set/{index}"]: sent[f"t./set/{index}"] for index in range(5)} == {
        "words": "text",
        "count": "number",
        "nothing": "null",
        "exact": "number",
        "greeting": "picked",
    }
    assert save(client, numbers, "/do/0/first", sent).status_code == 200
    assert text_of(numbers) == TEXT


# ---- something changed ----


def test_a_change_touches_nothing_but_its_value(login, bea, numbers):
    client = login(bea)
    answer = save(client, numbers, "/do/0/first", {**opened(client, numbers, "/do/0/first").sent, "v./set/1": "7"})

    assert text_of(numbers) == TEXT.replace("100000000000000000", "7")
    assert events_of(answer)["draft-edited"] == {"revision": numbers.revision + 1}
    assert controls(answer).sent["v./set/1"] == "7"


def test_a_text_stays_a_text(login, bea, numbers):
    client = login(bea)
    save(client, numbers, "/do/0/first", {**opened(client, numbers, "/do/0/first").sent, "v./set/0": "true"})

    step = services.drafts.reading.accepted(text_of(numbers)).steps[0]
    assert step.body["set"]["words"] == "true"


def test_a_new_name_is_followed_by_those_that_lead_there(login, bea, numbers):
    client = login(bea)
    answer = save(client, numbers, "/do/2/third", {**opened(client, numbers, "/do/2/third").sent, "name": "loop"})

    assert text_of(numbers) == TEXT.replace("third", "loop")
    assert events_of(answer)["step-at"]["at"] == "/do/2/loop"


def test_the_steps_inside_stay_where_they_are(login, bea, numbers):
    client = login(bea)
    sent = opened(client, numbers, "/do/2/third").sent
    save(client, numbers, "/do/2/third", {**sent, "v./for/each": "row"})

    assert text_of(numbers) == TEXT.replace("each: line", "each: row")


def test_a_condition_keeps_its_spelling(login, bea, numbers):
    client = login(bea)
    sent = opened(client, numbers, "/do/1/second").sent

    assert (sent["t./if"], sent["v./if"]) == ("bare?", ".count > 1")
    save(client, numbers, "/do/1/second", {**sent, "v./if": ".count > 2", "v./switch/0/when": ".count > 20"})
    assert text_of(numbers) == TEXT.replace(".count > 10", ".count > 20").replace("if: .count > 1", "if: .count > 2")


def test_a_field_left_blank_leaves(login, bea, numbers):
    client = login(bea)
    save(client, numbers, "/do/1/second", {**opened(client, numbers, "/do/1/second").sent, "v./if": ""})

    assert text_of(numbers) == TEXT.replace("      if: .count > 1\n", "")


def test_without_scripts_saving_leads_back_to_the_step(login, bea, numbers):
    client = login(bea)
    sent = {**opened(client, numbers, "/do/0/first").sent, "v./set/1": "7"}
    answer = client.post(address(numbers, "builder_step_save", "/do/0/first"), sent)

    builder = reverse("releases:builder", args=[numbers.integration_template.slug, numbers.pk])
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{builder}?at=%2Fdo%2F0%2Ffirst")


# ---- what has no field ----


def test_what_has_no_field_is_written_as_text(login, bea, numbers):
    client = login(bea)
    sent = opened(client, numbers, "/do/3/fourth").sent

    assert "listen:" in sent["rest"]
    save(client, numbers, "/do/3/fourth", {**sent, "rest": sent["rest"].replace("type: x", "type: y")})
    assert text_of(numbers) == TEXT.replace("{type: x}", "{type: y}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a: [", "line 2"),
        ("set: {a: 1}", "has fields of its own"),
        ("- a", "A definition is an object"),
        ("a: 1\na: 2", "stands here twice"),
    ],
)
def test_a_text_that_cannot_be_taken_is_kept_and_explained(login, bea, numbers, typed, said):
    client = login(bea)
    answer = save(client, numbers, "/do/0/first", {**opened(client, numbers, "/do/0/first").sent, "rest": typed})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert controls(answer).sent["rest"] == typed.replace("\n", "\r\n")
    assert text_of(numbers) == TEXT


# ---- errors ----


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("v./set/1", "seven", "“seven” is no number."),
        ("v./set/4", " ", "Write an expression"),
        ("k./set/1", "words", "“words” stands here twice."),
        ("k./set/0", "", "Give it a name."),
        ("name", "", "Give the step a name."),
        ("name", "second", "Another step of this list is called “second”."),
        ("name", "exit", "has a meaning of its own"),
    ],
)
def test_what_is_wrong_stands_at_its_field_with_everything_typed(login, bea, numbers, field, typed, said):
    client = login(bea)
    sent = {**opened(client, numbers, "/do/0/first").sent, "v./set/0": "kept", field: typed}
    answer = save(client, numbers, "/do/0/first", sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    back = controls(answer).sent
    assert {name: back[name] for name in sent if name[:3] in ("v./", "k./")} == {
        name: value for name, value in sent.items() if name[:3] in ("v./", "k./")
    }
    assert text_of(numbers) == TEXT


def test_a_step_that_is_gone(login, bea, numbers):
    client = login(bea)
    sent = opened(client, numbers, "/do/0/first").sent

    assert client.get(address(numbers, "builder_step", "/do/9/none")).status_code == 200
    assert save(client, numbers, "/do/9/none", sent).status_code == 404


def test_somebody_else_saved_meanwhile(login, bea, ada, numbers):
    client = login(bea)
    sent = {**opened(client, numbers, "/do/0/first").sent, "v./set/1": "7"}
    services.save_draft(by=ada, draft=numbers, text=TEXT.replace("Ann", "Bob"), revision=numbers.revision)

    assert save(client, numbers, "/do/0/first", sent).status_code == 409
    assert text_of(numbers) == TEXT.replace("Ann", "Bob")


def test_places_with_thousands_of_digits_are_no_places(login, bea, numbers):
    many = "9" * 5000
    sent = {"do": "row:/set", "t./set": "names", f"t./set/{many}": "text", "revision": "1"}
    form = {"data": urlencode(sent), "content_type": "application/x-www-form-urlencoded", "headers": PANEL}
    assert login(bea).post(address(numbers, "builder_step_arrange", "/do/0/first"), **form).status_code == 200
    for at in (f"/do/{many}/first", f"/do/{many}"):
        assert login(bea).post(at_page(numbers, "step_duplicate"), {"at": at, "revision": "1"}).status_code == 422
    assert tried(login(bea), numbers, f"/do/{many}/first", "/set/0", "1")


def test_nonsense_from_a_browser_is_no_error(login, bea, numbers):
    client = login(bea)
    nonsense = {
        "revision": str(numbers.revision),
        "t./a/b/c": "text",
        "t./x": "odd",
        "t.": "object",
        "v./y": "1",
        "t.//": "list",
    }
    for button in (
        "",
        "add:",
        "add:/nowhere/x",
        "remove:",
        "row:/set",
        "up:/set/9",
        "pick:%2Fset%2F0 .",
        "odd:/x",
        "down:",
    ):
        assert press(client, numbers, "/do/0/first", nonsense, button).status_code == 200
    assert (
        save(client, numbers, "/do/0/first", {"revision": str(numbers.revision), "t./set": "object?"}).status_code
        == 200
    )


# ---- rearranged ----


def test_fields_come_and_go_without_saving(login, bea, numbers):
    client = login(bea)
    sent = {**opened(client, numbers, "/do/0/first").sent, "v./set/0": "typed"}
    with_row = controls(press(client, numbers, "/do/0/first", sent, "row:/set")).sent
    assert (with_row["k./set/5"], with_row["v./set/0"]) == ("", "typed")
    without = controls(press(client, numbers, "/do/0/first", with_row, "remove:/set/0")).sent
    assert "v./set/0" not in without
    assert text_of(numbers) == TEXT


def test_a_case_moves_up(login, bea, numbers):
    client = login(bea)
    sent = controls(
        press(client, numbers, "/do/1/second", opened(client, numbers, "/do/1/second").sent, "up:/switch/1")
    ).sent
    save(client, numbers, "/do/1/second", sent)

    cases = services.drafts.reading.accepted(text_of(numbers)).steps[1].body["switch"]
    assert [next(iter(case)) for case in cases] == ["few", "many"]


def test_another_mode_keeps_what_can_be_kept(login, bea, numbers):
    client = login(bea)
    sent = {**opened(client, numbers, "/do/2/third").sent}
    sent |= {"t./for/in": "names?"}
    assert "v./for/in" not in controls(press(client, numbers, "/do/2/third", sent, "")).sent

    wait = opened(client, numbers, "/do/2/third/do/0/inner").sent
    as_text = controls(press(client, numbers, "/do/2/third/do/0/inner", {**wait, "t./wait": "text"}, "")).sent
    assert (as_text["t./wait"], as_text["v./wait"]) == ("text", "")


def test_a_group_becomes_json_and_fields_again(login, bea):
    text = TEXT.replace("wait: {seconds: 3}", "emit: {event: {with: {type: a, data: {b: 1}}}}")
    draft, client = the_draft(a_template(content=text)), login(bea)
    at = "/do/2/third/do/0/inner"
    sent = opened(client, draft, at).sent
    path = "/emit/event/with/data"
    as_names = controls(press(client, draft, at, {**sent, f"t.{path}": "names?"}, "")).sent
    assert (as_names[f"k.{path}/0"], as_names[f"v.{path}/0"]) == ("b", "1")
    as_json = controls(press(client, draft, at, {**as_names, f"t.{path}": "json?"}, "")).sent
    assert as_json[f"v.{path}"] == '{\r\n  "b": 1\r\n}'


def test_a_picked_value_goes_into_its_field(login, bea, numbers):
    client = login(bea)
    sent = opened(client, numbers, "/do/0/first").sent
    picked = controls(press(client, numbers, "/do/0/first", sent, "pick:%2Fset%2F0 $workflow.input.config.name")).sent
    save(client, numbers, "/do/0/first", picked)

    assert services.drafts.reading.accepted(text_of(numbers)).steps[0].body["set"]["words"] == (
        "${ $workflow.input.config.name }"
    )


# ---- tried out and picked ----


def tried(client, draft, at: str, field: str, program: str) -> str:
    answer = client.post(address(draft, "builder_step_try", at, field=field), {f"v.{field}": program}, headers=PANEL)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("at", "field", "program", "shown"),
    [
        ("/do/0/first", "/set/0", "$workflow.input.config.name", "Ann"),
        ("/do/0/first", "/set/0", ".event.total + 1", "13"),
        ("/do/0/first", "/output/as", ".count", "100000000000000000"),
        ("/do/1/second", "/if", ".words", "1"),
        ("/do/1/second", "/if", "${ $context.words }", "1"),
        ("/do/2/third/do/0/inner", "/wait", "$line.sku", "a"),
        ("/do/2/third", "/for/in", "$workflow.input.event.lines | length", "1"),
    ],
)
def test_an_expression_is_tried_on_sample_data(login, bea, numbers, at, field, program, shown):
    assert shown in tried(login(bea), numbers, at, field, program)


def test_an_expression_that_is_wrong_says_so(login, bea, numbers):
    assert "With sample data: " in tried(login(bea), numbers, "/do/0/first", "/set/0", '"a" | .b')
    unfinished = tried(login(bea), numbers, "/do/0/first", "/set/0", ".a |")
    assert "This is not valid jq: syntax error, unexpected end of file in line 1, column 4" in unfinished
    assert "env" in tried(login(bea), numbers, "/do/0/first", "/set/0", "env")


def test_steps_that_never_end_use_the_patience_up_once():
    evaluate = evaluator(patience_s=0.5)
    assert [evaluate(program, None, {}) for program in ("1", "last(range(1e12))", "1")] == [1, None, None]


def test_what_can_be_picked_depends_on_the_place(login, bea, numbers):
    client = login(bea)

    def picks(at: str, field: str) -> str:
        return client.get(address(numbers, "builder_step_picks", at, field=field)).content.decode()

    assert "Whom to greet" in picks("/do/0/first", "/set/0")
    assert "$line.sku" in picks("/do/2/third/do/0/inner", "/wait")
    assert "$line.sku" not in picks("/do/1/second", "/if")
    assert "$context.words" in picks("/do/1/second", "/if")


# ---- who may ----


def test_a_version_is_read_and_not_typed(login, vera, bea, orders):
    version = a_version(orders)
    for person in (vera, bea):
        page = login(person).get(address(version, "builder_step", "/do/0/greet"))
        assert page.status_code == 200
        assert "<textarea" not in page.content.decode()
        assert "words" in page.content.decode()


def test_only_builders_save(login, vera, otto, numbers):
    for person in (vera, otto):
        sent = {"revision": str(numbers.revision), "name": "x"}
        assert save(login(person), numbers, "/do/0/first", sent).status_code == 403
        assert press(login(person), numbers, "/do/0/first", sent, "row:/set").status_code == 403
    assert text_of(numbers) == TEXT
