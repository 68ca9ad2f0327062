"""What a release contains: a document in the Open Workflow DSL, read, checked, compared and stamped.

Pure functions over plain data; nothing here knows a database or a setting.
"""

from .digests import canonical, digest
from .document import Definition, Reader, parse
from .findings import DefinitionError, Finding, Level
from .linting import Catalogues, Compiler, lint
from .metadata import Asks, MissedRuns, Page, Schedule, Slot
from .stamp import dumped, stamped
from .steps import Step

__all__ = [
    "Asks",
    "Catalogues",
    "Compiler",
    "Definition",
    "DefinitionError",
    "Finding",
    "Level",
    "MissedRuns",
    "Page",
    "Reader",
    "Schedule",
    "Slot",
    "Step",
    "canonical",
    "digest",
    "dumped",
    "lint",
    "parse",
    "stamped",
]
