"""Copies: where they go, what one is told, and who may not."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.releases import selectors
from apps.releases.models import IntegrationTemplate, Release
from tests.factories.releases import a_template, a_version, the_draft

type Login = Callable[[User], Client]


def _url(release: Release) -> str:
    return reverse("releases:release_copy", args=[release.integration_template.slug, release.pk])


def _data(release: Release, **data: object) -> dict[str, object]:
    return {"seen": selectors.seen(release, selectors.live_release(release.integration_template)), **data}


@pytest.mark.parametrize("target", ["this", "other", "new"])
def test_after_copying_one_is_in_the_builder_of_the_copy(
    login: Login, bea: User, orders: IntegrationTemplate, target: str
) -> None:
    version = a_version(orders)
    other = a_template("Orders to ERP")
    data = _data(version, target=target, other=other.pk, new_name="Orders to shop")
    answer = login(bea).post(_url(version), data, follow=True)
    copy = Release.objects.latest("pk")

    assert answer.redirect_chain == [(reverse("releases:builder", args=[copy.integration_template.slug, copy.pk]), 303)]
    assert copy.text == version.text
    assert (
        copy.integration_template.name
        == {
            "this": "Orders to CRM",
            "other": "Orders to ERP",
            "new": "Orders to shop",
        }[target]
    )
    said = [str(message) for message in answer.context["messages"]]
    assert said[0].startswith(f"Copied {version.title} to {copy.integration_template}.")


@pytest.mark.parametrize("person", ["vera", "otto", "sam"])
def test_who_may_not_edit_copies_nothing(
    login: Login, request: pytest.FixtureRequest, orders: IntegrationTemplate, person: str
) -> None:
    version = a_version(orders)
    other = a_template("Orders to ERP")
    before = Release.objects.count()
    client = login(request.getfixturevalue(person))
    answers = [
        client.post(_url(version), _data(version, target=target, other=other.pk, new_name="Mine"))
        for target in ("this", "other", "new")
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Release.objects.count() == before


def test_a_copy_into_a_template_that_is_gone_is_refused(login: Login, bea: User, orders: IntegrationTemplate) -> None:
    version = a_version(orders)
    answer = login(bea).post(_url(version), _data(version, target="other", other=987654))

    assert (answer.status_code, "other" in answer.context["form"].errors) == (422, True)


def test_what_was_copied_goes_on_from_there(login: Login, bea: User, orders: IntegrationTemplate) -> None:
    version = a_version(orders)
    login(bea).post(_url(version), _data(version, target="this"))
    copy = Release.objects.latest("pk")

    assert (copy.base, copy.is_latest, the_draft(orders).is_latest) == (version, False, True)
