"""A deployment or an undo that dies at any point leaves the old state or the new one, never a mix."""

import pytest

from apps.audit.models import AuditEvent
from apps.deployments import services
from apps.deployments.models import ConfigRevision, Deployment, Instance, SlotBinding
from apps.deployments.plan import Target
from apps.infra.crash import CrashPointHit
from tests.factories.deployments import a_deployment, fresh

BEFORE = ["after_lock", "after_change", "before_commit"]


def counts() -> list[int]:
    return [model.objects.count() for model in (Instance, ConfigRevision, Deployment, SlotBinding, AuditEvent)]


@pytest.mark.parametrize("point", [*BEFORE, "after_commit"])
def test_deploying(monkeypatch, otto, orders, staging, v1, point):
    before = counts()
    monkeypatch.setenv("TEST_CRASH_POINTS", f"deploy.{point}=raise")
    with pytest.raises(CrashPointHit):
        services.deploy(
            by=otto, target=Target(orders, staging), release=v1, config={}, connections={}, seen_deployment=None
        )
    monkeypatch.delenv("TEST_CRASH_POINTS")
    if point in BEFORE:
        assert counts() == before
    else:
        assert Instance.objects.get().current_deployment == Deployment.objects.get()


@pytest.mark.parametrize("point", [*BEFORE, "after_commit"])
def test_undoing(monkeypatch, otto, staging, v1, point):
    first = a_deployment(v1, staging, config={"greeting": "1"})
    second = a_deployment(v1, staging, config={"greeting": "2"})
    monkeypatch.setenv("TEST_CRASH_POINTS", f"undo.{point}=raise")
    with pytest.raises(CrashPointHit):
        services.undo_deployment(by=otto, instance=first.instance, reason="back")
    monkeypatch.delenv("TEST_CRASH_POINTS")
    now = fresh(first.instance).current_deployment
    assert now == second if point in BEFORE else now.restores == first
