"""C7: the bin of connector versions. In use, nothing goes there; from there everything comes back, or goes for good."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.registry import verb_named
from apps.connectors import selectors, services
from apps.connectors.enums import Scheme, Step
from apps.connectors.models import Build, Connection, Connector, ConnectorVersion, Document, Operation, Sync
from apps.core.errors import Conflict, Forbidden, Refused
from apps.environments.models import EnvironmentKind
from apps.releases import services as releases
from apps.releases.models import Release
from tests.factories import connectors as make
from tests.factories.releases import a_template, the_draft
from tests.processes import python

type Login = Callable[[User], Client]
V1 = "/connectors/orders-api/v1/"
DIALOG = {"HX-Request": "true", "HX-Target": "dialog"}
USES = """\
document:
  dsl: '1.0.3'
  metadata: {slipway: {slots: {shop: {connector: orders-api, version: 1}}}}
do:
  - list:
      call: openapi
      with: {document: {endpoint: 'connector://shop'}, operationId: listOrders}
"""


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def told() -> list[str]:
    return [verb_named(e.verb).tell(e.target_name, e.facts) for e in AuditEvent.objects.order_by("pk")]


@pytest.fixture
def version(db: None) -> ConnectorVersion:
    """Orders API v1, serving Development and Production."""
    make.environment()
    make.environment("Production", kind="production")
    return make.synced_version()


def facts(version: ConnectorVersion) -> tuple[object, ...]:
    """Everything that coming back exactly means."""
    row = ConnectorVersion.objects.filter(pk=version.pk).values().get()
    syncs = Sync.objects.filter(version=version).order_by("environment")
    return row, list(syncs.values_list("environment", "build", "synced_at"))


def test_what_a_release_uses_stays_and_the_release_is_named(bea: User, version: ConnectorVersion) -> None:
    a_template(content=USES)

    with pytest.raises(Refused) as refused:
        services.bin_version(by=bea, version=version)

    assert (refused.value.message, refused.value.problems) == (
        "Orders API v1 is in use, so it stays.",
        ("Orders to CRM · Draft",),
    )
    assert Sync.objects.filter(version=version).count() == 2


def test_from_the_bin_it_comes_back_exactly_as_before(bea: User, version: ConnectorVersion) -> None:
    before = facts(version)

    binned = services.bin_version(by=bea, version=version, seen_serving=["development", "production"])
    assert (binned.binned_by_name, binned.state_badge.label) == ("Bea", "In the bin")
    assert Sync.objects.filter(version=version).count() == 0
    services.restore_version(by=bea, version=version)

    assert facts(version) == before
    assert told()[-2:] == [
        "moved Orders API v1 to the bin; it stops serving Development, Production",
        "restored Orders API v1 from the bin; it serves Development, Production again",
    ]


def test_it_stops_serving_only_where_the_person_was_told(bea: User, rita: User, version: ConnectorVersion) -> None:
    with pytest.raises(Conflict, match="changed which environments Orders API v1 serves"):
        services.bin_version(by=bea, version=version, seen_serving=["development"])

    assert ConnectorVersion.objects.get().binned_at is None


def test_in_the_bin_nothing_can_be_done_with_it(rita: User, version: ConnectorVersion) -> None:
    services.bin_version(by=rita, version=version)
    acts = [
        lambda: services.bin_version(by=rita, version=version),
        lambda: services.build_version(by=rita, version=version),
        lambda: services.sync_version(by=rita, version=version, kind=EnvironmentKind.PRODUCTION),
        lambda: services.release_version(by=rita, version=version),
        lambda: services.request_step(by=rita, version=version, step=Step.BUILD),
        lambda: services.upload_source(by=rita, version=version, source=make.orders_document()),
        lambda: services.configure_scheme(by=rita, version=version, scheme=Scheme.BEARER, options={}),
    ]

    for act in acts:
        with pytest.raises(Refused, match=r"Orders API v1 is in the bin\. Restore it first"):
            act()
    with pytest.raises(Refused, match="Every version of Orders API is in the bin"):
        services.add_version(by=rita, connector=version.connector)


def test_it_is_not_offered_beside_its_siblings(bea: User, version: ConnectorVersion) -> None:
    second = services.add_version(by=bea, connector=version.connector)
    services.bin_version(by=bea, version=version)

    assert list(selectors.siblings_of(second)) == [second]
    assert list(selectors.versions_of(version.connector)) == [second]
    assert services.add_version(by=bea, connector=version.connector).number == 3


def test_while_a_step_is_under_way_it_stays(bea: User, version: ConnectorVersion) -> None:
    services.request_step(by=bea, version=version, step=Step.BUILD)

    with pytest.raises(Refused, match="A step of Orders API v1 is under way: Build"):
        services.bin_version(by=bea, version=version)


def test_a_deleted_version_leaves_nothing_but_its_trail(ada: User, version: ConnectorVersion) -> None:
    second = services.add_version(by=ada, connector=version.connector)
    services.configure_servers(by=ada, version=second, development_server="https://other.example", production_server="")
    shared = services.build_version(by=ada, version=second)
    first = services.bin_version(by=ada, version=version)
    services.delete_version(by=ada, version=first, typed="Orders API v1")

    assert list(ConnectorVersion.objects.all()) == [second]
    assert (list(Build.objects.all()), Document.objects.get()) == ([shared], shared.document)
    services.bin_version(by=ada, version=second)
    services.delete_version(by=ada, version=second, typed="Orders API v2")

    left = (Connector, ConnectorVersion, Build, Document, Operation)
    assert [model.objects.count() for model in left] == [0, 0, 0, 0, 0]
    assert told()[-2:] == [
        "deleted the connector Orders API with its last version",
        "deleted Orders API v2 for good, with one build",
    ]


def test_a_number_is_never_used_again(ada: User, version: ConnectorVersion) -> None:
    second = services.add_version(by=ada, connector=version.connector)
    services.bin_version(by=ada, version=second)
    services.delete_version(by=ada, version=second, typed="Orders API v2")

    assert services.add_version(by=ada, connector=version.connector).number == 3


def test_deleting_asks_for_the_bin_the_name_and_an_administrator(
    ada: User, rita: User, version: ConnectorVersion
) -> None:
    with pytest.raises(Forbidden):
        services.delete_version(by=rita, version=version, typed="Orders API v1")
    with pytest.raises(Refused, match="is not in the bin"):
        services.delete_version(by=ada, version=version, typed="Orders API v1")
    services.bin_version(by=ada, version=version)
    for typed in ("", "Orders API", "orders api v1"):
        with pytest.raises(Refused, match="Type its name"):
            services.delete_version(by=ada, version=version, typed=typed)

    assert ConnectorVersion.objects.get() == version


def test_a_release_in_its_own_bin_keeps_it_from_deletion(ada: User, version: ConnectorVersion) -> None:
    template = a_template(content=USES)
    releases.bin_release(by=ada, release=the_draft(template))
    services.bin_version(by=ada, version=version)

    with pytest.raises(Refused) as refused:
        services.delete_version(by=ada, version=version, typed="Orders API v1")
    assert refused.value.problems == ("Orders to CRM · Draft",)

    releases.delete_draft(by=ada, draft=Release.objects.get())
    services.delete_version(by=ada, version=version, typed="Orders API v1")
    assert ConnectorVersion.objects.count() == 0


def test_the_last_version_stays_while_there_are_connections(ada: User, version: ConnectorVersion) -> None:
    make.connection(version, make.environment(), name="Shop key")
    services.bin_version(by=ada, version=version)

    with pytest.raises(Refused, match="This is the last version of Orders API") as refused:
        services.delete_version(by=ada, version=version, typed="Orders API v1")

    assert refused.value.problems == ("Shop key of Team in Development",)
    assert Connection.objects.count() == 1


def test_bea_moves_a_version_to_the_bin_and_back_on_its_pages(
    bea: User, login: Login, version: ConnectorVersion
) -> None:
    client = login(bea)

    asked = text(client.get(f"{V1}bin/", headers=DIALOG))
    assert "stops serving</strong> <strong>Development</strong> and <strong>Production</strong>" in asked
    assert "<html" not in asked
    moved = client.post(f"{V1}bin/", {"serving": "development production"})

    assert moved["Location"] == "/connectors/orders-api/"
    assert "Every version is in the bin" in text(client.get("/connectors/orders-api/"))
    assert "Orders API</a>" not in text(client.get("/connectors/"))
    assert "Bin (1)" in text(client.get("/connectors/"))
    binned = text(client.get("/connectors/bin/?q=orders"))
    assert "Orders API v1" in binned
    assert "2 environments" in binned
    assert "Only administrators delete for good." in binned
    for page in (f"{V1}operations/", f"{V1}builds/", f"{V1}uses/"):
        shown = text(client.get(page))
        assert ("Bea put it there" in shown, "Move to the bin" in shown) == (True, False), page

    restored = client.post(f"{V1}restore/")

    assert restored["Location"] == V1
    assert "The bin is empty" in text(client.get("/connectors/bin/"))


def test_the_dialog_lists_who_uses_it_and_offers_no_button(bea: User, login: Login, version: ConnectorVersion) -> None:
    template = a_template(content=USES)
    client = login(bea)

    asked = text(client.get(f"{V1}bin/"))
    refused = client.post(f"{V1}bin/", {"serving": "development production"})

    assert "It is in use, so it stays" in asked
    assert f'href="{the_draft(template).get_absolute_url()}"' in asked
    assert "Something uses it; see above." in asked
    assert refused.status_code == 422


def test_a_stale_dialog_is_a_conflict(bea: User, login: Login, version: ConnectorVersion) -> None:
    assert login(bea).post(f"{V1}bin/", {"serving": "development"}).status_code == 409


def test_ada_deletes_for_good_after_typing_the_name(ada: User, login: Login, version: ConnectorVersion) -> None:
    services.bin_version(by=ada, version=version)
    client = login(ada)

    assert "the connector goes with it" in text(client.get(f"{V1}delete/", headers=DIALOG))
    wrong = client.post(f"{V1}delete/", {"typed": "Orders"})
    assert (wrong.status_code, "Type its name to delete it for good" in text(wrong)) == (422, True)
    deleted = client.post(f"{V1}delete/", {"typed": "Orders API v1"})

    assert deleted["Location"] == "/connectors/bin/"
    assert client.get(V1).status_code == 404
    assert "deleted Orders API v1 for good" in told()[-1] + told()[-2]


def test_the_trail_names_what_is_gone_without_a_link(ada: User, login: Login, version: ConnectorVersion) -> None:
    second = services.add_version(by=ada, connector=version.connector)
    services.bin_version(by=ada, version=version)
    services.delete_version(by=ada, version=version, typed="Orders API v1")

    told = text(login(ada).get("/activity/?q=orders"))

    assert "moved Orders API v1 to the bin" in told
    assert (f'href="{V1}"' in told, f'href="{second.get_absolute_url()}"' in told) == (False, True)


def test_who_may_not_is_refused(vera: User, rita: User, cleo: User, login: Login, version: ConnectorVersion) -> None:
    assert login(vera).post(f"{V1}bin/", {"serving": ""}).status_code == 403
    assert login(vera).post(f"{V1}restore/").status_code == 403
    assert login(rita).post(f"{V1}delete/", {"typed": "Orders API v1"}).status_code == 403
    assert login(cleo).post(f"{V1}bin/").status_code == 404
    assert login(vera).get("/connectors/bin/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_bin_takes_the_same_queries_for_one_row_and_three(
    bea: User, login: Login, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        services.bin_version(by=bea, version=make.synced_version(f"API {number}"))
    client = login(bea)

    with django_assert_num_queries(7):
        client.get("/connectors/bin/")


SETUP_CODE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from apps.releases import services
from tests.connectors.test_bin import USES
from tests.factories import connectors as make
from tests.factories.releases import SETUP, a_template, the_draft
make.synced_version()
template = a_template(content=USES)
version = services.create_version(by=SETUP, draft=the_draft(template), name="one")
services.bin_release(by=SETUP, release=version)
services.save_draft(by=SETUP, draft=the_draft(template), text="do: []", revision=the_draft(template).revision)
"""
ORACLE_CODE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
django.setup()
from apps.audit import fsck
print(fsck.findings())
"""
ROUNDS = 6


@pytest.mark.faults
def test_a_release_and_its_connector_never_pass_each_other(tmp_path: Path) -> None:
    """One takes a release out of its bin, one puts the connector version that it names into the other: one wins."""
    assert python(tmp_path, "-c", SETUP_CODE).wait() == 0
    (tmp_path / "meeting").mkdir()
    arguments = ("-m", "tests.connectors.bin_racer", str(tmp_path / "meeting"))

    racers = [python(tmp_path, *arguments, str(me), str(ROUNDS)) for me in (1, 2)]
    lines = [racer.communicate()[0].splitlines() for racer in racers]

    assert [racer.returncode for racer in racers] == [0, 0]
    assert [sorted(pair) for pair in zip(*lines, strict=True)] == [
        [f"{number} done", f"{number} refused"] for number in range(ROUNDS)
    ]
    assert python(tmp_path, "-c", ORACLE_CODE).communicate()[0].strip() == "{}"
