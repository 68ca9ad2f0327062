from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.runs.ledger import Ledger, serving_ledger


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """The API that the integration of these tests calls."""
    with serving_ledger() as ledger:
        yield ledger


@pytest.fixture
def house(tmp_path: Path, empty_data: Path) -> Iterator[House]:
    """An installation on SQLite."""
    house = House(tmp_path, empty=empty_data)
    yield house
    house.close()
