"""What starts a release: timers, webhooks, and when the next runs would be."""

import pytest
from django.urls import reverse

from apps.releases import services
from apps.releases.definition import parse
from tests.factories.releases import the_draft
from tests.releases.sending import sent
from tests.releases.settings.pages import HTMX, TEXT, Login, at, fresh, save


def test_a_timer_is_chosen_and_taken_away(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    save(client, draft, "builder_triggers", "triggers_save", when="every", number="15", unit="minutes")
    assert parse(fresh(draft).text).document["schedule"] == {"every": {"minutes": 15}}
    save(client, draft, "builder_triggers", "triggers_save", when="cron", cron="0 6 * * 1", time_zone="Europe/Berlin")
    read = parse(fresh(draft).text)
    assert (read.document["schedule"], read.schedule.time_zone) == ({"cron": "0 6 * * 1"}, "Europe/Berlin")
    save(client, draft, "builder_triggers", "triggers_save", when="none", time_zone="")
    assert fresh(draft).text == TEXT


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"when": "cron", "cron": "61 * * * *"}, "is no cron expression"),
        ({"when": "cron", "cron": ""}, "Write five fields"),
        ({"when": "every", "number": ""}, "Say after how many"),
        ({"when": "every", "number": "soon"}, "“soon” is no number"),
        ({"when": "every", "number": "-1"}, "above 0"),
        ({"time_zone": "Europe/Berlln"}, "Did you mean “Europe/Berlin”?"),
        ({"has_webhook": "on", "webhook_schema": "{"}, "This is not JSON"),
        ({"has_webhook": "on", "webhook_schema": '{"type": "text"}'}, "This is no JSON schema"),
        ({"event": "[1,"}, "This is not JSON"),
        ({"event": "9007199254740993"}, "is too large to be kept exactly"),
    ],
)
def test_a_bad_trigger_is_said_at_its_field_and_kept_as_typed(login: Login, bea, orders, typed, said):
    draft = the_draft(orders)
    answer = save(login(bea), draft, "builder_triggers", "triggers_save", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(sent(page, at(draft, "triggers_save"))[name] == value for name, value in typed.items())
    assert fresh(draft).text == TEXT


def test_a_webhook_comes_and_goes(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    schema = '{"type": "object"}'
    save(
        client,
        draft,
        "builder_triggers",
        "triggers_save",
        has_webhook="on",
        webhook_title="New order",
        webhook_schema=schema,
        event='{"id": 9007199254740991}',
    )
    ours = parse(fresh(draft).text).document["document"]["metadata"]["slipway"]
    assert ours["webhook"] == {"title": "New order", "schema": {"type": "object"}}
    assert ours["sampleInput"] == {"event": {"id": 9007199254740991}}
    save(client, draft, "builder_triggers", "triggers_save", webhook_title="", webhook_schema="", event="")
    assert parse(fresh(draft).text).document["document"]["metadata"]["slipway"]["webhook"] == {}
    page = client.get(at(draft, "builder_triggers")).content.decode()
    data = sent(page, at(draft, "triggers_save"))
    data.pop("has_webhook")
    client.post(at(draft, "triggers_save"), data)
    assert fresh(draft).text == TEXT


def test_a_timer_that_no_form_shows_stays_as_the_source_says(login: Login, bea, orders):
    draft = the_draft(orders)
    text = f"{TEXT}schedule:\n  every: PT90S   # a minute and a half\n"
    services.save_draft(by=bea, draft=draft, text=text, revision=draft.revision)
    client = login(bea)
    assert "As the source says (every: PT90S)" in client.get(at(draft, "builder_triggers")).content.decode()
    save(client, draft, "builder_triggers", "triggers_save", missed="skip")
    assert "every: PT90S   # a minute and a half" in fresh(draft).text


def test_the_next_times_are_those_of_the_time_zone(login: Login, bea):
    query = {"when": "cron", "cron": "30 2 * 7 *", "time_zone": "Europe/Berlin", "missed": "once"}
    page = login(bea).get(reverse("runs:schedule_times_panel"), query, headers={**HTMX, "HX-Target": "schedule-times"})
    assert page.content.decode().count("<span>02:30</span>") == 5
    assert "In Europe/Berlin." in page.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"when": "cron", "cron": "x", "missed": "once"}, "is no cron expression"),
        ({"when": "none", "missed": "once"}, "It starts by hand only."),
        ({"when": "cron", "cron": "0 0 30 2 *", "missed": "once"}, "is no cron expression"),
        ({"when": "every", "number": "99999999", "unit": "days", "missed": "once"}, "at most ten years"),
        ({}, "It starts by hand only."),
    ],
)
def test_times_that_do_not_come_are_explained(login: Login, bea, query, said):
    page = login(bea).get(reverse("runs:schedule_times_panel"), query)
    assert said in page.content.decode()
