"""The config wizard as a browser sees it, with scripts and without."""

import re
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.connectors.enums import ConnectionState
from apps.core import clock
from apps.core.clock import shifted_to
from apps.deployments import services
from apps.deployments.models import Deployment, Instance, WizardDraft
from apps.deployments.plan import Target
from apps.releases import services as releases
from tests.factories.deployments import a_connection, a_deployment, a_release, a_text, an_environment, lock
from tests.factories.releases import SETUP, a_template, the_draft

START = "/deploy/"


def begin(client, template, environment, *, owner="team", label="", query="", **more) -> str:
    """Fill in the first page; return the address of the next."""
    data = {"integration_template": template.slug, "environment": environment.slug, "owner": owner, "label": label}
    response = client.post(f"{START}{query}", data, **more)
    assert response.status_code == 303, response.context["form"].errors
    return response.url


def the_wizard() -> WizardDraft:
    return WizardDraft.objects.get()


def step(name: str, *more: object) -> str:
    return reverse(f"deployments:wizard_{name}", args=[the_wizard().pk, *more])


def said(response) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_whole_journey_without_scripts(otto, login, orders, staging, northwind, with_crm):
    mine = a_connection(staging, northwind, name="Northwind CRM")
    otto_browser = login(otto)
    assert begin(otto_browser, orders, staging, owner="northwind") == step("version")
    page = otto_browser.get(step("version"))
    assert f'value="{with_crm.pk}" checked' in page.content.decode()

    answer = otto_browser.post(step("version"), {"release": with_crm.pk})
    assert answer.url == step("connections")
    assert f'value="{mine.pk}" checked' in otto_browser.get(answer.url).content.decode()

    answer = otto_browser.post(answer.url, {"slot-crm": mine.pk})
    assert answer.url == step("configuration", 1)
    page = otto_browser.get(answer.url)
    assert "Name of the shop" in said(page)
    assert "Orders per run" not in said(page)

    bad = otto_browser.post(answer.url, {"answer-source": "S", "answer-minTotal": "7"})
    assert bad.status_code == 422
    assert "This needs at least 2 characters." in said(bad)
    assert 'value="7"' in bad.content.decode()

    answer = otto_browser.post(answer.url, {"answer-source": "Shop", "answer-minTotal": "7"})
    assert answer.url == step("configuration", 2)
    answer = otto_browser.post(answer.url, {"answer-tags": ["a", "", "b"], "answer-batchSize": "20"})
    assert answer.url == step("review")
    page = otto_browser.get(answer.url)
    assert "is installed with" in said(page)
    assert "Northwind CRM" in said(page)
    assert Instance.objects.count() == 0

    done = otto_browser.post(step("review"), {"reason": "first"})
    made = Deployment.objects.get()
    assert done.url == made.instance.get_absolute_url()
    assert made.config_revision.data == {"source": "Shop", "minTotal": 7, "tags": ["a", "b"], "batchSize": 20}
    assert (made.actor, made.reason, made.instance.customer) == (otto, "first", northwind)
    assert "is deployed" in said(otto_browser.get(done.url))


def test_with_htmx_a_bad_answer_comes_back_as_the_fragment_and_a_good_one_leads_on(
    otto, login, orders, staging, with_crm
):
    a_connection(staging)
    browser = login(otto)
    begin(browser, orders, staging)
    services.choose_release(wizard=the_wizard(), release=with_crm)
    headers = {"HX-Request": "true", "HX-Target": "wizard"}
    bad = browser.post(step("configuration", 1), {"answer-source": ""}, headers=headers)
    assert bad.status_code == 422
    assert "<html" not in bad.content.decode()
    assert "This needs an answer." in said(bad)
    good = browser.post(step("configuration", 1), {"answer-source": "Shop"}, headers=headers)
    assert good.headers["HX-Redirect"] == step("configuration", 2)


def test_two_clicks_make_one_deployment(otto, login, orders, staging, v1):
    browser = login(otto)
    begin(browser, orders, staging)
    services.choose_release(wizard=the_wizard(), release=v1)
    stale_wizard = the_wizard()
    first, second = browser.post(step("review"), {}), browser.post(step("review"), {})
    assert first.url == second.url == Instance.objects.get().get_absolute_url()
    assert services.finish_wizard(by=otto, wizard=stale_wizard) == Deployment.objects.get()


def test_who_looked_too_early_sees_what_happened_and_may_go_on(otto, rita, login, orders, staging, v1):
    a_deployment(v1, staging)
    browser = login(otto)
    begin(browser, orders, staging)
    services.choose_release(wizard=the_wizard(), release=v1)
    a_deployment(a_release(orders), staging, by=rita)
    conflict = browser.post(step("review"), {})
    assert conflict.status_code == 409
    assert "Meanwhile Rita deployed V2" in said(conflict)
    assert Deployment.objects.count() == 2
    assert "Something else was deployed there meanwhile" in said(browser.get(step("version")))
    assert browser.post(step("look_again")).url == step("review")
    assert browser.post(step("review"), {}).status_code == 303
    assert Deployment.objects.count() == 3


def test_what_is_missing_is_listed_with_the_way_to_mend_it(otto, ada, login, orders, staging, with_crm):
    browser = login(otto)
    begin(browser, orders, staging)
    services.choose_release(wizard=the_wizard(), release=with_crm)
    lock(staging, ada, "audit")
    page = browser.get(step("review"))
    assert "Staging is locked by Ada: audit." in said(page)
    assert "“Your CRM” has no connection." in said(page)
    assert "“Name of the shop”: This needs an answer." in said(page)
    assert f'href="{step("configuration", 1)}"' in page.content.decode()
    refused = browser.post(step("review"), {})
    assert refused.status_code == 422
    assert "Nothing was deployed" in said(refused)
    assert Instance.objects.count() == 0


def test_versions_that_cannot_be_chosen_are_listed_with_the_reason(otto, login, orders, staging, v1, with_crm):
    releases.deprecate(by=SETUP, release=v1, reason="API ends in May")
    browser = login(otto)
    begin(browser, orders, staging)
    page = browser.get(step("version"))
    assert f'value="{v1.pk}" disabled' in page.content.decode()
    assert "It is deprecated: choose another version." in said(page)
    crafted = browser.post(step("version"), {"release": v1.pk})
    assert crafted.status_code == 422
    assert "V1 cannot be chosen. It is deprecated" in said(crafted)
    foreign = a_release(a_template("Another"))
    assert browser.post(step("version"), {"release": foreign.pk}).status_code == 422
    assert the_wizard().release is None


def test_a_draft_asks_for_the_name_of_its_version(bea, otto, login, orders, staging, v1):
    draft = the_draft(orders)
    draft = releases.save_draft(by=bea, draft=draft, text=a_text(words="new"), revision=draft.revision)
    bea_browser = login(bea)
    begin(bea_browser, orders, staging)
    page = bea_browser.get(step("version"))
    assert f"The newest version is {v1.title}." in said(page)
    nameless = bea_browser.post(step("version"), {"release": draft.pk, "name": ""})
    assert "Give the version a name" in said(nameless)
    answer = bea_browser.post(step("version"), {"release": draft.pk, "name": "second", "description": "More."})
    assert answer.url == step("configuration", 1)
    assert "a new version “second”" in said(bea_browser.get(step("review")))
    bea_browser.post(step("review"), {})
    made = Deployment.objects.get()
    assert (made.release.number, made.release.name, made.release.description) == (2, "second", "More.")
    WizardDraft.objects.all().delete()
    otto_browser = login(otto)
    begin(otto_browser, orders, staging, label="mine")
    assert otto_browser.post(step("version"), {"release": draft.pk, "name": "third"}).status_code == 422


def test_a_draft_that_moved_on_leads_back_to_the_choice(bea, login, orders, staging, v1):
    draft = the_draft(orders)
    draft = releases.save_draft(by=bea, draft=draft, text=a_text(words="one"), revision=draft.revision)
    browser = login(bea)
    begin(browser, orders, staging)
    services.choose_release(wizard=the_wizard(), release=draft, name="second")
    releases.save_draft(by=bea, draft=draft, text=a_text(words="two"), revision=draft.revision)
    back = browser.get(step("review"), follow=True)
    assert back.redirect_chain == [(step("version"), 303)]
    assert "The draft was edited after you chose it." in said(back)


def test_changing_the_version_keeps_answers_and_lists_what_is_lost(otto, login, orders, staging, northwind, with_crm):
    crm_of_northwind = a_connection(staging, northwind)
    first = a_deployment(
        with_crm,
        staging,
        northwind,
        config={"source": "Shop", "tags": ["a"], "batchSize": 5},
        connections={"crm": crm_of_northwind.pk},
    )
    draft = the_draft(orders)
    text = a_text(slot=True, questions="region: {type: string, title: Region}").replace("tags:", "labels:", 1)
    text = text.replace("fields: [tags, batchSize]", "fields: [labels, batchSize]").replace(
        "tags: {type", "labels: {type"
    )
    draft = releases.save_draft(by=SETUP, draft=draft, text=text, revision=draft.revision)
    v2 = releases.create_version(by=SETUP, draft=draft, name="second")
    browser = login(otto)
    change_url = reverse("deployments:instance_change", args=[first.instance.pk])
    response = browser.post(change_url, {"release": v2.pk}, follow=True)
    assert response.redirect_chain[-1][0] == step("connections")
    assert the_wizard().answers == {"source": "Shop", "batchSize": 5}
    page = browser.get(step("configuration", 2))
    assert "These answers will be lost" in said(page)
    assert "Tags" in said(page)
    assert browser.get(step("configuration", 3)).content.decode().count("question is-new") == 1
    page = browser.get(step("review"))
    assert "is replaced by" in said(page)
    browser.post(step("review"), {})
    made = Deployment.objects.order_by("-pk")[0]
    assert (made.kind, made.release) == ("change_version", v2)
    assert made.config_revision.data == {"source": "Shop", "batchSize": 5}
    assert browser.post(change_url, {"release": "9" * 5000}).status_code == 303


def test_reconfigure_begins_on_what_runs(otto, login, orders, staging, v1):
    instance = a_deployment(v1, staging, config={"greeting": "old"}).instance
    browser = login(otto)
    response = browser.post(reverse("deployments:instance_reconfigure", args=[instance.pk]))
    assert response.url == step("configuration", 1)
    assert 'value="old"' in browser.get(response.url).content.decode()
    browser.post(response.url, {"answer-greeting": "new"})
    assert "old is now new" in said(browser.get(step("review"))).replace(" → ", " ")
    browser.post(step("review"), {})
    assert Deployment.objects.order_by("-pk")[0].kind == "reconfigure"


def test_connections_of_others_cannot_be_chosen(otto, login, orders, staging, northwind, contoso, with_crm):
    foreign = a_connection(staging, contoso)
    own = a_connection(staging, northwind, state=ConnectionState.UNTESTED)
    browser = login(otto)
    begin(browser, orders, staging, owner="northwind")
    services.choose_release(wizard=the_wizard(), release=with_crm)
    page = browser.get(step("connections"))
    assert str(foreign) not in said(page)
    assert "Not tested" in said(page)
    swapped = browser.post(step("connections"), {"slot-crm": foreign.pk})
    assert swapped.status_code == 422
    assert "Choose one of the connections listed here." in said(swapped)
    assert the_wizard().connections == {}
    assert browser.post(step("connection_test", foreign.pk), {"slot-crm": own.pk}).status_code == 404
    made_here = browser.get(f"{step('connections')}?connection={foreign.pk}")
    assert f'value="{foreign.pk}"' not in made_here.content.decode()


def test_going_to_make_a_connection_keeps_what_is_chosen_and_leads_back(
    otto, login, orders, staging, northwind, with_crm
):
    chosen, made = a_connection(staging, northwind), a_connection(staging, northwind)
    browser = login(otto)
    begin(browser, orders, staging, owner="northwind")
    services.choose_release(wizard=the_wizard(), release=with_crm)
    away = browser.post(step("connection_new", "crm"), {"slot-crm": chosen.pk})
    asked = parse_qs(urlsplit(away.url).query)
    assert asked == {
        "connector": ["acme-crm"],
        "environment": ["staging"],
        "customer": ["northwind"],
        "scheme": ["none"],
        "next": [step("connections")],
    }
    assert browser.get(away.url).status_code == 200
    assert the_wizard().connections == {"crm": chosen.pk}
    back = browser.get(f"{step('connections')}?connection={made.pk}")
    assert f'value="{made.pk}" checked' in back.content.decode()
    assert browser.post(step("connection_new", "nothing"), {}).status_code == 404


def test_a_wizard_belongs_to_one_person_survives_signing_out_and_expires(
    otto, rita, cleo, vera, login, orders, staging, v1
):
    begin(login(otto), orders, staging)
    addresses = [step("version"), step("review"), step("configuration", 1), step("connections")]
    assert login(otto).get(addresses[0]).status_code == 200
    for address in addresses:
        assert [login(person).get(address).status_code for person in (rita, cleo)] == [404, 404]
        assert login(vera).get(address).status_code == 403
    assert login(otto).get(reverse("deployments:wizard_version", args=[uuid4()])).status_code == 404
    assert "Orders to CRM · Team · Staging" in said(login(otto).get(START))
    with shifted_to(clock.now() + services.wizards.KEPT):
        assert login(otto).get(addresses[0]).status_code == 404
    assert login(rita).post(step("discard")).status_code == 404
    assert login(otto).post(step("discard")).status_code == 303
    assert not WizardDraft.objects.exists()


def test_who_may_not_deploy_is_told_at_the_environment(bea, vera, login, orders, v1):
    production = an_environment("Production", is_protected=True)
    data = {"integration_template": orders.slug, "environment": production.slug, "owner": "team"}
    refused = login(bea).post(START, data)
    assert refused.status_code == 422
    assert "may not deploy, undo, run or pause in a protected environment" in said(refused)
    assert login(vera).get(START).status_code == 403
    assert login(bea).get(f"{START}?release=999").status_code == 404


def test_a_link_to_a_release_skips_the_first_step(otto, login, orders, staging, v1):
    page = login(otto).get(f"{START}?release={v1.pk}&environment={staging.slug}")
    assert f'value="{orders.slug}" selected' in page.content.decode()
    assert begin(login(otto), orders, staging, query=f"?release={v1.pk}") == step("configuration", 1)


@pytest.mark.parametrize("versions", [1, 3])
def test_the_version_step_takes_the_same_queries_for_many_versions(
    otto, login, orders, staging, django_assert_num_queries, versions
):
    for _ in range(versions):
        a_release(orders)
    browser = login(otto)
    services.start_wizard(by=otto, target=Target(orders, staging))
    browser.get(step("version"))
    address = step("version")
    with django_assert_num_queries(5):
        browser.get(address)
