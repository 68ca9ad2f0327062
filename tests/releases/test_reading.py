"""Typed texts are read in children and linted against the connectors that they pin."""

import pytest

from apps.infra import children
from apps.releases import reading, selectors
from apps.releases.definition import DefinitionError
from apps.releases.selection import Audience, Purpose
from tests.factories.connectors import built_version
from tests.factories.releases import a_live_version, a_version, text, the_draft

CALLS = """\
document:
  dsl: '1.0.3'
  title: Calls
  metadata:
    slipway:
      slots:
        shop: {{connector: {connector}, version: 1}}
do:
  - fetch:
      call: openapi
      with:
        document:
          endpoint: connector://shop
        operationId: {operation}
"""


def codes(content: str) -> list[str]:
    return [finding.code for finding in selectors.read_text(content).findings]


def test_an_operation_that_the_connector_lacks_is_found_with_its_place(db):
    version = built_version()
    found = selectors.read_text(CALLS.format(connector=version.connector.slug, operation="inventOrders")).findings
    assert [(finding.code, finding.step, finding.line) for finding in found] == [("unknown-operation", "fetch", 14)]


def test_a_connector_that_nobody_built_is_a_warning(db):
    assert codes(CALLS.format(connector="nowhere", operation="listOrders")) == ["connector-not-built"]


def test_jq_that_does_not_compile_is_found(db):
    assert codes(text("${ .orders | lenght( }")) == ["expression"]


def test_a_text_that_cannot_be_read_says_where(db):
    found = selectors.read_text("document: {dsl: [1").findings
    assert [finding.is_error for finding in found] == [True]
    assert found[0].line == 2


def test_a_child_that_is_lost_is_a_finding_and_no_crash(monkeypatch):
    def lost(*_: object, **__: object) -> None:
        raise children.ChildFailed("timeout", "It takes longer than 8 seconds to read.")

    monkeypatch.setattr(children, "run", lost)
    with pytest.raises(DefinitionError, match="This text cannot be read") as error:
        reading.typed("never: read before")
    assert error.value.findings[0].mend == "It takes longer than 8 seconds to read."


def test_customers_install_what_is_live_only(orders):
    old, live = a_version(orders), a_live_version(orders)
    found = [selectors.verdict(one, Purpose.INSTALL, Audience.CUSTOMER).ok for one in (the_draft(orders), live, old)]
    assert found == [False, True, False]
