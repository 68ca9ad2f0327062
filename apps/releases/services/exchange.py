"""Releases leave as files and come back: one YAML file holds a release, byte for byte."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.permissions import Verb, authorise
from apps.audit.operations import operation
from apps.core.errors import Refused
from apps.releases import reading, selectors
from apps.releases.definition import DefinitionError, Finding, stamped
from apps.releases.definition.packing import BadPackage, Package, packed, unpacked
from apps.releases.definition.shapes import text
from apps.releases.models import IntegrationTemplate, Release, Snapshot
from apps.releases.services.drafts import digest_of_content, new_draft
from apps.releases.services.templates import add_template
from apps.releases.services.transition import By, locked

LARGEST = 8_000_000
LONGEST = {"name": 80, "description": 2_000, "notes": 20_000}


@dataclass(frozen=True)
class ExportedFile:
    """A file to be downloaded."""

    name: str
    content: str


@dataclass(frozen=True)
class Incoming:
    """A file that was read: what it holds, and everything there is to say about its text."""

    package: Package
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]

    @property
    def words(self) -> dict[str, str]:
        """Name, description and notes, as far as they fit."""
        return {key: self._fact(key)[:most] for key, most in LONGEST.items()}

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def template_name(self) -> str:
        """What the template was called that the release came from."""
        return self._fact("template")[:120]

    @property
    def origin(self) -> str:
        """What the release was called there: "Orders to CRM V7", "" for a plain document."""
        return f"{self.template_name} {self._fact('label')[:20]}".strip()

    def _fact(self, key: str) -> str:
        """Return a fact without what no database can hold: JSON may say characters that are none."""
        return text(self.package.facts.get(key)).replace("\0", "").encode(errors="ignore").decode()


def export_release(*, by: By, release: Release) -> ExportedFile:
    """Write a release as one file. Raises ``Refused`` for a draft whose text cannot be read."""
    with operation("release.exported", by=by) as op:
        op.about(release, within=release.integration_template)
        authorise(by, Verb.CONSOLE_SEE)
        slug, number = release.integration_template.slug, release.number
        try:
            document = stamped(selectors.definition_of(release), name=slug, number=number)
        except DefinitionError as error:
            problems = reading.sentences(error.findings)
            raise Refused("The draft cannot be read, so it cannot be exported.", problems=problems) from None
        content = packed(release.text, document, title=_title(release), facts=_facts(release))
    return ExportedFile(f"{slug}-{f'v{number}' if number else 'draft'}.yaml", content)


def read_file(content: str) -> Incoming:
    """Read a file that somebody brings, without keeping anything. Raises ``Refused`` with the line of what is wrong."""
    if len(content.encode("utf-8", "surrogatepass")) > LARGEST:
        raise Refused(f"The file is larger than {LARGEST // 1_000_000} MB.")
    try:
        package = unpacked(content)
    except BadPackage as bad:
        mend = "Delete the lines that begin with “#:” to import the document alone."
        raise Refused("The file cannot be read.", problems=[f"Line {bad.line}: {bad} {mend}"]) from None
    try:
        definition = reading.typed(package.text)
    except DefinitionError as error:
        raise Refused("The file cannot be read.", problems=_of_file(error, package)) from None
    found = reading.checked(definition, selectors.catalogues_for(definition))
    missing = [
        f"{slot.title} needs {slot.connector} v{slot.version}, which is not here."
        for slot, version in (
            (definition.slots[name], version) for name, version in selectors.pinned_versions(definition).items()
        )
        if version is None
    ]
    return Incoming(package, found.findings, tuple(missing))


def import_draft(*, by: By, incoming: Incoming, integration_template: IntegrationTemplate) -> Release:
    """Make a new draft of a template out of a file; it is the latest where there is none."""
    with operation("release.imported", by=by) as op:
        op.about(integration_template)
        authorise(by, Verb.DRAFT_EDIT)
        draft = _draft(locked(integration_template), incoming, by=by)
        op.about(draft, within=integration_template, origin=_from(incoming), template=str(integration_template))
    return draft


def import_template(*, by: By, incoming: Incoming, name: str) -> Release:
    """Make a new template out of a file, with its latest draft. Returns the draft."""
    with operation("release.imported", by=by) as op:
        authorise(by, Verb.DRAFT_EDIT)
        template = add_template(by=by, name=name, origin=incoming.origin or "a file")
        draft = _draft(template, incoming, by=by)
        op.about(draft, within=template, origin=_from(incoming), template=str(template))
    return draft


def _draft(template: IntegrationTemplate, incoming: Incoming, *, by: By) -> Release:
    content = incoming.package.text
    draft = new_draft(template, Snapshot.objects.keep(content), digest_of_content(content), by=by)
    words = incoming.words
    draft.name, draft.description, draft.notes = words["name"], words["description"], words["notes"]
    draft.save(update_fields=["name", "description", "notes"])
    return draft


def _facts(release: Release) -> dict[str, Any]:
    return {
        "template": release.integration_template.name,
        "label": release.label,
        "number": release.number,
        "name": release.name,
        "description": release.description,
        "notes": release.notes,
        "author": release.created_by_name,
        "digest": release.digest,
    }


def _title(release: Release) -> str:
    return f"{release.integration_template} {release.title}"


def _from(incoming: Incoming) -> str:
    return f" from a file of {incoming.origin}" if incoming.origin else " from a file"


def _of_file(error: DefinitionError, package: Package) -> list[str]:
    """Return the findings with the lines of the file, not of the text inside it."""
    if package.is_exact or package.first_line == 1:
        return reading.sentences(error.findings)
    return reading.sentences(
        [_moved(finding, package.first_line - 1) for finding in error.findings],
    )


def _moved(finding: Finding, by: int) -> Finding:
    line = finding.line + by if finding.line else None
    return Finding.from_dict({**finding.as_dict(), "line": line})
