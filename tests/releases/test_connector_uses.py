"""Rows that say which connector versions releases name: right after every act that sets a text, and quick."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.audit import fsck
from apps.connectors import services as connectors
from apps.connectors.models import ConnectorVersion
from apps.core.errors import Refused
from apps.releases import services
from apps.releases.connector_uses import named_in
from apps.releases.definition import parse
from apps.releases.models import AwaitedUse, ConnectorUse, Release
from tests.factories import connectors as make
from tests.factories.releases import SETUP, a_template, the_draft

NESTED = """\
document:
  dsl: '1.0.3'
  metadata:
    slipway:
      slots: {{shop: {{connector: orders-api, version: {version}}}, other: {{connector: {other}, version: 1}}}}
do:
  - first:
      call: openapi
      with: {{document: {{endpoint: 'connector://shop'}}, operationId: listOrders}}
  - every:
      for: {{each: order, in: '${{ .orders }}'}}
      do:
        - attempt:
            try:
              - read:
                  call: openapi
                  with: {{document: {{endpoint: 'connector://shop'}}, operationId: getOrder, parameters: {{id: '1'}}}}
            catch:
              errors: {{}}
              do:
                - again:
                    call: openapi
                    with:
                      document: {{endpoint: 'connector://shop'}}
                      operationId: createOrder
                      parameters: {{body: {{}}}}
        - both:
            fork:
              branches:
                - left:
                    call: openapi
                    with: {{document: {{endpoint: 'connector://shop'}}, operationId: listOrders}}
"""


def text(version: int = 1, *, other: str = "nowhere") -> str:
    return NESTED.format(version=version, other=other)


def uses(release: Release) -> list[tuple[str, str, list[str]]]:
    rows = ConnectorUse.objects.filter(release=release).select_related("version__connector").order_by("slot")
    return [(row.slot, str(row.version), row.operations) for row in rows]


def wrong() -> dict[str, list[str]]:
    """What the oracle says, but for the triggers that the fixture lifted."""
    return {code: found for code, found in fsck.findings().items() if code != "C0"}


CALLED = ["createOrder", "getOrder", "listOrders"]


@pytest.fixture
def shop(db: None) -> ConnectorVersion:
    """Orders API v1, built."""
    return make.built_version()


def test_operations_in_every_kind_of_nested_task_are_found() -> None:
    named = named_in(parse(text()))

    assert named["shop"].operations == ("createOrder", "getOrder", "listOrders")
    assert named["other"].operations == ()


def test_a_new_draft_says_what_it_uses(shop: ConnectorVersion) -> None:
    draft = the_draft(a_template(content=text()))

    assert uses(draft) == [("shop", "Orders API v1", CALLED)]
    assert list(AwaitedUse.objects.values_list("slot", "connector", "number")) == [("other", "nowhere", 1)]


def test_saving_follows_the_text_and_an_unreadable_one_uses_nothing(bea: User, shop: ConnectorVersion) -> None:
    draft = the_draft(a_template())
    assert uses(draft) == []

    saved = services.save_draft(by=bea, draft=draft, text=text(), revision=1)
    assert uses(saved) == [("shop", "Orders API v1", CALLED)]
    broken = services.save_draft(by=bea, draft=saved, text="do: [", revision=2)

    assert uses(broken) == []
    assert AwaitedUse.objects.count() == 0


def test_versions_copies_and_restored_drafts_use_the_same(bea: User, shop: ConnectorVersion) -> None:
    template = a_template(content=text())
    version = services.create_version(by=bea, draft=the_draft(template), name="one")
    services.save_draft(by=bea, draft=the_draft(template), text="do: []", revision=the_draft(template).revision)

    copied = services.copy_release(by=bea, release=version)
    elsewhere = services.copy_release(by=bea, release=version, new_template="Elsewhere")
    restored = services.restore_version(by=bea, release=version)

    for release in (version, copied, elsewhere, restored):
        assert uses(release) == [("shop", "Orders API v1", CALLED)], release


def test_a_draft_that_is_deleted_uses_nothing(ada: User, shop: ConnectorVersion) -> None:
    template = a_template(content=text())
    draft = services.bin_release(by=ada, release=the_draft(template))

    services.delete_draft(by=ada, draft=draft)

    assert ConnectorUse.objects.count() == 0


def test_a_slot_that_waited_uses_the_version_when_it_comes(bea: User, shop: ConnectorVersion) -> None:
    draft = the_draft(a_template(content=text(2, other="billing")))
    assert uses(draft) == []

    added = connectors.add_version(by=bea, connector=shop.connector)
    make.connector("Billing")

    assert uses(draft) == [("other", "Billing v1", []), ("shop", str(added), CALLED)]
    assert AwaitedUse.objects.count() == 0


@pytest.mark.parametrize("number", [-1, 0, 2**40, 2**70])
def test_numbers_that_no_version_can_have_are_no_use(shop: ConnectorVersion, number: int) -> None:
    the_draft(a_template(content=text(number)))

    assert ConnectorUse.objects.count() == 0
    assert AwaitedUse.objects.filter(slot="shop").count() == 0


def test_saving_the_same_uses_again_writes_no_row(bea: User, shop: ConnectorVersion) -> None:
    draft = the_draft(a_template(content=text()))

    with CaptureQueriesContext(connection) as queries:
        services.save_draft(by=bea, draft=draft, text=f"# a comment\n{text()}", revision=1)

    written = [each["sql"] for each in queries if "use" in each["sql"] and each["sql"].startswith(("INSERT", "DELETE"))]
    assert written == []


def test_a_version_may_not_name_what_is_in_the_bin(bea: User, shop: ConnectorVersion) -> None:
    connectors.bin_version(by=bea, version=shop)
    draft = the_draft(a_template(content=text()))

    with pytest.raises(Refused, match="V1 uses Orders API v1, which is in the bin"):
        services.create_version(by=bea, draft=draft, name="one")

    assert Release.objects.versions().count() == 0


def test_a_version_stays_in_its_bin_while_its_connector_is_in_the_other(rita: User, shop: ConnectorVersion) -> None:
    template = a_template(content=text())
    version = services.create_version(by=rita, draft=the_draft(template), name="one")
    services.save_draft(by=rita, draft=the_draft(template), text="do: []", revision=the_draft(template).revision)
    services.bin_release(by=rita, release=version)
    connectors.bin_version(by=rita, version=shop)

    with pytest.raises(Refused, match="uses Orders API v1, which is in the bin"):
        services.restore_from_bin(by=rita, release=version)
    connectors.restore_version(by=rita, version=shop)

    assert services.restore_from_bin(by=rita, release=version).binned_at is None


def test_fsck_finds_rows_that_disagree(damaged: None, shop: ConnectorVersion) -> None:
    template = a_template(content=text(other="orders-api"))
    assert wrong() == {}

    ConnectorUse.objects.filter(slot="shop").update(operations=["listOrders"])
    assert wrong() == {"R1": [f"{template} Draft names other connector versions or operations than its rows say"]}
    ConnectorUse.objects.all().delete()
    AwaitedUse.objects.create(
        release=the_draft(template), slot="shop", connector="orders-api", number=1, operations=CALLED
    )
    AwaitedUse.objects.create(release=the_draft(template), slot="other", connector="orders-api", number=1)

    assert set(wrong()) == {"R2"}


def test_fsck_finds_versions_on_the_bin(damaged: None, shop: ConnectorVersion) -> None:
    template = a_template(content=text())
    services.create_version(by=SETUP, draft=the_draft(template), name="one")

    ConnectorVersion.objects.update(binned_at=shop.created_at)

    assert wrong() == {"R3": [f"shop of {template} V1 names Orders API v1, which is in the bin"]}
