"""What a browser sends when somebody presses the button of a form without touching it."""

from html.parser import HTMLParser

from django.http import QueryDict


class _Form(HTMLParser):
    """The fields of the forms of a page, as browsers send them: texts with CRLF, ticked boxes only."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside = action, not action
        self.pairs: list[tuple[str, str]] = []
        self.select: str | None = None
        self.first: str | None = None
        self.area: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action:
            self.inside = given.get("action", "").startswith(self.action)
        if not self.inside:
            return
        if tag == "input" and "name" in given:
            self._input(given)
        elif tag == "select":
            self.select, self.first = given.get("name", ""), None
        elif tag == "option" and self.select:
            self.first = given.get("value", "") if self.first is None else self.first
            if "selected" in given:
                self.pairs.append((self.select, given.get("value", "")))
        elif tag == "textarea":
            self.area, self.text = given.get("name", ""), ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None:
            # Browsers take one line end away that follows the tag, and write CRLF.
            self.pairs.append((self.area, self.text.removeprefix("\n").replace("\n", "\r\n")))
            self.area = None
        if tag == "select" and self.select is not None:
            if self.first is not None and self.select not in dict(self.pairs):
                self.pairs.append((self.select, self.first))
            self.select = None
        if tag == "form" and self.action:
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self.pairs.append((given["name"], given.get("value", "on")))
        elif kind not in ("submit", "button"):
            self.pairs.append((given["name"], given.get("value", "")))


def sent(html: str, action: str = "", /, **typed: str) -> QueryDict:
    """Return what a browser sends of the form with this action ("": of all), with some fields typed differently."""
    form = _Form(action)
    form.feed(html)
    data = QueryDict(mutable=True)
    for name, value in form.pairs:
        data.appendlist(name, value)
    for name, value in typed.items():
        data[name] = value
    return data
