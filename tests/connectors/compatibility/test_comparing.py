"""Comparisons in a child process, and from the command line."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.connectors import comparing
from apps.connectors.compatibility import Level
from tests.connectors.compatibility.documents import document, query

OLD = json.dumps(document({"GET /orders": {"operationId": "listOrders", "parameters": [query("since")]}}))
NEW = """\
openapi: 3.0.3
info: {title: Orders, version: "2"}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{name: since, in: query, required: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
"""
SWAGGER = """\
swagger: "2.0"
info: {title: Orders, version: "2"}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{name: since, in: query, type: string}]
      responses: {"200": {description: ok}}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """The old document and the new one."""
    for name, text in (("old.json", OLD), ("new.yaml", NEW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "old.json"), str(tmp_path / "new.yaml")


def told(*arguments: str, breaks: bool) -> str:
    """What the command writes, checked against its exit status."""
    out = StringIO()
    with pytest.raises(SystemExit, match="1") if breaks else nullcontext():
        call_command("compare_openapi", *arguments, stdout=out)
    return out.getvalue()


def test_texts_of_either_notation_are_compared() -> None:
    changes = comparing.compare_texts(OLD.encode(), NEW.encode())

    assert [change.rule for change in changes if change.level is Level.BREAKING] == [
        "request-parameter-became-required"
    ]


def test_swagger_2_is_compared_as_what_it_is_converted_to() -> None:
    assert comparing.compare_texts(OLD.encode(), SWAGGER.encode()) == []


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (b"openapi: }", "line 1, column 10: This cannot be read as YAML"),
        (b"{}", "line 1: This is not an OpenAPI document that Slipway reads"),
        (b"ab\n\xff", "line 2: The document is not UTF-8 text. Save it as UTF-8 and try again."),
    ],
)
def test_a_text_that_cannot_be_read_says_which_and_where(broken: bytes, sentence: str) -> None:
    with pytest.raises(comparing.ComparisonRefused, match="The new document cannot be read") as refused:
        comparing.compare_texts(OLD.encode(), broken)
    with pytest.raises(comparing.ComparisonRefused) as other:
        comparing.compare_texts(broken, OLD.encode())

    assert refused.value.problems[0].startswith(sentence)
    assert (refused.value.which, other.value.which) == ("new", "old")


def test_the_command_groups_changes_by_operation_and_counts_them(files: tuple[str, str]) -> None:
    assert told(*files, breaks=True).splitlines() == [
        "GET /orders  (listOrders)",
        "  breaks      The query parameter “since” is now required.  [request-parameter-became-required]",
        "",
        "1 change: 1 breaking, 0 that may break, 0 compatible.",
    ]


def test_the_command_is_content_when_nothing_breaks(files: tuple[str, str]) -> None:
    assert told(files[0], files[0], breaks=False) == "Nothing changed for those who call the API.\n"


def test_the_command_writes_json_for_programs(files: tuple[str, str]) -> None:
    answer = json.loads(told(*files, "--json", breaks=True))

    assert {key: answer[key] for key in ("breaking", "may_break", "compatible")} == {
        "breaking": 1,
        "may_break": 0,
        "compatible": 0,
    }
    assert answer["changes"][0]["rule"] == "request-parameter-became-required"
    assert answer["changes"][0]["level"] == "breaking"


def test_the_command_names_the_file_that_cannot_be_read(files: tuple[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: 3.0.3\npaths: }", encoding="utf-8")
    cases = {
        str(broken): f"{broken}: line 2, column 8: ",
        str(tmp_path / "none.yaml"): f"{tmp_path}/none.yaml: The file cannot be read: No such file or directory.",
        str(tmp_path): f"{tmp_path}: The file cannot be read: Is a directory.",
    }

    for file, sentence in cases.items():
        with pytest.raises(CommandError) as refused:
            call_command("compare_openapi", files[0], file)
        assert str(refused.value).startswith(sentence)
        assert refused.value.returncode == 2


def test_the_command_takes_one_document_from_standard_input() -> None:
    with pytest.raises(CommandError, match="Only one of the two"):
        call_command("compare_openapi", "-", "-")


@pytest.mark.parametrize(
    ("text", "status", "out", "err"),
    [
        (OLD, 0, "Nothing changed", ""),
        (NEW, 1, "1 breaking", ""),
        ("{", 2, "", "standard input: line 1, column 2: This is not JSON"),
    ],
)
def test_the_exit_status_tells_a_pipeline_what_to_do(
    files: tuple[str, str], tmp_path: Path, text: str, status: int, out: str, err: str
) -> None:
    # A fresh data directory: no database was ever made there.
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "compare_openapi", files[0], "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "SLIPWAY_DATA_DIR": str(tmp_path / "data")},
    )

    assert done.returncode == status, done.stderr
    assert out in done.stdout
    assert err in done.stderr
