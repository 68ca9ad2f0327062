"""Own patterns for the names of versions: what can be used, what is suggested, what is refused."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.errors import Refused
from apps.releases import selectors, services
from apps.releases.definition.diff import ChangeLevel
from apps.releases.models import IntegrationTemplate
from apps.releases.naming import pattern_problem, problem, suggest
from apps.releases.services import BadName
from tests.factories.releases import a_template, text, the_draft

type Login = Callable[[User], Client]

TODAY = date(2026, 11, 21)
OURS = "release/{year}.{month}-{n}"
PATTERNS = [
    OURS,
    "{n}",
    "R{n}",
    "{year}-{month}-{day}.{n}",
    "{year}-Q{quarter}-{n}",
    "{year}w{week}-{words}",
    "{words}",
    "v{major}.{minor}",
    "{major}.{minor}.{patch}-{words}",
    "{major}.{minor} ({year})",
]


@pytest.mark.parametrize(
    ("pattern", "previous", "level", "name"),
    [
        (OURS, [], "fix", "release/2026.11-1"),
        (OURS, ["release/2026.11-2", "release/2026.11-1"], "fix", "release/2026.11-3"),
        (OURS, ["release/2026.10-7", "something else"], "fix", "release/2026.11-1"),
        ("R{n}", ["R9", "R10"], "breaking", "R11"),
        ("{year}-Q{quarter}-{n}", [], "fix", "2026-Q4-1"),
        ("{year}w{week}-{n}", [], "fix", "2026w47-1"),
        ("v{major}.{minor}", [], "fix", "v1.0"),
        ("v{major}.{minor}", ["v1.4"], "breaking", "v2.0"),
        ("v{major}.{minor}", ["v1.4"], "feature", "v1.5"),
        ("v{major}.{minor}", ["v1.4"], "fix", "v1.5"),
        ("{major}.{minor}.{patch}-{words}", ["1.2.3-orders"], "fix", "1.2.4-changes"),
        ("{words}", ["changes"], "fix", "changes-2"),
    ],
)
def test_the_next_name_is_suggested(pattern: str, previous: list[str], level: str, name: str) -> None:
    assert suggest("pattern", previous, TODAY, ChangeLevel(level), pattern=pattern) == name


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("", "The pattern has no placeholder, so that every version would have the same name."),
        ("release", "The pattern has no placeholder"),
        ("{year}.{month}", "Two versions of one day would have the same name. Add {n}"),
        ("{yaer}-{n}", "“{yaer}” is no placeholder. There are {year}, {month}"),
        ("{n}-{n}", "{n} stands in the pattern twice."),
        ("{n}{words}", "Put a character between {n} and {words}"),
        ("{day}-{n}", "{day} needs {year} and {month} beside it."),
        ("{n", "A brace stands alone at character 1"),
        (" {n}", "The pattern begins or ends with a space."),
        ("x" * 90 + "{n}", "Names would be longer than 80 characters."),
    ],
)
def test_a_bad_pattern_is_refused_with_its_reason(pattern: str, sentence: str) -> None:
    assert (pattern_problem(pattern) or "").startswith(sentence)


@pytest.mark.parametrize(
    "name", ["release/2026.13-1", "release/2026.11-0", "release/2026.11", "Release/2026.11-1", "release/2026.11-1 "]
)
def test_a_name_unlike_the_pattern_is_refused_with_an_example(name: str) -> None:
    refused = problem("pattern", name, [], pattern=OURS, today=TODAY) or ""

    assert refused.startswith("The name") or refused == (
        f"“{name}” does not follow this template's pattern {OURS}: a name looks like release/2026.11-1."
    )


def test_a_day_in_a_name_must_exist() -> None:
    assert problem("pattern", "2026-02-30.1", [], pattern="{year}-{month}-{day}.{n}", today=TODAY)
    assert problem("pattern", "2026-02-28.1", [], pattern="{year}-{month}-{day}.{n}", today=TODAY) is None


@given(
    st.sampled_from(PATTERNS),
    st.integers(0, 5),
    st.sampled_from(ChangeLevel),
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
)
def test_a_suggestion_is_never_refused(pattern: str, times: int, level: ChangeLevel, today: date) -> None:
    names: list[str] = []
    for _ in range(times + 1):
        name = suggest("pattern", names, today, level, pattern=pattern)
        assert problem("pattern", name, names, pattern=pattern, today=today) is None
        names.insert(0, name)


def test_a_template_keeps_its_pattern_and_its_copies_do(bea: User) -> None:
    template = services.create_template(
        by=bea, name="Orders", text=text(), naming_scheme="pattern", naming_pattern="R{n}"
    )
    version = services.create_version(by=bea, draft=the_draft(template), name="R1")
    copy = services.copy_release(by=bea, release=version, new_template="Orders to ERP")

    assert copy.integration_template.naming_pattern == "R{n}"
    assert selectors.suggested_name(the_draft(template)) == "R2"
    with pytest.raises(BadName, match="a name looks like R1"):
        services.create_version(by=bea, draft=the_draft(template), name="1.0.0", accept_same=True)


def test_no_service_keeps_a_pattern_that_cannot_be_used(bea: User, orders: IntegrationTemplate) -> None:
    with pytest.raises(Refused, match="no placeholder"):
        services.edit_template(
            by=bea,
            integration_template=orders,
            name="Orders",
            summary="",
            naming_scheme="pattern",
            naming_pattern="release",
        )


def test_the_form_says_what_is_wrong_with_a_pattern(login: Login, bea: User, orders: IntegrationTemplate) -> None:
    url = reverse("releases:template_edit", args=[orders.slug])
    data = {"name": "Orders", "summary": "", "naming_scheme": "pattern", "naming_pattern": "{yaer}"}
    refused = login(bea).post(url, data)
    saved = login(bea).post(url, {**data, "naming_pattern": OURS}, follow=True)

    assert (refused.status_code, refused.context["form"].errors["naming_pattern"][0][:26]) == (
        422,
        "“{yaer}” is no placeholder",
    )
    assert saved.status_code == 200
    assert IntegrationTemplate.objects.get(pk=orders.pk).naming_pattern == OURS


def test_another_scheme_forgets_the_pattern(login: Login, bea: User) -> None:
    template = a_template()
    services.edit_template(
        by=bea,
        integration_template=template,
        name="Orders",
        summary="",
        naming_scheme="semver",
        naming_pattern="nonsense",
    )

    assert IntegrationTemplate.objects.get(pk=template.pk).naming_pattern == ""
