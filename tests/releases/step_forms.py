"""What a browser does with the form of a step: reads it, types into it, sends it."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.releases.models import Release

PANEL = {"HX-Request": "true", "HX-Target": "panel"}


class Controls(HTMLParser):
    """The successful controls of a form, as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.buttons: list[str] = []
        self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("search", "submit"):
            self.sent[name] = given.get("value", "")
        elif tag == "textarea":
            self._area, self.sent[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.sent):
            self.sent[self._select] = given["value"]
        elif tag == "button" and name == "do":
            self.buttons.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The first line end in a textarea belongs to the markup.
            self.sent[self._area] = self.sent[self._area].removeprefix("\n").replace("\n", "\r\n")
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] += data


def address(release: Release, name: str, at: str, **query: str) -> str:
    """The address of something about a step."""
    base = reverse(f"releases:{name}", args=[release.integration_template.slug, release.pk])
    more = "".join(f"&{key}={value}" for key, value in query.items())
    return f"{base}?at={at.replace('&', '%26').replace('+', '%2B')}{more}"


def opened(client: Client, release: Release, at: str) -> Controls:
    """The form of a step, as it is shown."""
    return controls(client.get(address(release, "builder_step", at), headers=PANEL))


def controls(response: HttpResponse) -> Controls:
    """The form in an answer."""
    return Controls(response.content.decode())


def save(client: Client, release: Release, at: str, sent: dict[str, str]) -> Any:
    """Press "Save step"."""
    return client.post(address(release, "builder_step_save", at), sent, headers=PANEL)


def press(client: Client, release: Release, at: str, sent: dict[str, str], button: str) -> Any:
    """Press a button that changes the form."""
    return client.post(address(release, "builder_step_arrange", at), {**sent, "do": button}, headers=PANEL)
