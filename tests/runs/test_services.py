"""Starting, testing, cancelling, retrying and deciding: who may, what is pinned, what is refused."""

from typing import Any

import pytest

from apps.accounts.models import Customer, User
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Forbidden, Refused
from apps.deployments.models import Instance
from apps.deployments.services import pause_instance
from apps.environments.models import Environment
from apps.releases import services as releases
from apps.releases.models import Release
from apps.runs import projection, services
from apps.runs.interpreter.effects import Step
from apps.runs.models import Run
from apps.runs.states import Resolution, RunKind, RunState
from apps.runs.taking import take
from tests.runs.furniture import ADD, BUILDER, installed, ledger_connection, text_of
from tests.runs.ledger import Ledger

STEP = Step(path="/do/0/add", reference="/do/0/add", name="add", kind="call", attempt=1, sequence=1)


def verbs() -> list[str]:
    return list(AuditEvent.objects.filter(verb__startswith="run.").values_list("verb", flat=True).order_by("pk"))


def ended(run: Run, **how: Any) -> Run:
    projection.finished(str(run.pk), **how)
    run.refresh_from_db()
    return run


def test_a_run_pins_text_configuration_builds_and_connections(otto: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance, event={"order": 7})
    deployment = instance.current_deployment
    assert deployment is not None
    assert (run.state, run.kind, run.started_by_name) == (RunState.QUEUED, RunKind.MANUAL, "Otto")
    assert run.input == {"config": {"amount": 7}, "event": {"order": 7}}
    assert run.snapshot_id == deployment.release.snapshot_id
    binding = deployment.bindings.get()
    build = binding.connection.connector.versions.get().builds.get()
    assert run.pinned == {
        "config_revision": deployment.config_revision_id,
        "slots": {"ledger": {"connection": binding.connection_id, "build": build.pk, "digest": build.digest}},
    }
    assert verbs() == ["run.started"]


def test_a_schedule_starts_without_an_audit_event(instance: Instance) -> None:
    run = services.start_run(by=BUILDER, instance=instance)
    assert (run.kind, run.started_by, verbs()) == (RunKind.SCHEDULE, None, [])


@pytest.mark.parametrize("person", ["vera", "sam"])
def test_who_may_not_operate_may_not_start(person: str, instance: Instance, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Forbidden):
        services.start_run(by=request.getfixturevalue(person), instance=instance)
    assert not Run.objects.exists()


def test_a_customers_people_start_their_own_instances_only(
    cleo: User, mallory: User, northwind: Customer, ledger: Ledger
) -> None:
    own = installed(text_of({"add": ADD}), ledger.url, customer=northwind)
    assert services.start_run(by=cleo, instance=own).instance == own
    with pytest.raises(Forbidden):
        services.start_run(by=mallory, instance=own)


def test_nothing_starts_on_what_is_paused_or_quarantined(otto: User, rita: User, instance: Instance) -> None:
    assert instance.current_deployment is not None
    release = instance.current_deployment.release
    releases.pause_release(by=rita, release=release)
    with pytest.raises(Refused, match="paused, so no run of it starts"):
        services.start_run(by=otto, instance=instance)
    releases.resume_release(by=rita, release=release)
    releases.quarantine(by=rita, release=release, reason="It deletes orders")
    with pytest.raises(Refused, match="quarantined"):
        services.start_run(by=otto, instance=instance)
    pause_instance(by=otto, instance=instance)
    with pytest.raises(Refused, match="is paused, so nothing starts on it"):
        services.start_run(by=otto, instance=instance)


def test_rights_taken_away_while_the_run_waited_count(otto: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance)
    User.objects.filter(pk=otto.pk).update(is_active=False)
    assert take(str(run.pk), "worker") is None
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.why_failed.startswith("Otto may not")
    assert AuditEvent.objects.get(verb="act.refused").facts["refused_verb"] == "run.started"


def test_a_worker_that_takes_a_run_again_keeps_its_start(otto: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance)
    first = take(str(run.pk), "first worker")
    second = take(str(run.pk), "second worker")
    assert first is not None
    assert first == second
    run.refresh_from_db()
    assert (run.state, run.executor_id) == (RunState.RUNNING, "second worker")


def test_a_test_run_of_a_draft_pins_the_text_as_it_is(bea: User, instance: Instance) -> None:
    template, environment = instance.integration_template, instance.environment
    draft = template.releases.get(is_latest=True)
    connection = instance.current_deployment.bindings.get().connection  # type: ignore[union-attr]
    run = services.start_test_run(
        by=bea, release=draft, environment=environment, config={"amount": 1}, connections={"ledger": connection}
    )
    before = run.snapshot.text
    draft = releases.save_draft(by=bea, draft=draft, text=text_of({"other": ADD}), revision=draft.revision)
    assert Run.objects.get(pk=run.pk).snapshot.text == before != draft.text
    assert (run.kind, run.instance, verbs()) == (RunKind.TEST, None, ["run.tested"])


def test_a_test_run_names_every_slot_without_a_fitting_connection(
    bea: User, northwind: Customer, instance: Instance
) -> None:
    draft = instance.integration_template.releases.get(is_latest=True)
    connector = instance.current_deployment.bindings.get().connection.connector  # type: ignore[union-attr]
    foreign = ledger_connection(connector, instance.environment, northwind)
    for connections in ({}, {"ledger": foreign}):
        with pytest.raises(Refused) as refused:
            services.start_test_run(
                by=bea, release=draft, environment=instance.environment, config={}, connections=connections
            )
        assert len(refused.value.problems) == 1


def test_operators_do_not_test(otto: User, instance: Instance) -> None:
    draft = Release.objects.get(is_latest=True)
    with pytest.raises(Forbidden):
        services.start_test_run(
            by=otto, release=draft, environment=Environment.objects.get(), config={}, connections={}
        )


def test_support_cancels_and_retries(sam: User, otto: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance)
    services.cancel_run(by=sam, run=run, reason="Asked for by phone")
    assert take(str(run.pk), "worker") is None
    with pytest.raises(Conflict):
        services.cancel_run(by=sam, run=run)
    run.refresh_from_db()
    again = services.retry_run(by=sam, run=run)
    assert (again.retry_of, again.kind, again.input) == (run, RunKind.RETRY, run.input)
    assert verbs() == ["run.started", "run.cancelled", "run.retried"]


def test_what_succeeded_or_still_runs_is_not_tried_again(otto: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance)
    with pytest.raises(Refused):
        services.retry_run(by=otto, run=run)
    with pytest.raises(Refused):
        services.retry_run(by=otto, run=ended(run, output=1))


def test_nothing_is_written_to_a_run_that_is_over(otto: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance)
    take(str(run.pk), "worker")
    services.cancel_run(by=otto, run=run)
    with pytest.raises(projection.RunOver):
        projection.step_began(str(run.pk), STEP)
    assert ended(run, output=1).state == RunState.CANCELLED
    assert not run.steps.exists()


def test_steps_are_written_once_however_often_they_are_told(otto: User, instance: Instance) -> None:
    run_id = str(services.start_run(by=otto, instance=instance).pk)
    take(run_id, "worker")
    for result in (1, 2):
        projection.step_began(run_id, STEP)
        projection.step_ended(run_id, STEP, result=result)
    assert [(step.path, step.state, step.result) for step in Run.objects.get().steps.all()] == [
        ("/do/0/add", "succeeded", 1)
    ]


def test_a_person_decides_about_an_uncertain_call_once(otto: User, vera: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance)
    run_id = str(run.pk)
    take(run_id, "worker")
    projection.step_began(run_id, STEP)
    projection.call_intended(run_id, STEP, key="key", request={"method": "POST"})
    projection.call_sent(run_id, STEP)
    projection.call_uncertain(run_id, STEP)
    with pytest.raises(Forbidden):
        services.resolve_uncertain(by=vera, run=run, resolution=Resolution.DONE)
    services.resolve_uncertain(by=otto, run=run, resolution=Resolution.DONE, reason="Seen in the ledger")
    assert projection.decision_on(run_id, STEP) == "done"
    with pytest.raises(Conflict):
        services.resolve_uncertain(by=otto, run=run, resolution=Resolution.FAIL)
    assert verbs() == ["run.started", "run.resolved"]


def test_data_that_postgresql_refuses_are_stored_readably(otto: User, instance: Instance) -> None:
    run = services.start_run(by=otto, instance=instance)
    assert ended(run, output={"a\x00": "b\x00\ud800"}).output == {"a\ufffd": "b\ufffd?"}
