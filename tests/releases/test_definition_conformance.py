"""The published examples of the workflow language: each is clean, or refused by name."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from apps.releases.definition import Definition, DefinitionError, lint, parse
from apps.releases.definition.schema import schema_findings

FOLDER = Path(settings.BASE_DIR).parent / "shared" / "conformance" / "workflow-dsl"
EXAMPLES = sorted((FOLDER / "examples").glob("*.yaml"))
INVALID = sorted((FOLDER / "fixtures" / "invalid").glob("*.yaml"))
WITH_CREDENTIALS = {"authentication-oauth2.yaml", "authentication-oidc.yaml", "call-mcp.yaml"}

pytestmark = pytest.mark.skipif(not EXAMPLES, reason="the conformance data of the workflow language is not here")


def read(path: Path) -> Definition:
    return parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_clean_or_refused_by_name(path: Path) -> None:
    definition = read(path)
    assert schema_findings(definition) == []
    assert all(finding.code.startswith("unsupported-") and finding.line for finding in definition.unsupported)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_only_examples_with_credentials_have_errors(path: Path) -> None:
    errors = {finding.code for finding in lint(read(path), {}) if finding.is_error}
    assert errors == ({"credential"} if path.name in WITH_CREDENTIALS else set())


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_documents_have_findings(path: Path) -> None:
    try:
        findings = schema_findings(read(path))
    except DefinitionError as error:
        findings = list(error.findings)
    assert all(finding.is_error and finding.line for finding in findings)
    assert findings


def test_how_many_examples_can_be_deployed(capsys: pytest.CaptureFixture[str]) -> None:
    def verdict(definition: Definition) -> str:
        if schema_findings(definition):
            return "failed"
        return "unsupported" if definition.unsupported else "clean"

    counted = Counter(verdict(read(path)) for path in EXAMPLES)
    with capsys.disabled():
        print(f"\nconformance examples: {dict(counted)}")  # noqa: T201 - the number is the point of this test
    assert counted["failed"] == 0
    assert counted["clean"] >= 23
