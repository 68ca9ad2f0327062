"""The demo APIs as they really run: a process of their own on a free port, put back to first data before each test."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from apps.demo import credentials

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def started(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``manage.py demo_apis`` on a free port; yield the process and the address that it printed."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo_apis", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "SLIPWAY_DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        printed = re.fullmatch(r"Demo APIs: (http://127\.0\.0\.1:\d+)/\n", process.stdout.readline())
        assert printed, "the address was not printed"
        yield process, printed[1]
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with started(tmp_path_factory.mktemp("demo")) as (_, address):
        yield address


@pytest.fixture
def anyone(address: str) -> Iterator[httpx2.Client]:
    """Somebody without credentials, after both products were put back to their first data."""
    with httpx2.Client(base_url=address, trust_env=False) as client:
        for product in ("shop", "crm"):
            assert client.post(f"/{product}/reset").status_code == 302
        yield client


@pytest.fixture
def shop(anyone: httpx2.Client, address: str) -> Iterator[httpx2.Client]:
    headers = {credentials.SHOP_API_KEY_HEADER: credentials.SHOP_API_KEY}
    with httpx2.Client(base_url=f"{address}/shop", headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def crm_token(address: str) -> str:
    asked = httpx2.post(
        address + credentials.CRM_TOKEN_PATH,
        data={"grant_type": "client_credentials"},
        auth=(credentials.CRM_CLIENT_ID, credentials.CRM_CLIENT_SECRET),
        trust_env=False,
    )
    return str(asked.json()["access_token"])


@pytest.fixture
def crm(anyone: httpx2.Client, address: str, crm_token: str) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {crm_token}"}
    with httpx2.Client(base_url=f"{address}/crm", headers=headers, trust_env=False) as client:
        yield client
