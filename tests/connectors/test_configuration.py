"""What a version may say in its sections, what is frozen into a build, and what the test does with it."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.connectors import selectors, services
from apps.connectors.enums import VersionState
from apps.connectors.models import ConnectorVersion
from apps.core.errors import Forbidden, Refused
from tests.connectors.calling import served
from tests.connectors.scripted import Reply, scripted
from tests.factories import connectors as make

RETRIES = {"attempts": 2, "on": ["429", "5xx"]}
ORDER = {"operation": "createOrder", "parameters": {"body": {"item": "chair"}}, "pages": 1}
LIST = {"operation": "listOrders", "parameters": {"since": "2026"}, "pages": 1}


def again(version: ConnectorVersion) -> ConnectorVersion:
    return ConnectorVersion.objects.select_related("connector").get(pk=version.pk)


def test_a_build_keeps_every_section_as_it_was(bea: User) -> None:
    version = make.built_version()
    services.configure_individual(by=bea, version=version, fields=[{"name": "shop", "label": "Shop"}])
    services.configure_execution(
        by=bea,
        version=version,
        timeout_s=5,
        idempotency_header="",
        retries=RETRIES,
        rate={"calls": 10, "per": "minute"},
        at_once=3,
    )
    services.configure_paging(by=bea, version=version, paging={"kind": "link", "size": None, "parameter": ""})
    services.configure_test(by=bea, version=version, test_calls=[LIST, ORDER])

    kept = services.build_version(by=bea, version=again(version)).configuration

    assert [field["name"] for field in kept["individual"]] == ["shop"]
    assert kept["execution"] == {
        "timeout_s": 5,
        "idempotency_header": "",
        "retries": RETRIES,
        "rate": {"calls": 10, "per": "minute"},
        "at_once": 3,
    }
    assert (kept["paging"], kept["test"]) == ({"kind": "link"}, {"calls": [LIST, ORDER]})


@pytest.mark.parametrize(
    ("change", "section"),
    [
        (lambda by, version: services.configure_individual(by=by, version=version, fields=[]), None),
        (lambda by, version: services.configure_paging(by=by, version=version, paging={"kind": "link"}), "the paging"),
        (lambda by, version: services.configure_test(by=by, version=version, test_calls=[]), "the test"),
    ],
)
def test_a_change_asks_for_a_new_build_and_what_is_synced_keeps_serving(
    bea: User, change: Any, section: str | None
) -> None:
    version = make.synced_version()
    serving = selectors.synced_build(version, make.environment())

    change(bea, version)

    changed = section is not None
    assert again(version).state == (VersionState.UPDATED if changed else VersionState.SYNCED_TO_PROD)
    assert selectors.synced_build(version, make.environment()) == serving
    told = [event.sentence for event in AuditEvent.objects.filter(actor_name="Bea")]
    assert told == ([f"changed {section} of Orders API v1"] if changed else [])


def test_a_readme_asks_for_no_new_build(bea: User) -> None:
    version = make.synced_version()

    services.configure_readme(by=bea, version=version, readme="# Orders\n")

    assert (again(version).readme, again(version).state) == ("# Orders", VersionState.SYNCED_TO_PROD)
    with pytest.raises(Refused, match="at most 40,000 characters"):
        services.configure_readme(by=bea, version=version, readme="x" * 40_001)


@pytest.mark.parametrize(
    ("execution", "problem"),
    [
        ({"timeout_s": 61}, "at most 60 seconds"),
        ({"retries": {"attempts": 6, "on": ["5xx"]}}, "at most 5 times"),
        ({"retries": {"attempts": 1, "on": []}}, "after what"),
        ({"retries": {"attempts": 1, "on": ["404"]}}, "no answer, 429 or 5xx"),
        ({"rate": {"calls": -1, "per": "second"}}, "A rate limit is"),
        ({"rate": {"calls": 1, "per": "day"}}, "A rate limit is"),
        ({"at_once": 1_001}, "At most 1,000 calls"),
    ],
)
def test_what_cannot_be_kept_to_is_refused(bea: User, execution: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        services.configure_execution(
            by=bea, version=make.built_version(), **{"timeout_s": 5, "idempotency_header": "", **execution}
        )


@pytest.mark.parametrize(
    "paging", [{"kind": "page"}, {"kind": "offset", "parameter": ""}, {"kind": "cursor", "parameter": "after"}]
)
def test_paging_says_all_that_it_needs(bea: User, paging: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"Name the parameter|Say where"):
        services.configure_paging(by=bea, version=make.built_version(), paging=paging)


def test_a_viewer_configures_nothing(vera: User) -> None:
    version = make.built_version()

    for change in (
        lambda: services.configure_readme(by=vera, version=version, readme="x"),
        lambda: services.configure_paging(by=vera, version=version, paging={"kind": "link"}),
        lambda: services.configure_individual(by=vera, version=version, fields=[{"name": "a", "label": "A"}]),
        lambda: services.configure_test(by=vera, version=version, test_calls=[]),
    ):
        with pytest.raises(Forbidden):
            change()


def test_the_test_makes_every_call_and_keeps_each(bea: User) -> None:
    with scripted(Reply(200, {"data": []}), Reply(201, {"id": 7})) as api:
        version = served(api)
        services.configure_test(by=bea, version=version, test_calls=[LIST, ORDER])
        make.synced(version)
        job = services.test_version(by=bea, version=version)

    assert [(hit.method, hit.path, hit.body) for hit in api.hits] == [
        ("GET", "/orders?since=2026", ""),
        ("POST", "/orders", '{"item": "chair"}'),
    ]
    assert again(version).state in (VersionState.TESTED, VersionState.SYNCED_TO_PROD)
    assert job.sentence.startswith("All 2 calls were answered well")
    assert [(kept["operation"], kept["status"], kept["succeeded"]) for kept in job.details] == [
        ("listOrders", 200, True),
        ("createOrder", 201, True),
    ]
    assert job.details[1]["request"]["body"] == '{"item": "chair"}'


def test_one_call_that_fails_fails_the_test_and_the_others_are_made_all_the_same(bea: User) -> None:
    with scripted(Reply(500, {"detail": "no stock"}), Reply(201)) as api:
        version = served(api)
        services.configure_test(by=bea, version=version, test_calls=[LIST, ORDER])
        services.build_version(by=bea, version=version)
        services.sync_version(by=bea, version=version, kind="development")
        job = services.test_version(by=bea, version=version)

    assert len(api.hits) == 2
    assert again(version).state == VersionState.TEST_FAILED
    assert job.sentence == "1 of 2 calls failed. The API did not do it: 500, “no stock”."


def test_a_call_that_cannot_be_made_sends_none_of_them(bea: User) -> None:
    with scripted() as api:
        version = served(api)
        services.configure_test(by=bea, version=version, test_calls=[LIST, {"operation": "getOrder"}])
        make.synced(version)
        with pytest.raises(Refused):
            services.test_version(by=bea, version=version)

    assert api.hits == []


def test_connections_are_tested_with_the_first_call_that_changes_nothing(otto: User) -> None:
    with scripted(Reply(200, [])) as api:
        version = served(api)
        services.configure_test(by=make.SETUP, version=version, test_calls=[ORDER, LIST])
        version = make.synced(version)
        connection = make.connection(version, make.environment(), secret="")
        tested = services.test_connection(by=otto, connection=connection)

    assert (tested.state, [hit.path for hit in api.hits]) == ("valid", ["/orders?since=2026"])


def test_without_a_harmless_call_no_connection_is_tested(otto: User) -> None:
    with scripted() as api:
        version = served(api)
        services.configure_test(by=make.SETUP, version=version, test_calls=[ORDER])
        version = make.synced(version)
        connection = make.connection(version, make.environment(), secret="")
        with pytest.raises(Refused, match="no test call that changes nothing"):
            services.test_connection(by=otto, connection=connection)

    assert api.hits == []
