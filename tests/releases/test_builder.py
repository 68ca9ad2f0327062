"""The Steps tab and what is done to steps: in parts, with and without JavaScript, stale, and without the right."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.htmx import events_of
from apps.releases import services
from apps.releases.building.adding import KINDS
from apps.releases.definition import lint, parse
from apps.releases.models import Release
from tests.factories.builds import a_build
from tests.factories.builds import a_version as a_connector_version
from tests.factories.releases import SETUP, a_template, the_draft

type Login = Callable[[User], Client]

TEXT = """\
# Copies orders.
document:
  dsl: '1.0.3'
  metadata:
    slipway:
      slots:
        shop: {connector: orders-api, version: 1, title: Your shop, help: Orders are read here.}
do:
  # Everything begins here.
  - fetch:
      call: openapi
      with:
        document: {endpoint: connector://shop}
        operationId: listOrders
  - decide:
      switch:
        - none: {when: '${ length == 0 }', then: tidy}
        - some: {then: copy}
  - copy:
      for: {each: order, in: '${ . }'}
      do:
        - save: {set: {saved: true}}
  - tidy: {wait: {seconds: 1}}   # let it rest
"""


@pytest.fixture
def draft(db: None) -> Release:
    """A draft with four steps, one of them in a loop."""
    a_build(a_connector_version())
    return the_draft(a_template("Orders", content=TEXT))


def at(release: Release, name: str) -> str:
    return reverse(f"releases:{name}", args=[release.integration_template.slug, release.pk])


def within(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target}


def names(release: Release) -> list[str]:
    release = Release.objects.select_related("snapshot").get(pk=release.pk)
    return [step.path for step in parse(release.text).steps]


class Builder:
    """Somebody at the builder of a draft."""

    def __init__(self, client: Client, draft: Release) -> None:
        self.client = client
        self.draft = draft

    def post(self, name: str, /, *, revision: int | None = None, htmx: bool = True, **fields: Any) -> HttpResponse:
        self.draft.refresh_from_db()
        data = {"revision": self.draft.revision if revision is None else revision, **fields}
        answer: Any = self.client.post(at(self.draft, name), data, headers=within("dialog") if htmx else {})
        return answer  # type: ignore[no-any-return]

    def get(self, name: str, target: str = "", /, **query: str) -> str:
        answer = self.client.get(at(self.draft, name), query, headers=within(target) if target else {})
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def builder(login: Login, bea: User, draft: Release) -> Builder:
    """Bea at the draft."""
    return Builder(login(bea), draft)


# ---- looking ----


def test_the_steps_tab_lists_every_step_in_words(builder: Builder):
    page = builder.get("builder")
    assert [name for name in ("fetch", "decide", "copy", "save", "tidy") if f">{name}</span>" not in page] == []
    assert "Orders API v1" in page
    assert "waits 1 s" in page
    assert 'aria-label="Cases of decide"' in page


def test_a_step_opens_beside_the_list_without_javascript_too(builder: Builder):
    page = builder.get("builder", at="/do/3/tidy")
    assert page.count('aria-current="true"') == 1
    assert 'data-at="/do/3/tidy" aria-labelledby' in page


@pytest.mark.parametrize(
    ("target", "holds"), [("outline", "outline-list"), ("overview", "Findings"), ("panel", "Findings")]
)
def test_every_part_comes_alone(builder: Builder, target: str, holds: str):
    part = builder.get("builder", target)
    assert holds in part
    assert "<html" not in part


def test_with_no_step_chosen_the_findings_of_the_whole_lead_to_their_steps(builder: Builder):
    builder.post("builder_step_add", tasks="/do", index=0, kind="set", name="made")
    overview = builder.get("builder", "overview")
    assert '<a href="?at=/do/0/made">made</a>' in overview
    assert "1 error" in overview


def test_t4_a_version_opens_read_only_and_says_why(login: Login, bea: User, draft: Release):
    version = services.create_version(by=SETUP, draft=draft, name="1.0.0")
    reader = Builder(login(bea), version)
    page = reader.get("builder")
    assert "is frozen for good" in page
    assert [name for name in ("release_restore", "release_copy") if f'href="{at(version, name)}"' not in page] == []
    assert ("outline-more" in page, "outline-add" in page, "data-revision" in page) == (False, False, False)
    assert reader.get("builder_diagram").count("diagram-step") == 5


def test_whoever_may_not_edit_reads_why(login: Login, vera: User, draft: Release):
    page = Builder(login(vera), draft).get("builder")
    assert "Your role does not let you edit drafts" in page
    assert "outline-more" not in page


def test_whoever_may_not_edit_cannot(login: Login, vera: User, draft: Release):
    viewer = Builder(login(vera), draft)
    names_before = names(draft)
    for name in ("builder_step_move", "step_delete", "step_duplicate", "builder_step_add", "draft_undo"):
        assert viewer.post(name, at="/do/0/fetch", place="1:/do").status_code == 403
    assert names(draft) == names_before


def test_a_text_that_cannot_be_read_says_so_and_leads_to_the_source(builder: Builder, bea: User):
    services.save_draft(by=bea, draft=builder.draft, text="do: [", revision=builder.draft.revision)
    page = builder.get("builder")
    assert "This text cannot be read" in page
    assert at(builder.draft, "builder_source") in page
    assert "nothing to draw" in builder.get("builder_diagram")
    assert builder.post("builder_step_move", at="/do/0/fetch", place="1:/do").status_code == 422


def test_an_empty_release_offers_its_first_step(login: Login, bea: User, db: None):
    empty = the_draft(a_template("Empty", content="document: {dsl: '1.0.3'}\ndo: []\n"))
    assert "Add the first step" in Builder(login(bea), empty).get("builder")


@pytest.mark.parametrize("count", [1, 30])
def test_many_steps_cost_no_more_queries(login: Login, bea: User, django_assert_num_queries, count: int):
    steps = "".join(f"  - s{number}: {{set: {{x: 1}}}}\n" for number in range(count))
    draft = the_draft(a_template("Many", content=f"document: {{dsl: '1.0.3'}}\ndo:\n{steps}"))
    client = login(bea)
    client.get(at(draft, "builder"))
    with django_assert_num_queries(8):
        client.get(at(draft, "builder"))


# ---- moving, renaming, copying, deleting ----


def test_moving_a_step_leaves_every_other_line_alone(builder: Builder):
    answer = builder.post("builder_step_move", at="/do/3/tidy", place="0:/do/2/copy/do")
    events = events_of(answer)
    assert answer.status_code == 204
    assert events["draft-edited"] == {"revision": 2}
    assert events["step-at"]["at"] == "/do/2/copy/do/0/tidy"
    assert names(builder.draft) == ["fetch", "decide", "copy", "copy.tidy", "copy.save"]
    builder.draft.refresh_from_db()
    assert "# let it rest" in builder.draft.text
    assert builder.draft.text.startswith("# Copies orders.\n")


def test_without_javascript_a_move_leads_to_the_step_where_it_is_now(builder: Builder):
    answer = builder.post("builder_step_move", htmx=False, at="/do/3/tidy", place="0:/do")
    assert (answer.status_code, answer["Location"]) == (303, f"{at(builder.draft, 'builder')}?at=%2Fdo%2F0%2Ftidy")


def test_the_menu_of_a_step_says_what_cannot_be_and_why(builder: Builder):
    menu = builder.get("builder_step_actions", "step-menu", at="/do/3/tidy")
    assert "decide goes on with it by name. Change that first." in menu
    assert "It is the last step here." in menu
    assert "<html" not in menu
    page = builder.get("builder_step_actions", at="/do/0/fetch")
    assert "Back to the steps" in page
    assert 'step/actions/"' not in page, "without its step the page does not exist"


def test_deleting_offers_a_way_back(builder: Builder):
    answer = builder.post("step_delete", at="/do/2/copy/do/0/save")
    (toast,) = events_of(answer)["toasts"]["toasts"]
    assert (toast["text"], bool(toast["undo"])) == ("Deleted the step save.", True)
    assert events_of(answer)["step-at"]["at"] == "/do/2/copy"
    builder.client.post(toast["undo"])
    assert names(builder.draft) == ["fetch", "decide", "copy", "copy.save", "tidy"]


def test_a_step_that_others_go_on_with_is_not_deleted(builder: Builder):
    answer = builder.post("step_delete", at="/do/3/tidy")
    assert answer.status_code == 422
    assert "decide" in answer.content.decode()
    assert "tidy" in names(builder.draft)


def test_a_copy_stands_behind_its_original_and_opens(builder: Builder):
    event = events_of(builder.post("step_duplicate", at="/do/0/fetch"))["step-at"]
    assert (event["at"], event["opens"]) == ("/do/1/fetch2", True)
    assert names(builder.draft)[:2] == ["fetch", "fetch2"]


def test_renaming_takes_those_along_that_go_on_with_it(builder: Builder):
    answer = builder.post("builder_step_rename", at="/do/3/tidy", name="rest")
    assert events_of(answer)["step-at"]["at"] == "/do/3/rest"
    builder.draft.refresh_from_db()
    assert "then: rest}" in builder.draft.text


@pytest.mark.parametrize("name", ["", "fetch", "end"])
def test_a_name_that_cannot_be_comes_back_with_the_reason(builder: Builder, name: str):
    answer = builder.post("builder_step_rename", at="/do/3/tidy", name=name)
    assert answer.status_code == 422
    assert "data-form-errors" in answer.content.decode()
    assert "tidy" in names(builder.draft)


@pytest.mark.parametrize(("within_", "path"), [("try", "attempt.tidy"), ("for", "forEach.tidy"), ("do", "group.tidy")])
def test_enclosing_keeps_comments_and_ways_on(builder: Builder, within_: str, path: str):
    event = events_of(builder.post("step_enclose", at="/do/3/tidy", within=within_))["step-at"]
    assert names(builder.draft)[-1] == path
    assert event["at"].endswith("/0/tidy")
    builder.draft.refresh_from_db()
    assert "# let it rest" in builder.draft.text
    assert f"then: {path.partition('.')[0]}}}" in builder.draft.text


@pytest.mark.parametrize("name", ["builder_step_move", "builder_step_rename", "builder_step_actions"])
def test_a_step_that_is_gone_is_said_to_be_gone(builder: Builder, name: str):
    answer = builder.client.get(at(builder.draft, name), {"at": "/do/9/gone"}, headers=within("dialog"))
    assert answer.status_code == 404
    assert b"This step is not here any more" in answer.content


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("builder_step_move", {"at": "/do/0/fetch", "place": "nowhere"}),
        ("builder_step_move", {"at": "nonsense", "place": "0:/do"}),
        ("builder_step_move", {"at": "/do/2/copy", "place": "0:/do/2/copy/do"}),
        ("step_enclose", {"at": "/do/0/fetch", "within": "nothing"}),
        ("step_enclose", {"at": "/do/9/gone", "within": "try"}),
        ("step_duplicate", {"at": ""}),
        ("step_duplicate", {"at": "/do/9/gone"}),
        ("step_delete", {"at": "/document"}),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(builder: Builder, name: str, fields: dict[str, str]):
    before = names(builder.draft)
    assert builder.post(name, **fields).status_code in (404, 422)
    assert names(builder.draft) == before


# ---- two people, and ways back ----


@pytest.mark.parametrize("revision", ["", "x", "99999999999", "-1"])
def test_a_form_that_does_not_say_what_it_was_made_from_is_refused(builder: Builder, revision: str):
    answer = builder.post("step_duplicate", revision=revision, at="/do/0/fetch")  # type: ignore[arg-type]
    assert answer.status_code == 422


def test_a_stale_edit_shows_both_texts_and_saves_nothing(builder: Builder):
    builder.post("step_duplicate", at="/do/0/fetch")
    answer = builder.post("step_delete", revision=1, at="/do/0/fetch")
    assert answer.status_code == 409
    assert "fetch2" in answer.content.decode()
    assert names(builder.draft)[:2] == ["fetch", "fetch2"]


def test_undo_and_redo_say_what_they_do(builder: Builder):
    builder.post("step_duplicate", at="/do/0/fetch")
    toolbar = builder.get("builder_toolbar", "builder-toolbar")
    assert "Undo: Duplicated the step fetch" in toolbar
    assert "There is nothing to redo." in toolbar

    said = events_of(builder.post("draft_undo"))["step-at"]["said"]
    assert (said, names(builder.draft)[1]) == ("Undid: duplicated the step fetch", "decide")
    assert "Redo: Duplicated the step fetch" in builder.get("builder_toolbar", "builder-toolbar")

    builder.post("draft_redo")
    assert names(builder.draft)[1] == "fetch2"


def test_where_there_is_nothing_to_undo_it_is_refused(builder: Builder):
    assert builder.post("draft_undo").status_code == 422
    assert builder.post("draft_redo", htmx=False).status_code == 422


# ---- adding ----

ASKED: dict[str, dict[str, Any]] = {
    "call": {"slot": "shop", "operation": "createOrder"},
    "http": {"method": "get", "address": "https://example.com/orders"},
    "for": {"items": ".items", "each": "order"},
    "wait": {"amount": 2, "unit": "minutes"},
    "raise": {"title": "No orders"},
    "emit": {"type": "com.example.order"},
}
LACKING = {"call": {"missing-parameter"}, "set": {"schema"}, "fork": {"unsupported-fork"}, "emit": {"unsupported-emit"}}


@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_every_kind_is_added_with_the_least_it_needs(builder: Builder, kind: str):
    answer = builder.post("builder_step_add", tasks="/do/2/copy/do", index=1, kind=kind, name="", **ASKED.get(kind, {}))
    event = events_of(answer)["step-at"]
    assert (answer.status_code, event["opens"]) == (204, True)
    assert event["at"].startswith("/do/2/copy/do/1/")
    builder.draft.refresh_from_db()
    about = {one.code for one in lint(parse(builder.draft.text), {}) if one.path.startswith(event["at"])}
    assert about == LACKING.get(kind, set()) - {"missing-parameter"}


def test_a_call_is_named_after_its_operation(builder: Builder):
    builder.post("builder_step_add", tasks="/do", index=1, kind="call", slot="shop", operation="listOrders")
    assert names(builder.draft)[:2] == ["fetch", "listOrders"]


def test_a_step_can_be_added_where_a_list_is_missing_still(builder: Builder):
    builder.post("builder_step_add", tasks="/do", index=9, kind="try", name="careful")
    builder.post(
        "builder_step_add", tasks="/do/4/careful/catch/do", index=0, kind="wait", name="rest", amount=1, unit="days"
    )
    assert names(builder.draft)[-2:] == ["careful", "careful.catch.rest"]


def test_a_form_that_lacks_something_comes_back(builder: Builder):
    answer = builder.post("builder_step_add", tasks="/do", index=0, kind="raise", name="")
    assert answer.status_code == 422
    assert b'id="id_title_error"' in answer.content
    answer = builder.post("builder_step_add", tasks="/do", index=0, kind="wait", name="fetch", amount=1, unit="days")
    assert answer.status_code == 422
    assert b"Another step of this list is called" in answer.content


def test_the_kinds_are_offered_in_plain_words(builder: Builder):
    page = builder.get("builder_step_add", "dialog", tasks="/do", index="1")
    assert [kind.label for kind in KINDS if kind.label not in page] == []
    assert "Behind fetch" in page
    assert page.count("Cannot be deployed yet.") == 2


def test_operations_are_found_by_any_word(builder: Builder):
    found = builder.get("builder_step_add", "operations", tasks="/do", kind="call", slot="shop", q="POST")
    assert ("createOrder" in found, "listOrders" in found) == (True, False)
    nothing = builder.get("builder_step_add", "operations", tasks="/do", kind="call", slot="shop", q="zebra")
    assert "No operation holds “zebra”." in nothing


def test_without_a_slot_a_call_says_what_to_do_first(login: Login, bea: User, db: None):
    empty = the_draft(a_template("Empty", content="document: {dsl: '1.0.3'}\ndo: []\n"))
    page = Builder(login(bea), empty).get("builder_step_add", "dialog", kind="call")
    assert f'href="{at(empty, "builder_slots")}"' in page
    assert 'href="connections/">Add a connection<' in login(bea).get(at(empty, "builder")).content.decode()


def test_a_list_that_is_gone_is_said_to_be_gone(builder: Builder):
    answer = builder.client.get(at(builder.draft, "builder_step_add"), {"tasks": "/do/9/gone/do"})
    assert answer.status_code == 404
