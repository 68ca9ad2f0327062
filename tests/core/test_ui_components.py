"""Components as they arrive in the browser, without one."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from apps.core import navigation
from apps.core.badges import Badge
from apps.core.components import highlight, moments
from apps.core.forms import TextListField

NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)


def draw(source: str, **context: Any) -> str:
    request = RequestFactory().get("/things/", context.pop("query", {}))
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


def test_a_badge_explains_itself_to_eyes_ears_and_fingers() -> None:
    html = draw("{% badge state %}", state=Badge("Live", "What new installs get.", "green", "broadcast"))

    assert 'class="badge badge-green badge-explained"' in html
    assert html.count('id="meaning-') == 1
    assert 'popovertarget="meaning-' in html
    assert 'aria-describedby="meaning-' in html
    assert ">What new installs get.</span>" in html


def test_a_state_that_knows_its_badge_is_shown_by_it() -> None:
    state = SimpleNamespace(badge=Badge("Draft", "Can be edited."))
    assert "Draft" in draw("{% badge state %}", state=state)


def test_a_disabled_button_says_why_and_does_nothing() -> None:
    html = draw('{% button "Deploy" because="Staging is locked." name="deploy" %}')

    assert 'type="button"' in html
    assert 'aria-disabled="true"' in html
    assert "Staging is locked." in html
    assert 'name="deploy"' not in html


@pytest.mark.parametrize(
    "source",
    [
        "{% badge text meaning=text %}",
        "{% person text detail=text %}",
        "{% kv text text %}",
        "{% button text because=text %}",
        "{% link_button text text icon=text %}",
        "{% diff_line text text text %}",
        '{% code text language="yaml" title=text %}',
        "{% copy_button text %}",
        "{% empty_state text text=text %}{% endempty_state %}",
        "{% alert title=text %}{{ text }}{% endalert %}",
        "{% card text id=text %}{{ text }}{% endcard %}",
        "{% menu_item text text because=text %}",
        "{% crumb text text %}",
        "{% sort_heading text text %}",
        "{% search_box text %}",
        "{% overlay_header text text text=text %}",
    ],
)
def test_no_component_lets_markup_of_people_through(source: str) -> None:
    html = draw(source, text='"><img src=x onerror=alert(1)>', query={"q": '"><img>', "other": '"><img>'})
    assert "<img" not in html


def test_a_drawer_button_is_an_ordinary_link_too() -> None:
    html = draw('{% drawer_button "History" "/t/1/history/" icon="history" %}')
    assert 'href="/t/1/history/"' in html
    assert 'hx-get="/t/1/history/"' in html
    assert 'hx-target="#drawer"' in html


def test_sorting_keeps_the_filters_and_turns_round_on_the_second_click() -> None:
    first = draw('{% sort_heading "Name" "name" %}', query={"q": "crm", "page": "4"})
    second = draw('{% sort_heading "Name" "name" %}', query={"q": "crm", "sort": "name"})

    assert 'href="?q=crm&amp;sort=name"' in first
    assert 'aria-sort="ascending"' in second
    assert 'href="?q=crm&amp;sort=-name"' in second


def test_pages_lead_on_and_keep_the_filters() -> None:
    html = draw('{% pagination page noun="runs" %}', page=Paginator(range(50), 10).page(2), query={"q": "crm"})
    assert "11–20 of 50 runs" in html  # noqa: RUF001 - as people write a range
    assert 'href="?q=crm&amp;page=3"' in html
    assert '<span aria-current="page">2</span>' in html


class OrderForm(forms.Form):
    limit = forms.IntegerField(label="Orders per run", max_value=500, help_text="At most 500.")
    tags = TextListField(label="Tags", required=False, max_entries=2)


def test_an_error_is_tied_to_its_field() -> None:
    html = draw("{% form_fields form %}", form=OrderForm({"limit": "900"}))

    assert 'id="id_limit_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_limit_helptext id_limit_error"' in html
    assert '<a href="#id_limit_field">Orders per run</a>' in html


def test_blank_entries_of_a_list_do_not_count() -> None:
    form = OrderForm(_data(limit="5", tags=["vip", "", "  new "]))
    assert form.is_valid()
    assert form.cleaned_data["tags"] == ["vip", "new"]


def test_a_list_that_is_too_long_is_refused_with_the_reason() -> None:
    form = OrderForm(_data(limit="5", tags=["a", "b", "c"]))
    assert form.errors["tags"] == ["At most 2 entries fit here; these are 3."]


def _data(**values: Any) -> Any:
    from django.http import QueryDict  # noqa: PLC0415 - only this helper needs it

    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=2), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3, minutes=2), "3 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (-timedelta(hours=5), "in 5 hours"),
        (timedelta(days=40), "24 Mar"),
        (timedelta(days=400), "29 Mar 2025"),
    ],
)
def test_a_moment_is_told_from_now(ago: timedelta, words: str) -> None:
    assert moments.relatively(NOON - ago, now=NOON) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.85, "850 ms"), (4.21, "4.2 s"), (42, "42 s"), (185, "3 min 5 s"), (7800, "2 h 10 min")],
)
def test_a_length_of_time_has_the_units_that_matter(seconds: float, words: str) -> None:
    assert moments.length(seconds) == words


def test_colouring_changes_no_character() -> None:
    text = "# a <b>\nkey: \"x & y\" # note\nif: ${ .a < 3 }\nfor: { in: ${ .orders } }\nn: [1, true, 'it''s']\n"
    shown = [
        Template("{{ line|striptags }}").render(Context({"line": str(line)})) for line in highlight.lines(text, "yaml")
    ]
    from html import unescape  # noqa: PLC0415 - only this test needs it

    assert [unescape(line) for line in shown] == text.removesuffix("\n").split("\n")


def test_nobody_sees_navigation_that_their_role_does_not_include(monkeypatch: pytest.MonkeyPatch) -> None:
    items = {
        verb: navigation.Item(label=verb, url_name=url, icon="users", verb=verb)
        for verb, url in (("see", "core:home"), ("rule", "core:gallery"))
    }
    monkeypatch.setattr(navigation, "_items", items)
    monkeypatch.setattr(navigation, "_allowed", [lambda user, verb: verb in user.verbs])
    request = RequestFactory().get("/")
    request.resolver_match = None
    request.user = SimpleNamespace(is_authenticated=True, verbs={"see"})  # type: ignore[assignment]

    assert [entry.label for section in navigation.sections_for(request) for entry in section.entries] == ["see"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(label="Name"), "Enter a name."),
        (forms.CharField(label="Username"), "Enter a username."),
        (forms.CharField(label="URL"), "Enter a URL."),
        (forms.IntegerField(label="Time limit in seconds"), "Fill in “Time limit in seconds”."),
        (forms.ChoiceField(label="Environment", choices=[("a", "A")]), "Choose an environment."),
        (forms.ChoiceField(label="Copy to", choices=[("a", "A")]), "Choose one under “Copy to”."),
        (forms.BooleanField(label="I have read it"), "Tick “I have read it” to go on."),
        (
            forms.CharField(label="Answer", error_messages={"required": "This needs an answer."}),
            "This needs an answer.",
        ),
    ],
)
def test_what_was_left_blank_is_asked_for_by_its_name(field: forms.Field, words: str) -> None:
    form = type("BlankForm", (forms.Form,), {"one": field})({})
    page = Template("{% load ui %}{% form_fields form %}").render(Context({"form": form}))

    assert (page.count(words), "field is required" in page) == (2, False)
