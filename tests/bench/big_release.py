"""A release of 500 steps in the builder: opened, edited, compared, as the browser does it."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import count

from django.test import Client
from django.urls import reverse

from apps.accounts.permissions import Role
from apps.accounts.services import add_person
from apps.audit.actor import Actor
from apps.releases import reading, selectors, services
from apps.releases.models import Release
from tests.bench import Line, milliseconds
from tests.bench.big import text_of
from tests.factories.connectors import built_version
from tests.factories.releases import a_template, the_draft

STEPS = 500
AT = "/do/250/step250"
SETUP = Actor.system("bench")


def bench() -> Iterable[Line]:
    """Make the template with a version and a draft that differs, then do what a builder does."""
    built_version()
    template = a_template("Many steps", content=text_of(STEPS))
    version = services.create_version(by=SETUP, draft=the_draft(template), name="1.0.0")
    browser = Browser(template.slug)
    yield Line("open the builder, first time in the process", browser.time(browser.open, forget), "ms", limit=500)
    yield Line("open the builder", browser.time(browser.open), "ms", limit=500)
    yield Line("open it with a step's form", browser.time(browser.open_step), "ms", limit=500)
    yield Line("save one step", browser.save_step(), "ms", limit=150)
    yield Line("what the page then fetches anew", browser.time(browser.renew), "ms", limit=500)
    yield Line("duplicate a step", browser.act("step_duplicate"), "ms", limit=150)
    yield Line("delete a step", browser.act("step_delete"), "ms", limit=150)
    yield Line("undo", browser.act("draft_undo"), "ms", limit=150)
    yield Line("save the whole source, one line of it new", browser.save_source(), "ms", limit=500)
    yield Line("open the diagram", browser.time(browser.open_diagram), "ms", limit=500)
    yield Line("open the source", browser.time(browser.open_source), "ms", limit=500)
    draft = services.create_version(by=SETUP, draft=the_draft(template), name="2.0.0")
    compare = reverse("releases:release_compare", args=[template.slug, draft.pk]) + f"?with={version.pk}"
    yield Line(
        "compare the two, first time in the process",
        browser.time(lambda: browser.get(compare), forget),
        "ms",
        limit=500,
    )
    yield Line("compare the two", browser.time(lambda: browser.get(compare)), "ms", limit=500)


def forget() -> None:
    """Be a process that has read nothing yet."""
    reading.typed.cache_clear()
    reading.accepted.cache_clear()
    reading._compiled.clear()


class Browser:
    """Bea's browser, on the draft of a template."""

    def __init__(self, slug: str) -> None:
        person = add_person(by=SETUP, username="bench", display_name="Bea", role=Role.BUILDER)
        self.client = Client()
        self.client.force_login(person)
        self.slug = slug
        self.numbers = count(1)

    @property
    def draft(self) -> Release:
        return Release.objects.get(integration_template__slug=self.slug, is_latest=True)

    def url(self, name: str) -> str:
        return reverse(f"releases:{name}", args=[self.slug, self.draft.pk])

    def get(self, url: str, **headers: str) -> str:
        answer = self.client.get(url, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
        return answer.content.decode()

    def post(self, url: str, data: dict[str, str]) -> None:
        answer = self.client.post(url, data, headers={"HX-Request": "true"})
        if answer.status_code not in (200, 204) or "draft-edited" not in answer.headers.get("HX-Trigger", ""):
            raise RuntimeError(f"{url} answered {answer.status_code} without an edit: {answer.content[:2000]!r}")

    def open(self) -> None:
        self.get(self.url("builder"))

    def open_step(self) -> None:
        self.get(f"{self.url('builder')}?at={AT}")

    def open_diagram(self) -> None:
        self.get(self.url("builder_diagram"))

    def open_source(self) -> None:
        self.get(self.url("builder_source"))

    def renew(self) -> None:
        """What listens to ``draft-edited``."""
        self.get(self.url("builder_toolbar"), **{"HX-Request": "true"})
        self.get(self.url("builder"), **{"HX-Request": "true", "HX-Target": "outline"})

    def time(self, act, before=lambda: None) -> float:
        before()
        if before is not forget:
            act()
        return milliseconds(act, 5, before=before)

    def save_step(self) -> float:
        """Post the form of a step as it stands, with another value in its last text."""
        form = FormReader("step/save/")

        def prepare() -> None:
            form.__init__("step/save/")
            form.feed(self.get(f"{self.url('builder')}?at={AT}"))
            fields = form.fields
            name = next(name for name, value in fields.items() if value == "customer" or value.startswith("customer "))
            fields[name] = f"customer {next(self.numbers)}"

        return milliseconds(lambda: self.post(form.url, form.fields), 5, before=prepare)

    def act(self, name: str) -> float:
        fields: dict[str, str] = {}

        def prepare() -> None:
            draft = self.draft
            fields.update(at=selectors.definition_of(draft).steps[250].pointer, revision=str(draft.revision))

        return milliseconds(lambda: self.post(self.url(name), fields), 5, before=prepare)

    def save_source(self) -> float:
        fields: dict[str, str] = {}

        def prepare() -> None:
            draft = Release.objects.select_related("snapshot").get(pk=self.draft.pk)
            text = re.sub("title: .*Many steps", f"title: {next(self.numbers)} Many steps", draft.text, count=1)
            fields.update(text=text, revision=str(draft.revision))

        return milliseconds(lambda: self.post(self.url("draft_save"), fields), 5, before=prepare)


class FormReader(HTMLParser):
    """What a browser would send of the form whose action ends so."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.url, self.is_inside = action, "", False
        self.fields: dict[str, str] = {}
        self.area, self.select = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = values.get("action", "").partition("?")[0].endswith(self.action)
            self.url = values["action"] if self.is_inside else self.url
        if not self.is_inside:
            return
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button"):
            if kind not in ("checkbox", "radio") or "checked" in values:
                self.fields[name] = values.get("value", "on" if kind == "checkbox" else "")
        elif tag == "textarea" and name:
            self.area, self.fields[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in values or self.select not in self.fields):
            self.fields[self.select] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area:
            # The first line break after the tag is not of the text.
            self.fields[self.area] += data if self.fields[self.area] else data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""
