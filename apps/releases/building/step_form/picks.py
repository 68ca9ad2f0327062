"""What can be picked at a place: settings, the event, the data that arrive, what loops and steps before have left."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.releases.building.step_form.sampling import Here
from apps.releases.definition.metadata import config_schema
from apps.releases.definition.shapes import Json, mapping, text

DEEPEST = 4
MOST_IN_GROUP = 150
LONGEST_SAMPLE = 60
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PIECE = r'\.[A-Za-z_]\w*|\.?\[\d+\]|\.?\["[^"\\]*"\]'
PATH = re.compile(rf"(?:\.|\$[A-Za-z_]\w*)(?:[A-Za-z_]\w*)?(?:{PIECE})*")
MEMBER = re.compile(r'\.([A-Za-z_]\w*)|\[(\d+)\]|\["([^"\\]*)"\]')
CONFIG = "$workflow.input.config"
EVENT = "$workflow.input.event"


@dataclass(frozen=True)
class Pick:
    """One value: the expression that reads it, what people call it, and a sample of it."""

    expression: str
    label: str
    sample: str
    level: int = 0

    @property
    def words(self) -> str:
        """What a search looks at."""
        return f"{self.label} {self.expression}".lower()


@dataclass(frozen=True)
class Group:
    """Values of one origin."""

    title: str
    picks: tuple[Pick, ...]


def groups(document: Json, here: Here, *, field: str) -> list[Group]:
    """Everything that an expression in a field can read, by origin; empty groups are left out."""
    workflow = mapping(here.variables["workflow"]())
    sample = mapping(workflow.get("input"))
    incoming = "What this step gave" if field.startswith(("/output", "/export")) else "Data that arrive here"
    loops = [
        name for name in here.variables if name not in ("workflow", "runtime", "context", "input", "output", "task")
    ]
    found = [
        Group("Settings", tuple(_settings(document, mapping(sample.get("config"))))),
        Group(incoming, tuple(_below(".", "Everything", here.value()))),
        *(Group(f"${name}", tuple(_below(f"${name}", name, here.variables[name]()))) for name in loops),
        Group("Remembered ($context)", tuple(_below("$context", "$context", here.variables["context"]()))),
        Group("Event", tuple(_below(EVENT, "The whole event", sample.get("event")))),
        Group("About the run", tuple(_about())),
    ]
    return [Group(group.title, group.picks[:MOST_IN_GROUP]) for group in found if group.picks]


def _settings(document: Json, values: Mapping[str, Json]) -> Iterator[Pick]:
    for name, field in mapping(config_schema(document).get("properties")).items():
        label = text(mapping(field).get("title")) or name
        yield from _below(f"{CONFIG}{step(name, CONFIG)}", label, values.get(name))


def _below(expression: str, label: str, value: Json, level: int = 0) -> Iterator[Pick]:
    yield Pick(expression, label, _sample(value), level)
    if level >= DEEPEST:
        return
    if isinstance(value, list) and value:
        yield from _below(f"{expression}[0]", f"{label}: the first", value[0], level + 1)
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield from _below(f"{expression}{step(key, expression)}", key, inside, level + 1)


def step(key: str, before: str) -> str:
    """The piece of jq that leads to a member."""
    if WORD.fullmatch(key):
        return key if before == "." else f".{key}"
    return f"[{json.dumps(key, ensure_ascii=False)}]"


def _sample(value: Json) -> str:
    if isinstance(value, dict | list):
        return f"{len(value)} {'item' if isinstance(value, list) else 'field'}{'' if len(value) == 1 else 's'}"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= LONGEST_SAMPLE else f"{shown[: LONGEST_SAMPLE - 1]}…"


def _about() -> Iterator[Pick]:
    yield Pick("$workflow.id", "Number of the run", "")
    yield Pick("$workflow.startedAt.iso8601", "When the run started", "")
    yield Pick("$task.startedAt.iso8601", "When this step started", "")


def is_path(expression: str) -> bool:
    """Whether an expression does nothing but read one value."""
    return PATH.fullmatch(expression) is not None


def told(expression: str, document: Json) -> tuple[str, ...]:
    """A value that is read in the words of people: ("Setting", "Batch size"); nothing for any other expression."""
    if not is_path(expression):
        return ()
    for begin, word in ((CONFIG, "Setting"), (EVENT, "Event"), ("$context", "Remembered")):
        if expression.startswith(begin) and expression[len(begin) : len(begin) + 1] in ("", ".", "["):
            return (word, *_titled(word, _members(expression[len(begin) :]), document))
    name = re.match(r"\$\w+", expression)
    first, rest = (name[0][1:], expression[name.end() :]) if name else ("Data that arrive", expression)
    return (first, *_members(rest))


def _members(path: str) -> list[str]:
    return ["".join(groups) for groups in MEMBER.findall(path)]


def _titled(word: str, members: list[str], document: Json) -> list[str]:
    if word != "Setting" or not members:
        return members
    field = mapping(mapping(config_schema(document).get("properties")).get(members[0]))
    return [text(field.get("title")) or members[0], *members[1:]]
