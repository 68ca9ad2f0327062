"""A connector's versions may sign in differently: a slot takes the connections that sign in as its version does."""

import pytest

from apps.connectors.enums import Scheme
from apps.core.errors import Refused
from apps.deployments.models import WizardDraft
from apps.deployments.services import choose_release
from tests.factories.deployments import a_connection, a_deployment, a_release, a_synced_connector

CONFIG = {"source": "Shop"}


@pytest.fixture
def by_key(staging):
    """A connection that signs in with a key, as version 1 wants it."""
    a_synced_connector(staging, scheme=Scheme.API_KEY)
    return a_connection(staging, name="By key", scheme=Scheme.API_KEY)


@pytest.fixture
def by_token(staging, by_key):
    """A connection to the same connector that signs in with a token."""
    return a_connection(staging, name="By token", scheme=Scheme.BEARER)


def test_the_wizard_lists_those_that_fit_and_counts_the_others(otto, login, orders, staging, by_key, by_token):
    release = a_release(orders, slot=True)
    browser = login(otto)
    browser.post("/deploy/", {"integration_template": orders.slug, "environment": staging.slug, "owner": "team"})
    wizard = WizardDraft.objects.get()
    choose_release(wizard=wizard, release=release)

    url = f"/deploy/{wizard.pk}/connections/"
    page = browser.get(url).content.decode()
    assert ("By key" in page, "By token" in page, "1 more connection to acme-crm is not listed" in page) == (
        True,
        False,
        True,
    )
    assert browser.post(url, {"slot-crm": by_token.pk}).status_code == 422
    assert browser.post(url, {"slot-crm": by_key.pk}).status_code == 303


def test_one_that_signs_in_differently_is_not_deployed(orders, staging, by_key, by_token):
    release = a_release(orders, slot=True)

    with pytest.raises(Refused) as refused:
        a_deployment(release, staging, config=CONFIG, connections={"crm": by_token.pk})
    assert refused.value.problems == (
        "The connection “By token” signs in with bearer token, but acme-crm v1 wants API key in Staging. "
        "Choose another for “Your CRM”.",
    )
    assert a_deployment(release, staging, config=CONFIG, connections={"crm": by_key.pk}).number == 1
