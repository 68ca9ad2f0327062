"""Documents as large companies publish them: each builds, and their pages stay quick."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.connectors import documents, selectors, services
from apps.connectors.models import ConnectorVersion
from tests.factories import connectors as make

SLOWEST_BUILD_S = 20.0
SLOWEST_PAGE_S = 0.2
# Of each API the operation with the largest body.
HEAVIEST = {
    "petstore3/new.yaml": "addPet",
    "figma/new.yaml": "postComment",
    "twilio/api_v2010_new.json": "CreateCall",
    "discord/new.json": "create_message",
    "github/new.json": "issues/create",
}


@pytest.mark.timeout(600)
def test_every_real_document_builds(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for path in sorted((shared / "openapi").rglob("*")):
        if path.suffix in (".json", ".yaml"):
            started = time.perf_counter()
            answer = documents.compiled(path.read_text(encoding="utf-8"))
            seconds = time.perf_counter() - started
            name = f"{path.parent.name}/{path.name}"
            rows.append((name, path.stat().st_size, len(answer["operations"]), len(answer["findings"]), seconds))
            assert answer["operations"], name
            assert not [each for each in answer["findings"] if "could not be completed" in each["message"]], name
    with capsys.disabled():
        _print_table(rows)
    assert {name: seconds for name, *_, seconds in rows}["stripe/new.json"] < SLOWEST_BUILD_S


@pytest.mark.timeout(600)
@pytest.mark.parametrize("file", [*HEAVIEST, "stripe/new.json"])
def test_the_pages_of_a_large_api_are_quick(
    shared: Path, bea: User, login: Callable[[User], Client], capsys: pytest.CaptureFixture[str], file: str
) -> None:
    path, client, name = shared / "openapi" / file, login(bea), file.split("/", maxsplit=1)[0]
    with path.open("rb") as document:
        made = client.post("/connectors/new/", {"file": document, "name": name})
    version = ConnectorVersion.objects.get(connector__slug=name)
    started = time.perf_counter()
    build = services.build_version(by=make.SETUP, version=version)
    built_s = time.perf_counter() - started
    url = f"{made['Location']}operations/"
    pages = {"list": url, "page 3": f"{url}?page=3", "search": f"{url}?q=post+customer"}
    pages["operation"] = f"{url}{HEAVIEST.get(file, 'PostAccounts')}/"
    with _as_in_a_web_process():
        medians = {label: _median_s(client, page) for label, page in pages.items()}

    with capsys.disabled():
        told = "  ".join(f"{label} {1000 * seconds:.0f} ms" for label, seconds in medians.items())
        print(f"\n{file:<27}{build.operation_count:>4} operations  build {built_s:>4.1f} s  {told}")  # noqa: T201 - its row
    if name == "stripe":
        assert built_s < SLOWEST_BUILD_S
        assert max(medians.values()) < SLOWEST_PAGE_S


def test_one_operation_of_a_large_api_is_called_by_its_real_parameters(shared: Path, db: None) -> None:
    source = (shared / "openapi" / "stripe" / "new.json").read_text(encoding="utf-8")
    version = make.synced_version("Stripe", source=source)

    catalogue = selectors.catalogue(version)

    assert catalogue is not None
    assert catalogue["GetCustomersCustomer"]["path"] == "/v1/customers/{customer}"
    assert catalogue["PostCustomers"]["content_type"] == "application/x-www-form-urlencoded"


def test_a_call_reads_its_own_operation_only(
    shared: Path, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = make.built_version("Figma", source=(shared / "openapi/figma/new.yaml").read_text(encoding="utf-8"))
    catalogue = selectors.catalogue(version)
    assert catalogue is not None

    with django_assert_num_queries(1) as queries:
        assert catalogue["getMe"]["path"] == "/v1/me"
        assert catalogue["getMe"]["safe"]
        assert "getMe" in catalogue

    assert "LIMIT 1" in queries[0]["sql"]
    assert catalogue.get("getYou") is None


@contextmanager
def _as_in_a_web_process() -> Iterator[None]:
    """As ``config.wsgi`` does: the collector does not walk over what was there before the first request."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _median_s(client: Client, url: str) -> float:
    """Computing time of an answer: what it takes on a machine that has nothing else to do. The first one warms up."""
    return median([_seconds(client, url) for _ in range(8)][1:])


def _seconds(client: Client, url: str) -> float:
    started = time.process_time()
    assert client.get(url).status_code == 200
    return time.process_time() - started


def _print_table(rows: list[tuple[str, int, int, int, float]]) -> None:
    print(f"\n{'document':<36}{'kB':>7}{'operations':>12}{'findings':>10}{'seconds':>9}")  # noqa: T201 - the test's table
    for name, size, operations, findings, seconds in rows:
        print(f"{name:<36}{size // 1000:>7}{operations:>12}{findings:>10}{seconds:>9.1f}")  # noqa: T201 - see above
