"""Turns findings into changes of one operation, or of the document."""

from collections.abc import Iterable

from apps.connectors.compatibility.changes import Change, Level
from apps.connectors.compatibility.findings import Finding
from apps.connectors.compatibility.rules import Use, verdicts
from apps.connectors.compatibility.sentences import sentence

_BREAKING = (
    "api-removed-without-deprecation api-removed-before-sunset api-path-removed-without-deprecation"
    " api-path-removed-before-sunset api-path-sunset-parse api-deprecated-sunset-parse api-sunset-date-too-small"
    " api-sunset-date-changed-too-small sunset-deleted api-invalid-stability-level api-stability-decreased"
    " webhook-removed new-required-request-parameter new-required-request-default-parameter-to-existing-path"
    " new-request-path-parameter request-parameter-removed-before-sunset request-parameter-became-required"
    " request-parameter-sunset-parse request-parameter-sunset-deleted request-parameter-sunset-date-too-small"
    " request-parameter-sunset-date-changed-too-small request-parameter-style-changed request-body-added-required"
    " request-parameter-stability-decreased request-parameter-invalid-stability-level"
    " request-body-removed request-body-became-required request-body-media-type-removed"
    " request-body-media-type-schema-added response-success-status-removed required-response-header-removed"
    " response-header-became-optional response-media-type-removed response-media-type-name-generalized"
).split()
_MAY_BREAK = (
    "request-parameter-removed optional-response-header-removed response-body-media-type-schema-removed"
).split()
_COMPATIBLE = (
    "endpoint-added endpoint-deprecated endpoint-deprecated-with-sunset endpoint-reactivated webhook-added"
    " api-removed-with-deprecation api-path-removed-with-deprecation api-stability-increased api-tag-added"
    " api-tag-removed api-operation-id-added api-operation-id-removed api-schema-removed api-version-decreased"
    " api-version-not-bumped api-major-version-not-bumped api-security-added api-security-removed"
    " api-security-scope-added api-security-scope-removed api-global-security-added api-global-security-removed"
    " api-global-security-scope-added api-global-security-scope-removed api-security-component-added"
    " api-security-component-removed api-security-component-type-changed api-security-component-oauth-url-changed"
    " api-security-component-oauth-token-url-changed api-security-component-oauth-scope-added"
    " api-security-component-oauth-scope-removed api-security-component-oauth-scope-changed"
    " new-optional-request-parameter new-optional-request-default-parameter-to-existing-path"
    " request-path-parameter-renamed request-parameter-removed-with-deprecation request-parameter-became-optional"
    " request-parameter-deprecated request-parameter-deprecated-with-sunset request-parameter-reactivated"
    " request-parameter-stability-increased request-body-added-optional request-body-became-optional"
    " request-body-media-type-added request-body-media-type-schema-removed response-success-status-added"
    " response-non-success-status-added response-non-success-status-removed response-header-added"
    " response-header-became-required response-media-type-added response-media-type-name-changed"
    " response-media-type-name-specialized response-body-media-type-schema-added"
).split()
# The rules about everything but schemas.
LEVELS = {
    **dict.fromkeys(_BREAKING, Level.BREAKING),
    **dict.fromkeys(_MAY_BREAK, Level.MAY_BREAK),
    **dict.fromkeys(_COMPATIBLE, Level.COMPATIBLE),
}


class Telling:
    """Collects the changes of one operation. ``worst``: nothing in it counts as worse."""

    def __init__(
        self, method: str = "", path: str = "", operation_id: str = "", *, worst: Level = Level.BREAKING
    ) -> None:
        self.changes: list[Change] = []
        self._of = (method, path, operation_id)
        self._worst = worst

    def say(self, rule: str, sentence: str, place: str = "") -> None:
        """Record a change by a rule that is not about a schema."""
        self._add(rule, LEVELS[rule], sentence, place)

    def schema(self, findings: Iterable[Finding], use: Use, subject: str, place: str) -> None:
        """Record what was found in the schema of ``subject`` ("the request body")."""
        for finding in findings:
            where = f"{place}, {finding.at}" if finding.at else place
            for verdict in verdicts(finding, use):
                self._add(verdict.rule, verdict.level, sentence(verdict.kind, subject, finding), where)

    def _add(self, rule: str, level: Level, sentence: str, place: str) -> None:
        method, path, operation_id = self._of
        change = Change(rule, level, sentence, method, path, operation_id, place)
        self.changes.append(change.at_most(self._worst))
