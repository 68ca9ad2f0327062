"""The published documents of the workflow language: what is valid there is accepted here, what is not is refused."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import jsonschema_rs
import pytest
from django.conf import settings

from apps.releases.definition import Definition, DefinitionError, Finding, lint, parse
from apps.releases.definition.schema import schema_findings

FOLDER = Path(settings.BASE_DIR).parent / "shared" / "conformance" / "workflow-dsl"
EXAMPLES = sorted((FOLDER / "examples").glob("*.yaml"))
INVALID = sorted((FOLDER / "fixtures" / "invalid").glob("*.yaml"))
WITH_CREDENTIALS = {"authentication-oauth2.yaml", "authentication-oidc.yaml", "call-mcp.yaml"}

# Other projects' documents stand beside the project and are never copied into it; a clone alone has none.
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
    findings = refusals(path.read_text(encoding="utf-8"))
    assert findings
    assert all(finding.line and finding.mend for finding in findings)


def refusals(text: str) -> list[Finding]:
    """Everything that keeps us from accepting a document."""
    try:
        return [finding for finding in lint(parse(text), {}) if finding.is_error]
    except DefinitionError as error:
        return list(error.findings)


def scenarios() -> Iterator[tuple[str, str]]:
    """The definitions inside the features of the conformance kit, each with the name of its scenario."""
    for feature in sorted((FOLDER / "ctk" / "features").glob("*.feature")):
        for part in feature.read_text(encoding="utf-8").split("Scenario: ")[1:]:
            for number, quoted in enumerate(re.findall(r'definition:\s*"""yaml\n(.*?)"""', part, re.DOTALL)):
                yield f"{feature.stem}: {part.splitlines()[0].strip()} {number}", dedent(quoted)


def published() -> Iterator[tuple[str, str, bool]]:
    """Every published document with its name, and whether it is a valid one."""
    yield from ((path.name, path.read_text(encoding="utf-8"), True) for path in EXAMPLES)
    yield from ((name, text, True) for name, text in scenarios())
    yield from ((path.name, path.read_text(encoding="utf-8"), False) for path in INVALID)


def test_all_published_documents_are_looked_at() -> None:
    assert (len(EXAMPLES), len(INVALID), len([*scenarios()])) == (68, 3, 21)


def test_these_are_all_the_documents_on_which_we_disagree() -> None:
    """Three examples write a credential in the document itself, and no release of ours may hold one."""
    disagreed = {
        name: {finding.code for finding in refusals(text)}
        for name, text, is_valid in published()
        if bool(refusals(text)) is is_valid
    }
    assert disagreed == {name: {"credential"} for name in WITH_CREDENTIALS}


def test_the_official_schema_judges_every_document_as_it_was_published() -> None:
    """What the list above compares with is what the language says, not only a folder's name."""
    official = parse((FOLDER / "schema" / "workflow.yaml").read_text(encoding="utf-8")).document
    validator = jsonschema_rs.Draft202012Validator(official)
    judged = {name: _is_valid(validator, text) for name, text, _ in published()}
    assert judged == {name: is_valid for name, _, is_valid in published()}


def _is_valid(validator: jsonschema_rs.Draft202012Validator, text: str) -> bool:
    try:
        return validator.is_valid(parse(text).document)
    except DefinitionError:
        return False


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
