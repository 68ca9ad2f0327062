"""Steps that people ask for: one at a time for each version, carried out by whoever may still ask for them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.audit import fsck
from apps.audit.models import AuditEvent
from apps.connectors import selectors, services
from apps.connectors.enums import JobState, Step, VersionState
from apps.connectors.fsck import stuck_jobs, stuck_versions
from apps.connectors.models import ConnectorVersion, PipelineJob
from apps.connectors.services import jobs
from apps.connectors.services.job_log import JobLog, printable
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, Refused
from apps.environments.models import EnvironmentKind
from apps.infra.crash import CrashPointHit
from apps.infra.jobs import workers
from apps.infra.models import Worker
from tests.factories import connectors as make


def state_of(version: ConnectorVersion) -> str:
    return ConnectorVersion.objects.get(pk=version.pk).state


def lines_of(job: PipelineJob) -> list[str]:
    return [line.text for line in job.lines.all()]


def ask(by: User, version: ConnectorVersion, step: Step = Step.BUILD, **wanted: Any) -> PipelineJob:
    return services.request_step(by=by, version=version, step=step, **wanted)


@pytest.fixture
def version(db: None) -> ConnectorVersion:
    """Version 1 of a connector, with a document and no build."""
    return make.connector().versions.get()


def test_asking_queues_a_job_and_says_so_in_the_trail(bea: User, version: ConnectorVersion) -> None:
    job = ask(bea, version)

    assert (job.state, job.asked_by, job.asked_by_name, job.is_joined) == ("queued", bea, "Bea", False)
    assert state_of(version) == VersionState.BUILDING
    assert AuditEvent.objects.latest("pk").sentence == "asked to build Orders API v1"


def test_two_people_who_press_build_get_one_job(bea: User, rita: User, version: ConnectorVersion) -> None:
    first = ask(bea, version)
    second = ask(rita, version)

    assert (second.pk, second.is_joined, PipelineJob.objects.count()) == (first.pk, True, 1)
    assert services.already(second, rita) == "Bea is building it already: this is that build."
    assert services.already(second, bea) == "You asked for it already: this is that build."
    assert AuditEvent.objects.filter(verb="connector_version.step_requested").count() == 1
    make.carried_out()


def test_another_step_waits_for_the_one_under_way(bea: User, rita: User) -> None:
    version = make.synced_version()
    ask(bea, version)

    with pytest.raises(Conflict, match=r"^Bea is building Orders API v1\. Wait until that has ended"):
        ask(rita, version, Step.RELEASE)
    make.carried_out()


def test_another_build_to_sync_is_another_step(bea: User) -> None:
    version = make.synced_version()
    older = selectors.newest_build(version)
    services.configure_execution(by=bea, version=version, timeout_s=5, idempotency_header="")
    services.build_version(by=bea, version=version)

    job = ask(bea, version, Step.SYNC_TO_DEV)
    assert ask(bea, version, Step.SYNC_TO_DEV).pk == job.pk
    with pytest.raises(Conflict, match="is syncing Orders API v1 to dev"):
        ask(bea, version, Step.SYNC_TO_DEV, build=older)
    make.carried_out()


def test_the_database_itself_allows_one_job_under_way(bea: User, version: ConnectorVersion) -> None:
    job = ask(bea, version)

    with pytest.raises(IntegrityError), transaction.atomic():
        PipelineJob.objects.create(
            version=version, step=Step.BUILD, asked_by=bea, asked_by_name="Bea", queued_at=clock.now()
        )
    services.carry_out_now(job)


@pytest.mark.parametrize("step", [Step.SYNC_TO_DEV, Step.TEST])
def test_a_viewer_asks_for_nothing(vera: User, version: ConnectorVersion, step: Step) -> None:
    for wanted in (Step.BUILD, step):
        with pytest.raises(Forbidden):
            ask(vera, version, wanted)


@pytest.mark.parametrize("step", [Step.SYNC_TO_PROD, Step.RELEASE])
def test_a_builder_asks_for_nothing_in_production(bea: User, version: ConnectorVersion, step: Step) -> None:
    with pytest.raises(Forbidden):
        ask(bea, version, step, reason="please")


def test_a_step_that_cannot_follow_now_is_refused_at_once(bea: User, version: ConnectorVersion) -> None:
    for step, why in ((Step.SYNC_TO_DEV, "Build it first"), (Step.TEST, "Build it first")):
        with pytest.raises(Refused, match=why):
            ask(bea, version, step)
    assert PipelineJob.objects.count() == 0


def test_a_version_in_the_bin_is_left_alone(bea: User, damaged: None, version: ConnectorVersion) -> None:
    ConnectorVersion.objects.filter(pk=version.pk).update(binned_at=clock.now())

    with pytest.raises(Refused, match="is in the bin"):
        ask(bea, version)


def test_a_job_tells_what_happened_line_by_line(bea: User, version: ConnectorVersion) -> None:
    job = services.carry_out_now(ask(bea, version))

    build = selectors.newest_build(version)
    assert (job.state, job.build, job.executor_id) == (JobState.SUCCEEDED, build, "in process")
    assert job.seconds is not None
    assert lines_of(job)[0] == "Started."
    assert lines_of(job)[-2:] == ["Compiled 3 operations.", job.sentence]
    assert [line.position for line in job.lines.all()] == list(range(len(lines_of(job))))


def test_a_source_that_cannot_be_built_fails_with_the_place_of_each_problem(
    bea: User, version: ConnectorVersion
) -> None:
    version.source.text = "openapi: 3.0.0\npaths: [\n"
    version.source.save(update_fields=["text"])

    with pytest.raises(Refused):
        services.carry_out_now(ask(bea, version))

    job = version.pipeline_jobs.get()
    assert (job.state, state_of(version)) == ("failed", VersionState.BUILD_FAILED)
    assert job.sentence.startswith("line 3, column 1: This cannot be read as YAML")
    assert (job.details[0]["line"], job.details[0]["column"]) == (3, 1)
    assert AuditEvent.objects.latest("pk").verb == "connector_version.build_failed"


def test_a_source_that_changes_during_its_build_asks_for_another(bea: User) -> None:
    version = make.synced_version()
    job = workers.fenced(jobs.take, ask(bea, version).pk, "w")
    compiled = jobs.prepare(job)
    services.configure_execution(by=bea, version=version, timeout_s=7, idempotency_header="")

    with pytest.raises(Conflict, match=r"changed while it was being built\. Build it again") as refused:
        workers.fenced(jobs.finish, job.pk, compiled)
    workers.fenced(jobs.fail, job.pk, refused.value)

    assert (state_of(version), PipelineJob.objects.get(pk=job.pk).state) == (VersionState.UPDATED, "failed")
    assert version.builds.count() == 1


def test_an_error_of_ours_leaves_the_version_as_it_was(bea: User) -> None:
    version = make.synced_version()
    job = ask(bea, version)
    assert state_of(version) == VersionState.BUILDING

    workers.fenced(jobs.fail, job.pk)

    assert state_of(version) == VersionState.SYNCED_TO_PROD
    assert "unexpected error of Slipway itself" in PipelineJob.objects.get(pk=job.pk).sentence


def test_a_right_that_was_taken_away_stops_the_job_with_an_audit_entry(bea: User, rita: User) -> None:
    version = make.synced_version()
    services.configure_execution(by=bea, version=version, timeout_s=5, idempotency_header="")
    services.build_version(by=bea, version=version)
    job = ask(rita, version, Step.SYNC_TO_PROD, reason="Now")
    User.objects.filter(pk=rita.pk).update(role=Role.VIEWER)

    assert workers.fenced(jobs.take, job.pk, "w") is None

    job.refresh_from_db()
    assert (job.state, "Rita may not make releases live" in job.sentence) == ("failed", True)
    assert job.started_at is None
    refusal = AuditEvent.objects.get(verb="act.refused")
    assert (refusal.actor_name, refusal.facts["refused_verb"]) == ("Rita", "connector_version.synced")
    assert selectors.synced_build(version, make.environment()) != selectors.newest_build(version)


def test_an_account_that_was_closed_builds_nothing_more(bea: User, version: ConnectorVersion) -> None:
    job = ask(bea, version)
    User.objects.filter(pk=bea.pk).update(is_active=False)

    assert workers.fenced(jobs.take, job.pk, "w") is None
    assert (PipelineJob.objects.get(pk=job.pk).state, state_of(version)) == ("failed", VersionState.UPDATED)


def test_a_job_that_is_over_is_never_taken_or_ended_again(bea: User, version: ConnectorVersion) -> None:
    job = services.carry_out_now(ask(bea, version))
    before = AuditEvent.objects.count()

    assert workers.fenced(jobs.take, job.pk, "w") is None
    workers.fenced(jobs.finish, job.pk, None)
    workers.fenced(jobs.fail, job.pk)

    assert (PipelineJob.objects.get(pk=job.pk).state, AuditEvent.objects.count()) == ("succeeded", before)


@pytest.mark.parametrize("step", [Step.SYNC_TO_DEV, Step.SYNC_TO_PROD, Step.RELEASE])
def test_a_step_that_breaks_off_has_not_happened(rita: User, step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    make.environment("Production", kind="production")
    version = make.synced_version()
    job = workers.fenced(jobs.take, ask(rita, version, step, reason="Now").pk, "w")
    before, events = state_of(version), AuditEvent.objects.count()
    monkeypatch.setenv("TEST_CRASH_POINTS", f"pipeline.{step}.before_commit=raise")

    with pytest.raises(CrashPointHit):
        workers.fenced(jobs.finish, job.pk, None)
    assert (state_of(version), AuditEvent.objects.count()) == (before, events)

    monkeypatch.delenv("TEST_CRASH_POINTS")
    workers.fenced(jobs.finish, job.pk, None)
    assert PipelineJob.objects.get(pk=job.pk).succeeded


def test_a_failed_step_is_tried_again_with_its_build_and_reason(rita: User) -> None:
    version = make.built_version()
    job = ask(rita, version, Step.SYNC_TO_PROD, reason="The sandbox is down")
    workers.fenced(jobs.fail, job.pk)
    failed = PipelineJob.objects.get(pk=job.pk)

    again = services.retry_step(by=rita, job=failed)

    assert (again.retry_of, again.build, again.reason) == (failed, failed.build, "The sandbox is down")
    assert services.carry_out_now(again).succeeded
    with pytest.raises(Refused, match="did not fail"):
        services.retry_step(by=rita, job=again.__class__.objects.get(pk=again.pk))


def test_an_older_build_comes_back_and_the_pipeline_stays(bea: User, rita: User) -> None:
    production = make.environment("Production", kind="production")
    version = make.synced_version()
    older = selectors.newest_build(version)
    services.configure_execution(by=bea, version=version, timeout_s=5, idempotency_header="")
    services.build_version(by=bea, version=version)

    services.carry_out_now(ask(rita, version, Step.SYNC_TO_PROD, build=older))

    assert (selectors.synced_build(version, production), state_of(version)) == (older, VersionState.BUILT)


def test_the_newest_build_comes_back_although_the_configuration_changed_since(bea: User) -> None:
    version = make.synced_version()
    newest = selectors.newest_build(version)
    services.configure_execution(by=bea, version=version, timeout_s=5, idempotency_header="")

    with pytest.raises(Refused, match="Build it first"):
        ask(bea, version, Step.SYNC_TO_DEV)
    services.carry_out_now(ask(bea, version, Step.SYNC_TO_DEV, build=newest))

    assert (selectors.synced_build(version, make.environment()), state_of(version)) == (newest, VersionState.UPDATED)


def test_a_build_of_another_version_is_refused(bea: User) -> None:
    version, other = make.built_version("Orders API"), make.built_version("Billing")

    with pytest.raises(Refused, match="has no such build"):
        ask(bea, version, Step.SYNC_TO_DEV, build=selectors.newest_build(other))


def test_content_that_was_built_before_is_the_newest_build_again(bea: User) -> None:
    version = make.connector().versions.get()
    builds = []
    for timeout_s in (3, 5, 3):
        services.configure_execution(by=bea, version=version, timeout_s=timeout_s, idempotency_header="")
        builds.append(services.build_version(by=bea, version=version))
        version.refresh_from_db()

    assert (builds[2], selectors.newest_build(version)) == (builds[0], builds[0])
    assert (builds[1] == builds[0], version.state) == (False, VersionState.BUILT)


def test_without_a_development_environment_the_build_is_only_made_ready(bea: User, db: None) -> None:
    make.environment("Production", kind="production")
    version = make.built_version()

    assert services.sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT) == []

    job = version.pipeline_jobs.get(step=Step.SYNC_TO_DEV)
    assert state_of(version) == VersionState.SYNCED_TO_DEV
    assert "its test runs from Production, against the development server" in job.sentence


def test_the_same_verb_at_once_meets_somebody_elses_job(bea: User, rita: User, version: ConnectorVersion) -> None:
    ask(rita, version)

    with pytest.raises(Conflict, match="Rita is building it already"):
        services.build_version(by=bea, version=version)
    make.carried_out()


def test_no_line_holds_a_password_or_a_token() -> None:
    told = printable("Fetching https://bea:hunter2@git.example/api.yaml?token=abc123&ref=main#L1\x1b[31m")

    assert told == "Fetching https://git.example/api.yaml?token=…&ref=…#L1 [31m"


def test_a_log_does_not_grow_for_ever(bea: User, version: ConnectorVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.connectors.services.job_log.MOST_LINES", 3)
    job = ask(bea, version)
    for number in range(5):
        JobLog(job.pk).tell(f"line {number}")

    assert lines_of(job) == ["line 0", "line 1", "line 2"]
    services.carry_out_now(job)


def test_the_oracle_finds_what_is_stuck(bea: User, damaged: None) -> None:
    version = make.built_version()
    waiting = ask(bea, version)
    PipelineJob.objects.filter(pk=waiting.pk).update(queued_at=clock.now() - timedelta(minutes=3))
    assert list(stuck_jobs()) == []
    Worker.objects.create(executor_id="alive", hostname="here", pid=1, started_at=Now(), seen_at=Now())
    assert [found.partition(" has")[0] for found in stuck_jobs()] == ["Build of Orders API v1"]

    long_ago = clock.now() - timedelta(minutes=3)
    own = PipelineJob.objects.filter(pk=waiting.pk)
    own.update(state=JobState.RUNNING, started_at=long_ago, executor_id="gone")
    assert [found for found in stuck_jobs() if "nobody took it over" in found] != []
    assert list(stuck_versions()) == []
    own.update(state=JobState.FAILED)
    assert list(stuck_versions()) == ["Orders API v1 says that it is being built, but no build of it is under way"]
    assert "P2" in fsck.findings()
