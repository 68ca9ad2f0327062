"""Everything there is to say about a definition before it is frozen or deployed."""

from __future__ import annotations

from ..document import Definition
from ..findings import Finding
from ..schema import schema_findings
from . import config, credentials, expressions, flow, numbers, operations, references, schedule
from .expressions import Compiler
from .operations import Catalogues

__all__ = ["Catalogues", "Compiler", "lint"]


def lint(definition: Definition, catalogues: Catalogues, *, compiles: Compiler | None = None) -> list[Finding]:
    """All findings in the order of the text.

    `catalogues` says per slot what its connector version offers; None for a version that is unknown or not built,
    and a slot that is left out is not checked. `compiles(source, variables)` returns the reason why a jq expression
    does not compile, or None; without it expressions are not compiled.
    """
    found = [
        *schema_findings(definition),
        *flow.findings(definition),
        *references.findings(definition),
        *operations.findings(definition, catalogues),
        *config.findings(definition),
        *schedule.findings(definition),
        *credentials.findings(definition),
        *numbers.findings(definition),
        *expressions.findings(definition, compiles),
        *definition.unsupported,
    ]
    return sorted(dict.fromkeys(found), key=lambda finding: (finding.line or 0, finding.path, finding.level))
