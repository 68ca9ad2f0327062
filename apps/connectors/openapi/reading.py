"""Text to data: JSON, or YAML 1.2, under budgets that are checked before anything is built.

Every real document of several megabytes passes; what grows by aliases, nests without end or repeats a key does not.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, DocumentStartEvent, Event, NodeEvent

from apps.connectors.openapi.problems import Json, Problem, Unreadable, pointer

MOST_BYTES = 20_000_000
MOST_NODES = 2_000_000
DEEPEST = 100
# Finding the line of a place means reading the text once more.
MOST_BYTES_FOR_LINES = 3_000_000
CORE = "tag:yaml.org,2002:"
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(payload: bytes) -> Json:
    """Return the data of the one document in ``payload``. Raises ``Unreadable`` with place and reason."""
    text = _decoded(payload)
    if not text.strip():
        _refuse("The document is empty.", mend="Paste or upload an OpenAPI document.")
    data = _json(text) if text.lstrip().startswith("{") else _yaml(text)
    for path, value in walk(data):
        if isinstance(value, str) and UNSTORABLE.search(value):
            _refuse("There is an invisible control character in a text.", path=pointer(path))
    return data


def walk(data: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Yield every value with its path, without recursion. Raises ``Unreadable`` below ``DEEPEST`` levels."""
    waiting: list[tuple[tuple[str | int, ...], Json]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if len(path) > DEEPEST:
            _refuse(f"This is nested deeper than {DEEPEST} levels.", path=pointer(path[:8]) + "/…")
        if isinstance(value, dict):
            waiting.extend(((*path, key), member) for key, member in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend(((*path, index), value[index]) for index in range(len(value) - 1, -1, -1))


def line_of(payload: bytes, path: str) -> int | None:
    """The line of a JSON pointer in the text, where it can be found at a reasonable price."""
    if len(payload) > MOST_BYTES_FOR_LINES:
        return None
    try:
        node = yaml.compose(payload.decode("utf-8-sig"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    line = 1
    for part in path.split("/")[1:]:
        found = _member(node, part.replace("~1", "/").replace("~0", "~"))
        if found is None:
            break
        line, node = found
    return line


def _member(node: Any, part: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        return node.value[int(part)].start_mark.line + 1, node.value[int(part)]
    return None


def _decoded(payload: bytes) -> str:
    if len(payload) > MOST_BYTES:
        _refuse(f"The document is larger than {MOST_BYTES // 1_000_000} MB.", mend="Leave out what you do not call.")
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = payload.count(b"\n", 0, error.start) + 1
        _refuse("The document is not UTF-8 text.", line=line, mend="Save it as UTF-8 and try again.")


def _json(text: str) -> Json:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_not_finite)
    except json.JSONDecodeError as error:
        _refuse(f"This is not JSON: {error.msg}.", line=error.lineno, column=error.colno)
    except RecursionError:
        _refuse("Brackets are nested too deep.")
    except ValueError as error:
        _refuse(str(error))


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"The key “{twice}” stands twice in one object.")
    return members


def _not_finite(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number of JSON.")


def _yaml(text: str) -> Json:
    try:
        _check_events(yaml.parse(text, Loader=yaml.CSafeLoader))
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with YAML 1.2's scalars
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        _refuse(f"This cannot be read as YAML: {error.problem}.", line=line, column=column)
    except yaml.reader.ReaderError as error:
        _refuse("There is an invisible control character.", line=text.count("\n", 0, error.position) + 1)


def _check_events(events: Iterator[Event]) -> None:
    """Count nodes with what aliases stand for, and depth, before a single object is built."""
    budget = _Budget()
    for event in events:
        budget.spend(event)


class _Budget:
    def __init__(self) -> None:
        self.nodes = 0
        self.documents = 0
        self.open: list[tuple[str | None, int]] = []
        self.sizes: dict[str, int] = {}

    def spend(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, CollectionEndEvent):
            anchor, before = self.open.pop()
            if anchor:
                self.sizes[anchor] = self.nodes - before
        elif isinstance(event, NodeEvent):
            self._node(event)
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                _at(event, "A second document starts here; one is enough.")
        if self.nodes > MOST_NODES:
            _at(event, "The document grows too large, aliases (*) counted with what they stand for.")

    def _node(self, event: NodeEvent) -> None:
        if isinstance(event, CollectionStartEvent):
            self.open.append((event.anchor, self.nodes))
            if len(self.open) > DEEPEST:
                _at(event, f"This is nested deeper than {DEEPEST} levels.")
        elif event.anchor:
            self.sizes[event.anchor] = 1
        self.nodes += 1

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor in {anchor for anchor, _ in self.open}:
            _at(event, "This alias (*) stands for something that contains it.")
        self.nodes += self.sizes.get(str(event.anchor), 1)


def _at(event: Event, message: str) -> NoReturn:
    mark = event.start_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    _refuse(message, line=line, column=column)


def _refuse(
    message: str, *, path: str = "", line: int | None = None, column: int | None = None, mend: str = ""
) -> NoReturn:
    raise Unreadable(Problem(message, path=path, line=line, column=column, mend=mend))


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's core schema: ``on`` and dates are texts, ``010`` is ten, keys are always texts."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        members: dict[str, Json] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _marked("a key must be a plain text", key_node)
            members[str(key_node.value)] = self.construct_object(value_node, deep=deep)
        return members

    def flatten_mapping(self, node: Any) -> None:
        own = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.tag != f"{CORE}merge"]
        if len(own) > len(set(own)):
            twice = next(key for key, _ in reversed(node.value) if own.count(key.value) > 1)
            raise _marked(f"the key “{twice.value}” stands twice here", twice)
        super().flatten_mapping(node)


def _marked(problem: str, node: Any) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def _integer(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node)
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _number(loader: Any, node: Any) -> float:
    return float(loader.construct_scalar(node))


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]{1,100}|0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(CORE + _tag, re.compile(rf"^(?:{_pattern})$"), list(_first))
_Loader.add_constructor(f"{CORE}int", _integer)
_Loader.add_constructor(f"{CORE}float", _number)
