"""Turns findings into changes of one operation, or of the document."""

from collections import Counter
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


# Of one level, in one operation. A part that a large API uses everywhere changes hundreds of places.
MOST_OF_A_LEVEL = 50
FURTHER = "further-changes"
WORDS = {
    Level.BREAKING: "that break callers",
    Level.MAY_BREAK: "that may break callers",
    Level.COMPATIBLE: "that break nobody",
}


class Telling:
    """Collects the changes of one operation. ``worst``: nothing in it counts as worse."""

    def __init__(
        self, method: str = "", path: str = "", operation_id: str = "", *, worst: Level = Level.BREAKING
    ) -> None:
        self._changes: list[Change] = []
        self._of = (method, path, operation_id)
        self._worst = worst
        self._counted: Counter[Level] = Counter()

    @property
    def changes(self) -> list[Change]:
        """What was told; what was too much of it is counted in one change for each level."""
        return [*self._changes, *(self._further(level) for level in Level if self._counted[level] > MOST_OF_A_LEVEL)]

    def say(self, rule: str, sentence: str, place: str = "") -> None:
        """Record a change by a rule that is not about a schema."""
        level = self._at_most(LEVELS[rule])
        self._changes.append(Change(rule, level, sentence, *self._of, place))

    def schema(self, findings: Iterable[Finding], use: Use, subject: str, place: str) -> None:
        """Record what was found in the schema of ``subject`` ("the request body"), nearest first."""
        for finding in findings:
            where = f"{place}, {finding.at}" if finding.at else place
            for verdict in verdicts(finding, use):
                level = self._at_most(verdict.level)
                self._counted[level] += 1
                if self._counted[level] <= MOST_OF_A_LEVEL:
                    told = sentence(verdict.kind, subject, finding)
                    self._changes.append(Change(verdict.rule, level, told, *self._of, where))

    def _at_most(self, level: Level) -> Level:
        return level if level.rank >= self._worst.rank else self._worst

    def _further(self, level: Level) -> Change:
        number = self._counted[level] - MOST_OF_A_LEVEL
        told = f"There {'is' if number == 1 else 'are'} {number} more like these {WORDS[level]}."
        return Change(FURTHER, level, told, *self._of)
