"""Notes added up: what was said about the versions between two releases."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Customer, User
from apps.deployments.models import WizardDraft
from apps.deployments.plan import Target
from apps.deployments.services import start_wizard
from apps.deployments.wizard_pages import review_of
from apps.releases import services
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.whats_new import news_between, versions_between
from tests.factories.deployments import a_deployment, an_environment
from tests.factories.releases import SETUP, a_template, a_version, the_draft

type Login = Callable[[User], Client]


@pytest.fixture
def versions(orders: IntegrationTemplate) -> list[Release]:
    """V1 to V5; V3 says nothing, V4 only describes itself."""
    found = [a_version(orders, f"1.{number}.0") for number in range(5)]
    for number in (1, 4):
        found[number] = services.edit_notes(by=SETUP, release=found[number], notes=f"**News of V{number + 1}**")
    found[3] = services.rename_release(by=SETUP, release=found[3], name="1.3.0", description="Retries.")
    return found


def test_the_notes_between_two_versions_add_up_newest_first(versions: list[Release]) -> None:
    news = news_between(versions[0], versions[4])

    assert [note.release.label for note in news.notes] == ["V5", "V4", "V2"]
    assert [str(note.notes).strip() for note in news.notes] == [
        "<p><strong>News of V5</strong></p>",
        "",
        "<p><strong>News of V2</strong></p>",
    ]
    assert (news.title, news.silent, news.versions) == ("What's new from V1 to V5", 1, 4)


def test_the_way_back_tells_what_goes_away(versions: list[Release]) -> None:
    news = news_between(versions[4], versions[2])

    assert (news.title, [note.release.label for note in news.notes]) == (
        "What goes away from V5 to V3",
        ["V5", "V4"],
    )


def test_a_draft_is_newer_than_every_version(versions: list[Release], orders: IntegrationTemplate) -> None:
    draft = services.edit_notes(by=SETUP, release=the_draft(orders), notes="Soon")
    news = news_between(versions[3], draft)

    assert [note.release.label for note in news.notes] == ["Draft", "V5"]
    assert news_between(draft, draft).versions == 0


def test_what_is_in_the_bin_or_in_another_template_is_left_out(versions: list[Release]) -> None:
    services.bin_release(by=SETUP, release=versions[1])
    other = a_version(a_template("Orders to ERP"))

    assert [one.label for one in versions_between(versions[0], versions[4])] == ["V5", "V4", "V3"]
    assert not versions_between(versions[0], other)


def test_notes_cannot_carry_scripts(versions: list[Release], orders: IntegrationTemplate) -> None:
    services.edit_notes(by=SETUP, release=versions[4], notes="<script>alert(1)</script>fine")

    assert "<script" not in str(news_between(versions[3], Release.objects.get(pk=versions[4].pk)).notes[0].notes)


def test_the_comparison_shows_them(login: Login, vera: User, versions: list[Release]) -> None:
    url = reverse("releases:release_compare", args=["orders-to-crm", versions[4].pk])
    page = login(vera).get(f"{url}?with={versions[0].pk}").content.decode()

    assert "What&#x27;s new from V1 to V5" in page
    assert page.index("News of V5") < page.index("Retries.") < page.index("News of V2")


def test_the_review_of_another_version_shows_them(
    otto: User, versions: list[Release], orders: IntegrationTemplate, northwind: Customer
) -> None:
    staging = an_environment("Staging")
    a_deployment(versions[0], staging, northwind, config={}, connections={})
    wizard = start_wizard(by=otto, target=Target(orders, staging, northwind))
    WizardDraft.objects.filter(pk=wizard.pk).update(release=versions[4])
    review = review_of(WizardDraft.objects.get(pk=wizard.pk), versions[4])

    assert review.news is not None
    assert [note.release.label for note in review.news.notes] == ["V5", "V4", "V2"]
