"""The trail of an instance says what each deployment changed, for the console and for support; rights come first."""

import re

import pytest

from apps.audit.differences import MOST_LETTERS, of_facts
from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden
from apps.deployments import services
from tests.factories.deployments import a_connection, a_deployment, a_release, a_synced_connector
from tests.factories.releases import SETUP

ONE = {"source": "Old", "minTotal": 5}
TWO = {"source": "New", "minTotal": 5, "tags": ["a", "b"]}


def told(number):
    """What the event of a deployment tells, as (what, before, after)."""
    event = AuditEvent.objects.get(facts__deployment=number)
    return [(one.label, one.before, one.after) for one in of_facts(event.facts)]


@pytest.fixture
def changed(orders, staging):
    """An instance: installed, reconfigured with another connection, brought to another version, and undone."""
    a_synced_connector(staging)
    first, second = (a_connection(staging, name=name) for name in ("First CRM", "Second CRM"))
    v1, v2 = a_release(orders, slot=True), a_release(orders, slot=True)
    a_deployment(v1, staging, config=ONE, connections={"crm": first.pk})
    a_deployment(v1, staging, config=TWO, connections={"crm": second.pk})
    instance = a_deployment(v2, staging, config=TWO, connections={"crm": second.pk}).instance
    services.undo_deployment(by=SETUP, instance=instance, reason="wrong")
    return instance


def test_every_deployment_tells_what_it_changed(changed):
    v1, v2 = (one.release.title for one in changed.deployments.order_by("number")[1:3])
    crm = "Connection “Your CRM”"

    assert told(1) == [
        ("Version", None, v1),
        ("Name of the shop", None, "Old"),
        ("Smallest order", None, "5"),
        (crm, None, "First CRM"),
    ]
    assert told(2) == [("Name of the shop", "Old", "New"), ("Tags", None, "a, b"), (crm, "First CRM", "Second CRM")]
    assert told(3) == [("Version", v1, v2)]
    assert told(4) == [("Version", v2, v1)]


def test_the_same_once_more_tells_nothing(orders, staging, v1):
    for _ in range(2):
        a_deployment(v1, staging, config={"greeting": "hi"})

    assert told(2) == []


def test_a_long_answer_is_told_in_short(orders, staging, v1):
    a_deployment(v1, staging, config={"greeting": "x" * 9_000})

    assert len(told(1)[1][2]) == MOST_LETTERS + 1


def test_the_console_shows_it_before_and_after(changed, vera, login):
    page = login(vera).get(f"/trail/deployments.instance/{changed.pk}/").content.decode()

    assert re.search(r"Name of the shop</span>\s*<span[^>]*><del>Old</del>.*?<ins>New</ins>", page, re.DOTALL)


def test_django_admin_shows_it_in_the_history_once(changed, sam, login):
    page = login(sam).get(f"/admin/deployments/instance/{changed.pk}/history/").content.decode()

    assert page.count("<strong>Name of the shop:</strong> Old &rarr; New") == 1
    assert page.count("<strong>Name of the shop:</strong> not set &rarr; Old") == 1
    assert page.count("<strong>Connection “Your CRM”:</strong> First CRM &rarr; Second CRM") == 1


def test_whoever_may_not_undo_is_told_so_before_anything_else(orders, staging, v1, vera, login):
    instance = a_deployment(v1, staging).instance

    with pytest.raises(Forbidden):
        services.undo_deployment(by=vera, instance=instance, reason="")
    for path in ("undo", "pause"):
        assert login(vera).get(f"/instances/{instance.pk}/{path}/").status_code == 403


def test_who_may_undo_is_told_that_there_is_nothing(orders, staging, v1, otto, login):
    instance = a_deployment(v1, staging).instance

    answer = login(otto).get(f"/instances/{instance.pk}/undo/")
    assert (answer.status_code, "nothing ran here before" in answer.content.decode()) == (422, True)


def test_the_page_of_a_connection_leads_to_what_uses_it(orders, staging, vera, login):
    a_synced_connector(staging)
    first, second = (a_connection(staging, name=name) for name in ("First CRM", "Second CRM"))
    for one in (first, second):
        instance = a_deployment(a_release(orders, slot=True), staging, config=ONE, connections={"crm": one.pk}).instance
    browser = login(vera)

    link = f'<a href="/instances/{instance.pk}/">{instance}</a>'
    assert f"{link} uses it" in browser.get(second.get_absolute_url()).content.decode()
    assert f"{link} used it and could go back to that" in browser.get(first.get_absolute_url()).content.decode()
