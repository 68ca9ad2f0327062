"""The wizard as customers and the team will see it, and the sample answers."""

from urllib.parse import urlencode

from django.urls import reverse

from apps.releases.definition import parse
from apps.releases.models import Release
from tests.factories.releases import the_draft
from tests.releases.sending import sent
from tests.releases.settings.pages import TEXT, Login, fresh


def preview(draft: Release, **query: str) -> str:
    url = reverse("deployments:config_preview_panel", args=[draft.integration_template.slug, draft.pk])
    return f"{url}?{urlencode(query)}"


def test_the_preview_shows_what_each_audience_is_asked(login: Login, vera, orders):
    draft, client = the_draft(orders), login(vera)
    customers, team = (client.get(preview(draft, **{"as": who})).content.decode() for who in ("customer", "team"))
    assert ("answer-limit" in customers, "answer-limit" in team) == (False, True)
    assert all("answer-since" in page and "Keep as sample" not in page for page in (customers, team))


def test_the_sample_is_typed_as_answers(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    url = reverse("deployments:config_sample_save", args=[orders.slug, draft.pk])
    page = client.get(preview(draft, **{"as": "team"})).content.decode()
    wrong = client.post(url, sent(page, url, **{"answer-limit": "101"}))
    assert (wrong.status_code, "This must be 100 or less." in wrong.content.decode()) == (422, True)
    client.post(url, sent(page, url, **{"answer-since": "2026-01-01", "answer-limit": "5"}))
    assert parse(fresh(draft).text).document["document"]["metadata"]["slipway"]["sampleInput"] == {
        "config": {"since": "2026-01-01", "limit": 5}
    }
    page = client.get(preview(draft, **{"as": "team"})).content.decode()
    client.post(url, sent(page, url, **{"answer-since": "", "answer-limit": ""}))
    assert fresh(draft).text == TEXT
