"""Whatever is wrong with a text, the person is told what, where, and how to mend it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from apps.core.errors import Refused
from apps.releases import selectors, services
from apps.releases.definition import DefinitionError, Finding, lint, parse
from apps.releases.definition.reader import read
from tests.factories.releases import SETUP, the_draft

HEAD = "document:\n  dsl: '1.0.3'\n"
SLOTS = HEAD + "  metadata:\n    slipway:\n      slots: {shop: {connector: demo-shop, version: 1}}\n"
OPERATIONS: dict[str, Any] = {
    "getOrder": {
        "method": "get",
        "path": "/orders/{id}",
        "parameters": [{"name": "id", "in": "path", "required": True}, {"name": "id", "in": "query"}],
        "body": False,
    },
}
CALL = """\
do:
  - ask:
      call: openapi
      with:
        document: {{endpoint: 'connector://{slot}'}}
        operationId: {operation}
        parameters: {parameters}
"""
CONFIG = """\
input:
  schema:
    document:
      type: object
      properties: {{config: {{type: object, required: [{required}], properties: {fields}}}}}
do:
  - a:
      set: {{x: '{reads}'}}
"""


def call(parameters: str = "{}", *, operation: str = "getOrder", slot: str = "shop") -> str:
    return SLOTS + CALL.format(slot=slot, operation=operation, parameters=parameters)


def config(fields: str, *, required: str = "", reads: str = "${ $workflow.input.config }", head: str = HEAD) -> str:
    return head + CONFIG.format(fields=fields, required=required, reads=reads)


def step(body: str, *, head: str = HEAD) -> str:
    return f"{head}do:\n  - a: {body}\n"


WIZARD = HEAD + "  metadata:\n    slipway:\n      wizard: {pages: [{title: One, fields: [size, size, other]}]}\n"
ZONE = HEAD + "  metadata:\n    slipway:\n      timeZone: Europe/Berlim\n"
# Texts that are wrong in every way that a rule knows.
WRONG = [
    "document: 1\ndo: 2\n",
    "dinput: {}\n",
    HEAD + "do: []\n",
    HEAD + "do:\n  - a: {set: {x: 1}}\n    b: {set: {x: 1}}\n",
    HEAD + "do:\n  - a: {set: {x: 1}}\n  - a: {set: {x: 1}}\n  - exit: {set: {x: 1}}\n",
    HEAD + "schedule: {cron: '* *', every: {minutes: 1}, read: data}\ndo:\n  - a: {set: {x: 1}}\n",
    HEAD + "schedule: {every: '${ .x }'}\ndo:\n  - a: {set: {x: 1}}\n",
    HEAD + "schedule: {every: {minutes: 0}}\ndo:\n  - a: {set: {x: 1}}\n",
    ZONE + "do:\n  - a: {set: {x: 1}}\n",
    step("{nothing: 1}"),
    step("{set: [], then: 3, if: 1}"),
    step("{wait: {}, then: nowhere}"),
    step("{wait: soon}"),
    step("{call: http, with: {method: get it, endpoint: 'no address', headers: 1, redirect: maybe}}"),
    step("{call: http, with: {method: get, endpoint: 'connector://shop'}}"),
    step(
        "{call: http, with: {method: get, endpoint: {uri: 'https://a.example', authentication: {use: x, basic: {}}}}}"
    ),
    step("{call: http, with: {method: get, endpoint: {uri: 'https://a.example', authentication: {use: nobody}}}}"),
    step("{for: {in: 1, each: 'a b'}, do: [{b: {set: {x: 1}}}]}"),
    step("{switch: []}"),
    step("{switch: [{one: {then: exit}}, {two: {then: end}}, {three: {}}]}"),
    step("{try: [{b: {raise: {error: nope}}}], catch: {retry: {backoff: {constant: {}, linear: {}}, limit: 1}}}"),
    step("{try: [{b: {raise: {error: 7}}}], catch: {retry: 1}}"),
    step("{try: [{b: {raise: {error: nope}}}], catch: {retry: never, when: '.a |'}}"),
    step("{run: {}, output: 7, input: {schema: {}}}"),
    step("{listen: {to: {}}}"),
    step("{fork: {branches: [{b: {emit: {event: {with: {type: x}}}}}]}}"),
    step("{set: {token: abc, header: Bearer abcdefghij, number: 100000000000000000}}"),
    step("{set: {a: '${ .a | }', b: '${ }', c: 'Dear ${ .name }'}}"),
    step("{set: {a: '${ $workflow.input.config.seize }'}}"),
    call("{}", slot="shopp"),
    call("{id: 1}"),
    call("{path.id: 1, nobody: 2, body: {}}"),
    call("{}", operation="getOrdr\n        authentication: {use: x}"),
    SLOTS + "do:\n  - a: {set: {x: 1}}\n",
    config("{size: {type: strang}}"),
    config("{size: {type: string, default: 3}, password: {type: string}, odd: {oneOf: [true]}}", required="sise"),
    config("{size: {$ref: 'https://a.example/x.json'}}"),
    config("{size: {type: string}}", reads="1", head=WIZARD),
    step("{set: {x: 1}, timeout: {after: {}}}", head=HEAD.replace("'1.0.3'", "'2.0'")),
]
UNREADABLE = [
    "",
    "just words",
    "a: [1, 2",
    "a: 1\na: 2\n",
    "a: &x 1\nb: *y\n",
    "<<: {a: 1}\n",
    "? [a]\n: 1\n",
    "a: !!binary x\n",
    "a: !thing x\n",
    "a: .nan\n",
    "a: " + "9" * 101,
    "a: 'open",
    "a: b: c\n",
    "a:\n\t- b\n",
    "a: 1\n---\nb: 2\n",
    "a: \x01",
    "'': 1\n",
    "a: &x [1]\nb: [" + "*x, " * 300 + "1]\n",
    "[" * 3000,
    "a: " + "[" * 100 + "]" * 100,
    "- a\n" * 70_000,
    "a: '" + "x" * 1_000_001 + "'",
]


def compiles(source: str, _variables: object) -> str | None:
    return "it ends too early." if source.endswith("|") else None


def all_findings() -> list[tuple[str, Finding]]:
    catalogues = {"shop": OPERATIONS}
    found = [(text, each) for text in WRONG for each in lint(parse(text), catalogues, compiles=compiles)]
    return found + [(SLOTS, each) for each in lint(parse(call("{path.id: 1}")), {"shop": None})]


def codes_of_the_linter() -> set[str]:
    """Every code that stands in the rules themselves."""
    folder = Path(settings.BASE_DIR, "apps/releases/definition")
    files = [*folder.glob("linting/*.py"), folder / "schema.py"]
    return {code for file in files for code in re.findall(r"\.(?:error|warning)\(\s*\"([a-z-]+)\"", file.read_text())}


def test_every_rule_has_something_to_say_here() -> None:
    assert codes_of_the_linter() - {finding.code for _, finding in all_findings()} == set()


def test_every_finding_says_what_where_and_how_to_mend_it() -> None:
    lacking = []
    for text, finding in all_findings():
        path_is_told = finding.path.startswith("/") or finding.message in ("“document” is missing.", "“do” is missing.")
        is_inside = re.match(r"/do/\d+/[^/]+/", finding.path)
        if not (finding.message and finding.mend and finding.line and path_is_told and (finding.step or not is_inside)):
            lacking.append((finding.message, finding.path, finding.line, finding.mend, finding.step, text))
    assert lacking == []


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: repr(text[:20]))
def test_a_text_that_cannot_be_read_says_where_and_how_to_mend_it(text: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse(text)
    (finding,) = refused.value.findings
    assert finding.message
    assert finding.mend
    assert finding.line


NESTED = HEAD + "do:\n" + "".join(f"{'    ' * n}  - s{n}:\n{'    ' * n}      do:\n" for n in range(100))
HUGE = HEAD + "do:\n" + "".join(f"  - s{n}: {{set: {{words: {'x' * 80}}}}}\n" for n in range(46_000))
BAD = {
    "five megabytes": (HUGE, "The text is larger than 1000 kB.", "Move long texts out of the definition."),
    "a hundred levels": (
        NESTED + f"{'    ' * 100}  - last: {{set: {{x: 1}}}}\n",
        "This is nested deeper than 64 levels.",
        "Let steps stand side by side, or split the integration in two.",
    ),
    "a number beyond what JSON keeps": (
        step(f"{{set: {{x: {10**17}}}}}"),
        "100000000000000000 is too large to be kept exactly.",
        "Write it as text, in quotes.",
    ),
}


@pytest.mark.parametrize(("text", "message", "mend"), BAD.values(), ids=BAD)
def test_what_is_too_much_is_kept_as_typed_and_refused_when_it_is_to_be_frozen(orders, text, message, mend):
    saved = services.save_draft(by=SETUP, draft=the_draft(orders), text=text, revision=1)
    found = selectors.reading_of(saved).errors
    assert [(each.message, each.mend) for each in found] == [(message, mend)]
    assert found[0].line
    assert the_draft(orders).text == text
    with pytest.raises(Refused, match="The draft has one error") as refused:
        services.create_version(by=SETUP, draft=saved, name="1")
    assert message in refused.value.problems[0]
    assert mend in refused.value.problems[0]


@pytest.mark.parametrize(("text", "message", "mend"), BAD.values(), ids=BAD)
def test_the_source_tab_says_what_is_too_much(login, bea, orders, text, message, mend):
    draft = the_draft(orders)
    browser = login(bea)
    answer = browser.post(_url("draft_check", draft), {"text": text, "revision": 1})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert mend in answer.content.decode()
    saved = browser.post(_url("draft_save", draft), {"text": text, "revision": 1}, follow=True)
    assert saved.status_code == 200
    assert message in saved.content.decode()


def test_more_than_the_database_keeps_is_refused_with_a_sentence(orders):
    with pytest.raises(Refused, match=r"larger than 8 MB. Take something out of it."):
        services.save_draft(by=SETUP, draft=the_draft(orders), text="x" * 8_000_001, revision=1)


def test_the_budget_of_the_reader_is_what_its_message_says() -> None:
    with pytest.raises(DefinitionError, match="larger than 1000 kB"):
        read(b"x" * 1_000_001)
    assert read(b"x" * 1_000_000).document == "x" * 1_000_000


def _url(name: str, draft: Any) -> str:
    return reverse(f"releases:{name}", args=[draft.integration_template.slug, draft.pk])
