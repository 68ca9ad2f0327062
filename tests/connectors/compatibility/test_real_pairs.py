"""Two versions of documents as large companies publish them: the comparison stays quick."""

import json
import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.connectors import comparing
from apps.connectors.compatibility import Change, Level

SLOWEST_S = 5.0
PAIRS = [
    ("figma/old.yaml", "figma/new.yaml"),
    ("discord/old.json", "discord/new.json"),
    ("twilio/api_v2010_old.json", "twilio/api_v2010_new.json"),
    ("adyen/TransferService-v3.json", "adyen/TransferService-v4.json"),
    ("petstore3/old.yaml", "petstore3/new.yaml"),
    ("slack/slack_web_swagger2.json", "slack/slack_web_swagger2.json"),
]
EDITED = {"stripe/new.json": "account", "github/new.json": "simple-user"}


@pytest.mark.timeout(600)
def test_every_real_pair_is_compared_quickly(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for old, new in PAIRS:
        texts = [(shared / "openapi" / file).read_bytes() for file in (old, new)]
        rows.append(_measured(f"{old} {Path(new).name}", lambda texts=texts: comparing.compare_texts(*texts)))
    for file, schema in EDITED.items():
        texts = [(shared / "openapi" / file).read_bytes()]
        edited = json.loads(texts[0])
        edited["components"]["schemas"][schema]["properties"]["id"]["type"] = "boolean"
        texts.append(json.dumps(edited).encode())
        rows.append(_measured(f"{file} edited", lambda texts=texts: comparing.compare_texts(*texts)))

    with capsys.disabled():
        _print_table(rows)
    for name, seconds, _changes in rows:
        assert seconds < SLOWEST_S, name
    assert all(changes for name, _, changes in rows if "slack" not in name)


def test_documents_that_were_read_before_are_compared_the_same(shared: Path) -> None:
    old, new = ((shared / "openapi" / f"discord/{name}.json").read_bytes() for name in ("old", "new"))

    assert comparing.compare_documents(json.loads(old), json.loads(new)) == comparing.compare_texts(old, new)


def _measured(name: str, compared: Callable[[], list[Change]]) -> tuple[str, float, list[Change]]:
    """Computing time, the child's included: what it takes on a machine that has nothing else to do."""
    started = _computed()
    changes = compared()
    return name, _computed() - started, changes


def _computed() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _print_table(rows: list[tuple[str, float, list[Change]]]) -> None:
    print(f"\n{'documents':<50}{'seconds':>8}{'breaks':>8}{'may':>6}{'compatible':>12}")  # noqa: T201 - the test's table
    for name, seconds, changes in rows:
        counts = Counter(change.level for change in changes)
        told = "".join(f"{counts[level]:>{width}}" for level, width in zip(Level, (8, 6, 12), strict=True))
        print(f"{name:<50}{seconds:>8.1f}{told}")  # noqa: T201 - see above
