"""Just enough Gherkin for the conformance scenarios of the DSL."""

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Line:
    """A Given, When, Then or And, with the YAML text that follows it."""

    text: str
    data: Any = None


@dataclass
class Scenario:
    """One scenario by name."""

    feature: str
    name: str
    lines: list[Line] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.feature}: {self.name}"


_STEP = re.compile(r"\s*(?:Given|When|Then|And)\s+(?P<text>.+?)\s*")


def scenarios_of(folder: Path) -> list[Scenario]:
    """Return every scenario of every feature file."""
    return [scenario for path in sorted(folder.glob("*.feature")) for scenario in _scenarios(path)]


def _scenarios(path: Path) -> list[Scenario]:
    found: list[Scenario] = []
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.strip().startswith("Scenario:"):
            found.append(Scenario(path.stem, line.partition(":")[2].strip()))
        elif line.strip().startswith('"""'):
            data = _block(lines)
            found[-1].lines[-1] = Line(found[-1].lines[-1].text, yaml.safe_load(data))
        elif found and (step := _STEP.fullmatch(line)):
            found[-1].lines.append(Line(step["text"]))
    return found


def _block(lines: Any) -> str:
    block = []
    for line in lines:
        if line.strip() == '"""':
            break
        block.append(line)
    return textwrap.dedent("\n".join(block))
