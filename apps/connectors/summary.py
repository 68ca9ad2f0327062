"""A version's configuration as its page shows it."""

from dataclasses import dataclass

from django.urls import reverse

from apps.connectors.enums import Scheme
from apps.connectors.models import ConnectorVersion

LABELS = {
    "header": "Header",
    "query": "Query parameter (seen in logs)",
    "prefix": "Word before the key",
    "token_url": "Token URL",
    "scope": "Scope",
}


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """One part of the configuration: its values in words, and where it is changed."""

    title: str
    url: str
    rows: list[tuple[str, str]]

    @property
    def edit_label(self) -> str:
        """What the button says to screen readers."""
        return f"Edit {self.title.lower()}"


def summary_of(version: ConnectorVersion) -> list[SectionSummary]:
    """Return the parts of a version's configuration."""
    scheme, execution = Scheme(version.scheme), version.execution
    rows: dict[str, list[tuple[str, str]]] = {
        "servers": [("Development", version.development_server), ("Production", version.production_server)],
        "sign-in": [("Scheme", scheme.label), *_options(version)],
        "execution": [
            ("Time limit", f"{execution.get('timeout_s', 10)} s"),
            ("Idempotency header", execution.get("idempotency_header") or "none"),
        ],
        "test": [
            ("Operation", version.test_operation or "none chosen"),
            ("Connection", str(version.test_connection or "the team's first one in development")),
        ],
    }
    return [SectionSummary(key.capitalize(), _url(version, key), values) for key, values in rows.items()]


def _options(version: ConnectorVersion) -> list[tuple[str, str]]:
    return [(LABELS.get(name, name), str(value)) for name, value in version.scheme_options.items()]


def _url(version: ConnectorVersion, section: str) -> str:
    return reverse("connectors:version_configure", args=[version.connector.slug, version.number, section])
