"""A release leaves as one file and comes back byte for byte; bad files say where they are bad."""

import json
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.errors import Refused
from apps.releases import services
from apps.releases.definition import DefinitionError, parse, stamped
from apps.releases.definition.packing import BadPackage, packed, unpacked
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.services import exchange
from apps.releases.starters import all_starters
from tests.factories.releases import a_template, a_version, text, the_draft

type Login = Callable[[User], Client]

FLOW_STYLE = "document: {dsl: '1.0.3', name: mine}\ndo: [{a: {set: {x: 1}}}]"
JSON = '{"document": {"dsl": "1.0.3"}, "do": [{"a": {"set": {"x": "\\ud83d\\ude00"}}}]}'
WITH_STAMPS = """\
# a comment
document:
  dsl: '1.0.3'   # why not
  namespace: theirs
  name: other
  version: 9.9.9
do:
- a:
    set: {x: 100000000000000000}
"""
ODD = [
    FLOW_STYLE,
    JSON,
    WITH_STAMPS,
    WITH_STAMPS.replace("\n", "\r\n"),
    text().rstrip("\n"),
    text() + "\n\n   \n# the end\u00a0of it\n",
    *(starter.text for starter in all_starters()),
]


def _file(original: str) -> str:
    document = stamped(parse(original), name="orders", number=7)
    return packed(original, document, title="Orders V7", facts={"name": "1.2.0"})


@pytest.mark.parametrize("original", ODD)
def test_every_text_comes_back_byte_for_byte(original: str) -> None:
    content = _file(original)
    package = unpacked(content)

    assert (package.text, package.is_exact, package.facts) == (original, True, {"name": "1.2.0"})


@pytest.mark.parametrize("original", [FLOW_STYLE, WITH_STAMPS, text(), *(one.text for one in all_starters())])
def test_the_file_is_a_complete_document_for_other_runtimes(original: str) -> None:
    read = parse(_file(original))

    assert {key: read.document["document"][key] for key in ("namespace", "name", "version")} == {
        "namespace": "slipway",
        "name": "orders",
        "version": "7.0.0",
    }
    assert read.document["do"] == parse(original).document["do"]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_notes_of_every_kind_stay_comments(notes: str) -> None:
    original = text()
    content = packed(original, original, title=notes, facts={"notes": notes})

    assert unpacked(content).facts == {"notes": notes}
    assert parse(content).digest == parse(original).digest
    assert all(line.startswith("#") for line in content.split("\n")[:3])


def test_a_file_that_was_edited_is_taken_as_it_stands() -> None:
    content = _file(text()).replace("hello", "good day")
    package = unpacked(content)

    assert not package.is_exact
    assert package.facts == {"name": "1.2.0"}
    assert parse(package.text).document["do"] == [{"greet": {"set": {"words": "good day"}}}]


def test_a_file_that_passed_through_windows_comes_back_too() -> None:
    package = unpacked(_file(text()).replace("\n", "\r\n"))

    assert (package.text, package.is_exact) == (text(), True)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda content: content.replace('"format"', "format"), "are not as Slipway wrote them"),
        (lambda content: content.replace("slipway-release/1", "slipway-release/2"), "in a format that is not known"),
        (lambda content: re.sub(r"#: .*", "#: " + "[" * 5000, content), "are not as Slipway wrote them"),
    ],
)
def test_damaged_comments_say_their_line(damage: Callable[[str], str], sentence: str) -> None:
    with pytest.raises(BadPackage, match=sentence) as bad:
        unpacked(damage(_file(text())))

    assert bad.value.line == 3


@pytest.mark.parametrize(
    "undo", [[[0, 1]], [["a", "b", []]], "nonsense", [[0, 99, None]], [[1e999, 1, []]], [[2, 1, []]]]
)
def test_invented_stamps_do_no_harm(undo: object) -> None:
    content = packed(text(), text(), title="", facts={})
    changed = content.replace('"undo": []', f'"undo": {json.dumps(undo)}'.replace("Infinity", "1e999"))

    assert changed != content
    assert unpacked(changed).text == text()


def _url(name: str, *args: object) -> str:
    return reverse(f"releases:{name}", args=args)


def _upload(content: str | bytes) -> dict[str, object]:
    payload = content if isinstance(content, bytes) else content.encode()
    return {"file": SimpleUploadedFile("release.yaml", payload)}


def test_a_release_goes_out_and_comes_back_as_a_draft(login: Login, bea: User, orders: IntegrationTemplate) -> None:
    version = a_version(orders, "1.2.0", words="olé ☃")
    version = services.rename_release(by=bea, release=version, name="1.2.0", description="Greets better.")
    version = services.edit_notes(by=bea, release=version, notes="## New\n- *snow*")
    client = login(bea)
    answer = client.get(_url("release_export", orders.slug, version.pk))
    client.post(_url("release_import", orders.slug), _upload(answer.content))
    back = Release.objects.latest("pk")

    assert answer["Content-Disposition"] == 'attachment; filename="orders-to-crm-v1.yaml"'
    assert (back.text, back.name, back.description, back.notes) == (
        version.text,
        "1.2.0",
        "Greets better.",
        "## New\n- *snow*",
    )
    assert (back.is_draft, back.is_latest, back.digest) == (True, False, version.digest)
    assert [event.verb for event in AuditEvent.objects.order_by("-pk")[:2]] == ["release.imported", "release.exported"]


def test_the_same_release_gives_the_same_file(bea: User, orders: IntegrationTemplate) -> None:
    version = a_version(orders)

    assert exchange.export_release(by=bea, release=version) == exchange.export_release(by=bea, release=version)


def test_a_file_becomes_a_new_template_under_its_own_name(login: Login, bea: User, orders: IntegrationTemplate) -> None:
    exported = exchange.export_release(by=bea, release=a_version(orders)).content
    client = login(bea)
    taken = client.post(_url("template_import"), _upload(exported))
    made = client.post(_url("template_import"), {"text": exported, "name": "Orders again"})
    template = IntegrationTemplate.objects.get(name="Orders again")

    assert (taken.status_code, "There is a template called “Orders to CRM” already" in taken.content.decode()) == (
        422,
        True,
    )
    assert made["Location"] == the_draft(template).get_absolute_url()


def test_missing_connectors_are_listed_and_one_more_click_imports(
    login: Login, bea: User, orders: IntegrationTemplate
) -> None:
    content = next(one.text for one in all_starters() if one.key == "orders_to_crm")
    client = login(bea)
    asked = client.post(_url("release_import", orders.slug), _upload(content))
    drafts = orders.releases.count()
    client.post(_url("release_import", orders.slug), {"text": asked.context["form"]["text"].value(), "accept": "on"})

    assert asked.status_code == 422
    assert "Your shop needs demo-shop v1, which is not here." in asked.content.decode()
    assert drafts == 1
    assert orders.releases.latest("pk").text == content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("document:\n  dsl: '1.0.3'\n do: []\n", "Line 3, column 2: The indentation does not fit the lines above."),
        ("a: [\n", "Line 2"),
        ("", "Choose a file, or paste what it holds."),
        (b"a: \xff\n", "Line 1 is not UTF-8."),
        ("a: " + "x" * 5_000_000, "The text is larger than 1000 kB."),
        (b"a" * 9_000_000, "The file is larger than 8 MB."),
        ("a: " + "[" * 100 + "]" * 100, "This is nested deeper than 64 levels."),
        ("[1, 2]", "A definition is an object with the keys document and do."),
    ],
)
def test_a_bad_file_says_where_it_is_bad(
    login: Login, bea: User, orders: IntegrationTemplate, content: str | bytes, sentence: str
) -> None:
    answer = login(bea).post(_url("release_import", orders.slug), _upload(content) if content else {})

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert orders.releases.count() == 1


def test_the_lines_of_a_refusal_are_those_of_the_file(bea: User) -> None:
    lines = _file(text()).split("\n")
    lines.append(" bad: [")
    with pytest.raises(Refused) as refused:
        exchange.read_file("\n".join(lines))

    assert refused.value.problems[0].startswith(f"Line {len(lines)}")


def test_a_number_too_large_is_kept_as_it_is_typed(login: Login, bea: User, orders: IntegrationTemplate) -> None:
    client = login(bea)
    asked = client.post(_url("release_import", orders.slug), _upload(WITH_STAMPS))
    client.post(_url("release_import", orders.slug), {"text": WITH_STAMPS, "accept": "on"})

    assert asked.status_code == 422
    assert orders.releases.latest("pk").text == WITH_STAMPS


def test_steps_nested_a_hundred_deep_are_refused(bea: User) -> None:
    nested = "".join(f"{'  ' * (2 * depth)}- s{depth}:\n{'  ' * (2 * depth + 1)}  do:\n" for depth in range(100))
    with pytest.raises(Refused) as refused:
        exchange.read_file(f"document: {{dsl: '1.0.3'}}\ndo:\n{nested}")

    assert "nested deeper than 64 levels" in refused.value.problems[0]


def test_an_unreadable_draft_is_not_exported(login: Login, bea: User) -> None:
    broken = the_draft(a_template(content="do: ["))
    answer = login(bea).get(_url("release_export", broken.integration_template.slug, broken.pk))

    assert (answer.status_code, "cannot be exported" in answer.content.decode()) == (422, True)
    with pytest.raises(DefinitionError):
        parse(broken.text)


def test_facts_that_no_database_can_hold_come_in_without_what_is_wrong_with_them(
    bea: User, orders: IntegrationTemplate
) -> None:
    facts = {"name": "a\0b\ud800c", "template": "Or\0ders", "notes": "\udfffyes", "description": ["no text"]}
    incoming = exchange.read_file(packed(text(), text(), title="", facts=facts))
    draft = exchange.import_draft(by=bea, incoming=incoming, integration_template=orders)

    assert (draft.name, draft.description, draft.notes, incoming.origin) == ("abc", "", "yes", "Orders")


def test_viewers_export_and_import_nothing_in(login: Login, vera: User, orders: IntegrationTemplate) -> None:
    version = a_version(orders)
    client = login(vera)

    assert client.get(_url("release_export", orders.slug, version.pk)).status_code == 200
    assert client.get(_url("release_import", orders.slug)).status_code == 403
    assert client.post(_url("template_import"), {"text": text()}).status_code == 403
    assert orders.releases.count() == 2
