"""Cleo installs, configures, updates, goes back and removes; all without scripts."""

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.connectors.enums import ConnectionState
from apps.core.errors import Refused
from apps.deployments import services as deployments
from apps.deployments.models import Deployment, Instance, WizardDraft
from apps.deployments.plan import Target
from apps.marketplace import services
from apps.releases import services as releases
from apps.runs.models import CallIntent, Run
from apps.runs.services import start_run
from apps.runs.states import IntentState, RunState
from tests.factories.deployments import a_connection, a_deployment, a_release, fresh, lock
from tests.factories.releases import SETUP, the_draft
from tests.marketplace.conftest import ANSWERS


def market(name: str, *args: object) -> str:
    return reverse(f"marketplace:{name}", args=args)


def step(name: str, *more: object) -> str:
    return market(f"wizard_{name}", WizardDraft.objects.get(deployment=None).pk, *more)


def running(instance: Instance) -> Deployment:
    """What the instance runs now."""
    current = fresh(instance).current_deployment
    assert current is not None
    return current


def test_installing_asks_for_connections_and_ones_own_questions_and_for_no_version(
    cleos, cleo, listing, v1, crm_of_northwind, said
):
    begun = cleos.post(market("install", "orders-to-crm"))
    assert begun.url == step("connections")
    page = said(cleos.get(begun.url))
    assert "Northwind CRM" in page
    assert "Version" not in page

    answer = cleos.post(begun.url, {"slot-crm": crm_of_northwind.pk})
    assert answer.url == step("configuration", 1)
    assert "Name of the shop" in said(cleos.get(answer.url))
    assert cleos.post(answer.url, {"answer-source": "N"}).status_code == 422

    answer = cleos.post(answer.url, {"answer-source": "Northwind shop", "answer-minTotal": "10"})
    second = said(cleos.get(answer.url))
    assert "Tags" in second
    assert "Orders per run" not in second
    answer = cleos.post(answer.url, {"answer-tags": ["shop"], "answer-batchSize": "99"})
    assert answer.url == step("review")
    review = said(cleos.get(answer.url))
    assert "Northwind shop" in review
    assert "Orders per run" not in review
    assert Instance.objects.count() == 0

    done = cleos.post(answer.url)
    made = Deployment.objects.get()
    assert done.url == market("instance_detail", made.instance_id)
    assert (made.actor, made.release, made.instance.customer) == (cleo, v1, cleo.customer)
    # What only the team answers has its default, whatever the cleos sent.
    assert made.config_revision.data == {"source": "Northwind shop", "minTotal": 10, "tags": ["shop"], "batchSize": 20}
    page = said(cleos.get(done.url))
    assert "is installed and ready" in page
    assert "Running" in page


def test_a_second_one_needs_a_name_of_its_own(cleos, installed, listing, said):
    refused = cleos.post(market("install", "orders-to-crm"), {"label": " "})
    assert refused.status_code == 422
    assert "Give the second one a name of its own." in said(refused)
    assert cleos.post(market("install", "orders-to-crm"), {"label": "Shop Bern"}).url == step("connections")


def test_what_was_begun_waits_on_the_first_page(cleos, listing, crm_of_northwind, said):
    begun = cleos.post(market("install", "orders-to-crm")).url
    cleos.post(begun, {"slot-crm": crm_of_northwind.pk})
    page = cleos.get(market("home"))
    assert "have not finished" in said(page)
    assert cleos.get(step("go_on")).url == step("configuration", 1)
    assert cleos.post(market("install", "orders-to-crm")).url == step("connections")
    assert WizardDraft.objects.count() == 1
    assert cleos.post(step("discard")).url == market("home")
    assert WizardDraft.objects.count() == 0


def test_a_new_live_version_reaches_new_installs_and_leaves_the_old_ones(
    cleos, carl, login, contoso, installed, orders, production, said
):
    v2 = a_release(orders, live=True)
    assert running(installed).release.label == "V1"
    carls = login(carl)
    begun = carls.post(market("install", "orders-to-crm")).url
    wizard = WizardDraft.objects.get()
    assert (wizard.release, wizard.customer) == (v2, contoso)
    assert begun == step("configuration", 1)
    assert "Update available" in said(cleos.get(market("home")))


def test_an_update_asks_new_questions_only(cleos, installed, orders, said):
    v2 = a_release(orders, slot=True, questions="region: {type: string, title: Region}", live=True)
    begun = cleos.post(market("instance_update", installed.pk))
    assert begun.url == step("configuration", 1)
    page = said(cleos.get(begun.url))
    assert "Region" in page
    assert "Name of the shop" not in page
    review = cleos.post(begun.url, {"answer-region": "West", "answer-source": "Smuggled in"})
    assert review.url == step("review")
    cleos.post(review.url)
    current = running(installed)
    assert current.release == v2
    assert current.config_revision.data == {**ANSWERS, "region": "West"}
    assert "Update available" not in said(cleos.get(market("home")))


def test_an_update_without_new_questions_is_one_click_and_a_look(cleos, installed, orders):
    v2 = a_release(orders, slot=True, live=True)
    begun = cleos.post(market("instance_update", installed.pk))
    assert begun.url == step("review")
    cleos.post(begun.url)
    assert running(installed).release == v2


def test_an_update_shows_the_connections_again_where_one_is_broken(
    cleos, installed, orders, production, northwind, said
):
    a_connection(production, northwind, name="New CRM")
    deployment = running(installed)
    binding = deployment.bindings.get()
    type(binding.connection).objects.filter(pk=binding.connection_id).update(state=ConnectionState.INVALID)
    a_release(orders, slot=True, live=True)
    assert "“Northwind CRM” does not let us in any more" in said(cleos.get(market("home")))
    assert cleos.post(market("instance_update", installed.pk)).url == step("connections")


def test_a_pinned_listing_offers_no_update_while_the_team_is_ahead(cleos, rita, installed, orders, v1, listing, said):
    services.pin_release(by=rita, listing=listing, release=v1)
    newer = a_release(orders, slot=True, live=True)
    a_deployment(newer, installed.environment, config=ANSWERS, connections=_of_team(installed), by=rita)
    assert "Update available" not in said(cleos.get(market("home")))
    assert cleos.post(market("instance_update", installed.pk)).status_code == 422
    services.pin_release(by=rita, listing=listing, release=newer)
    assert "Update available" in said(cleos.get(market("home")))


def _of_team(instance: Instance) -> dict[str, int]:
    return {"crm": a_connection(instance.environment).pk}


def test_what_is_no_longer_offered_is_not_installed_after_all(cleos, rita, orders, listing, crm_of_northwind, said):
    cleos.post(market("install", "orders-to-crm"))
    wizard = WizardDraft.objects.get()
    deployments.choose_connections(wizard=wizard, connections={"crm": crm_of_northwind.pk})
    deployments.answer_questions(wizard=wizard, asked=["source"], answers={"source": "Northwind"})
    review = step("review")
    v2 = a_release(orders, slot=True, live=True)
    late = cleos.post(review)
    assert late.status_code == 422
    assert "This version is not offered right now" in said(late)
    assert Instance.objects.count() == 0
    assert cleos.post(step("renew")).url == step("connections")
    assert cleos.post(review).status_code == 303
    assert Deployment.objects.get().release == v2


def test_unlisting_ends_installs_and_updates_but_not_what_runs(cleos, rita, installed, orders, listing, said):
    a_release(orders, slot=True, live=True)
    services.unlist_template(by=rita, listing=listing)
    assert cleos.post(market("install", "orders-to-crm")).status_code == 404
    assert cleos.post(market("instance_update", installed.pk)).status_code == 422
    page = said(cleos.get(market("instance_detail", installed.pk)))
    assert "Running" in page
    assert "Update available" not in page
    assert cleos.post(market("instance_configure", installed.pk)).url == step("connections")


def test_not_even_a_direct_call_gets_a_customer_what_is_not_offered(cleo, rita, v1, production, listing, northwind):
    services.unlist_template(by=rita, listing=listing)
    with pytest.raises(Refused) as refusal:
        a_deployment(v1, production, northwind, by=cleo)
    assert "Orders to CRM V1 is not what the marketplace offers now." in refusal.value.problems


def test_undo_brings_version_and_answers_back(cleos, cleo, installed, orders, said):
    a_release(orders, slot=True, questions="region: {type: string, title: Region}", live=True)
    cleos.post(market("instance_update", installed.pk))
    cleos.post(step("configuration", 1), {"answer-region": "West"})
    cleos.post(step("review"))
    seen = running(installed)
    page = said(cleos.get(market("instance_undo", installed.pk)))
    assert "Version 2" in page
    assert "West" in page
    done = cleos.post(market("instance_undo", installed.pk), {"seen": seen.pk})
    assert done.url == market("instance_detail", installed.pk)
    current = running(installed)
    assert (current.release.label, current.config_revision.data, current.actor) == ("V1", ANSWERS, cleo)
    assert "Went back" in said(cleos.get(done.url))


def test_undo_of_something_else_than_what_was_seen_is_a_conflict(cleos, rita, installed, v1, said):
    seen = running(installed)
    again = deployments.deploy(
        by=rita,
        target=installed,
        release=v1,
        config={**ANSWERS, "source": "Other"},
        connections={"crm": seen.bindings.get().connection_id},
        seen_deployment=seen,
    )
    answer = cleos.post(market("instance_undo", installed.pk), {"seen": seen.pk})
    assert answer.status_code == 409
    assert "Rita" not in said(answer)
    assert running(installed) == again


def test_removing_hides_it_and_installing_again_brings_it_back(cleos, cleo, installed, listing, said):
    seen = installed.current_deployment_id
    assert cleos.post(market("instance_remove", installed.pk), {"seen": seen}).url == market("home")
    gone = fresh(installed)
    assert gone.removed_at == gone.paused_at is not None
    assert cleos.get(market("instance_detail", installed.pk)).status_code == 404
    assert "Nothing is installed yet" in said(cleos.get(market("home")))
    with pytest.raises(Refused, match="It is removed"):
        deployments.resume_instance(by=cleo, instance=installed)

    assert cleos.post(market("install", "orders-to-crm")).url == step("connections")
    assert "Install Orders to CRM" in said(cleos.get(step("review")))
    cleos.post(step("review"))
    back = fresh(installed)
    assert (back.removed_at, back.paused_at) == (None, None)
    assert running(back).config_revision.data == ANSWERS
    told = [str(event) for event in AuditEvent.objects.filter(actor_name="Cleo", verb__startswith="instance.")]
    assert any("removed Orders to CRM" in sentence for sentence in told)


def test_a_locked_environment_is_told_without_the_teams_reasons(cleos, otto, installed, production, said):
    lock(production, otto, "Trade fair of Contoso")
    cleos.post(market("instance_configure", installed.pk))
    for page in (cleos.get(step("review")), cleos.get(market("instance_detail", installed.pk))):
        assert "We have closed changes for a while" in said(page)
        assert "Trade fair" not in page.content.decode()
    refused = cleos.post(market("instance_undo", installed.pk), {"seen": installed.current_deployment_id})
    assert refused.status_code == 422
    assert "Trade fair" not in refused.content.decode()


def test_members_run_and_pause_but_do_not_change(mia, login, installed, listing):
    mia = login(mia)
    page = mia.get(market("instance_detail", installed.pk)).content.decode()
    assert "Run now" in page
    assert market("instance_remove", installed.pk) not in page
    assert mia.post(market("instance_pause", installed.pk)).status_code == 303
    assert fresh(installed).paused_at
    assert mia.post(market("run_start", installed.pk)).status_code == 422
    assert mia.post(market("instance_resume", installed.pk)).status_code == 303
    assert mia.post(market("run_start", installed.pk)).status_code == 303
    assert installed.runs.get().started_by_name == "Mia"
    for name in ("instance_update", "instance_configure", "instance_undo", "instance_remove"):
        assert mia.post(market(name, installed.pk)).status_code == 403
    assert mia.post(market("install", "orders-to-crm")).status_code == 403


def test_quarantine_is_a_pause_that_only_an_update_ends(cleos, rita, installed, orders, v1, said):
    v2 = a_release(orders, slot=True, live=True)
    releases.quarantine(by=rita, release=v1, reason="It leaks tokens of Contoso")
    page = cleos.get(market("instance_detail", installed.pk))
    assert "Our team has stopped this version" in said(page)
    assert "leaks tokens" not in page.content.decode()
    assert cleos.post(market("run_start", installed.pk)).status_code == 422
    assert cleos.post(market("instance_configure", installed.pk)).status_code == 422
    cleos.post(market("instance_update", installed.pk))
    cleos.post(step("review"))
    assert running(installed).release == v2


def test_a_question_that_only_the_team_answers_is_not_put_to_customers(cleos, installed, orders, said):
    a_release(orders, slot=True, questions="region: {type: string, title: Secret region}", live=True)
    draft = the_draft(orders)
    text = draft.text.replace("batchSize: team", "batchSize: team, region: team")
    text = text.replace("[source]", "[source, region]")
    draft = releases.save_draft(by=SETUP, draft=draft, text=text, revision=draft.revision)
    releases.make_live(by=SETUP, release=draft, name="needs the team", reason="go")
    begun = cleos.post(market("instance_update", installed.pk))
    assert begun.url == step("review")
    page = said(cleos.get(begun.url))
    assert "Our team has to set something up for you first" in page
    assert "Secret region" not in page


def test_the_page_follows_a_run_to_its_end(cleos, cleo, installed):
    run = start_run(by=cleo, instance=installed)
    page = market("instance_detail", installed.pk)
    poll = {"HX-Request": "true", "HX-Target": "integration-runs"}
    assert "About to start" in cleos.get(page, headers=poll).content.decode()
    Run.objects.filter(pk=run.pk).update(state=RunState.SUCCEEDED, finished_at=run.queued_at)
    assert cleos.get(page, headers=poll)["HX-Redirect"] == page
    assert (
        "hx-trigger" not in cleos.get(page).content.decode().partition("integration-runs")[2].partition("</section>")[0]
    )


def test_a_run_that_was_cut_off_is_decided_by_its_owner(cleos, cleo, installed, said):
    run = start_run(by=cleo, instance=installed)
    Run.objects.filter(pk=run.pk).update(state=RunState.UNCERTAIN)
    CallIntent.objects.create(run=run, path="/do/0/list", attempt=1, key="k", state=IntentState.UNCERTAIN)
    page = cleos.get(market("instance_detail", installed.pk))
    assert "nobody knows whether its last message arrived" in said(page)
    answer = market("run_decide", installed.pk, run.pk, "done")
    assert answer in page.content.decode()
    assert cleos.post(answer).status_code == 303
    assert run.intents.get().resolution == "done"
    assert cleos.post(market("run_decide", installed.pk, run.pk, "maybe")).status_code == 404


def test_the_page_tells_nothing_of_the_team(cleos, rita, installed, orders, v1, said):
    releases.rename_release(by=rita, release=v1, name="1.0.0-hotfix-for-acme", description="Do not tell anybody")
    releases.edit_notes(by=rita, release=v1, notes="Copies **orders**.")
    seen = running(installed)
    deployments.deploy(
        by=rita,
        target=Target.of(installed),
        release=v1,
        config={**ANSWERS, "batchSize": 77},
        connections={"crm": seen.bindings.get().connection_id},
        seen_deployment=seen,
        reason="They pay late",
    )
    page = said(cleos.get(market("instance_detail", installed.pk)))
    assert "Our team" in page
    for secret in ("Rita", "They pay late", "hotfix-for-acme", "Do not tell", "77", "Orders per run"):
        assert secret not in page
    assert "Copies orders ." in said(cleos.get(market("listing_detail", "orders-to-crm")))


def test_the_first_page_takes_the_same_queries_for_one_and_for_three(
    cleos, installed, v1, production, northwind, crm_of_northwind, django_assert_num_queries
):
    cleos.get(market("home"))
    with django_assert_num_queries(QUERIES_OF_HOME):
        cleos.get(market("home"))
    for label in ("Bern", "Basel"):
        a_deployment(
            v1, production, northwind, label=label, config=ANSWERS, connections={"crm": crm_of_northwind.pk}, by=SETUP
        )
    with django_assert_num_queries(QUERIES_OF_HOME):
        cleos.get(market("home"))


QUERIES_OF_HOME = 10
