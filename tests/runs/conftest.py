from collections.abc import Iterator

import pytest

from apps.deployments.models import Instance
from tests.runs.furniture import ADD, installed, text_of
from tests.runs.ledger import Ledger, serving_ledger


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """The API that the integration of these tests calls."""
    with serving_ledger() as ledger:
        yield ledger


@pytest.fixture
def instance(db: None, ledger: Ledger) -> Instance:
    """The team's own instance of "Add to the ledger" in development."""
    return installed(text_of({"add": ADD}, {"note": {"set": {"added": "${ .amount }"}}}), ledger.url)
