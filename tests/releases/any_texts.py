"""Definitions in every manner of writing: lines and brackets, quotes, comments and empty lines where YAML has room."""

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

NAMES = ["fetch", "copy", "no", "1", "über", "a b", "a/b~c", "x: y", "- dash", "emoji 😀", "#hash"]
TEXTS = [
    "plain",
    "",
    "yes",
    "12",
    "1.5",
    "null",
    "a: b",
    "a #b",
    "${ .x | {a: 1} }",
    "it's",
    'say "hi"',
    "- x",
    "tab\there",
]
LONG = ["one\ntwo\n", "one\n\ntwo", " led\nlines\n", "# no comment\nat all\n", "ends\n\n", "ünï\n  deeper\ncödé\n"]
SCALARS = [*TEXTS, *LONG, None, True, False, 0, -7, 1.5, 12345678901234567890]

values = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
bodies = st.none() | st.dictionaries(
    st.sampled_from(["set", "with", "if", "metadata", "export", *NAMES]), values, max_size=4
)


def _steps(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    step_bodies = bodies | st.builds(lambda body, steps: {**(body or {}), "do": steps}, bodies, inner)
    return st.lists(st.tuples(st.sampled_from(NAMES), step_bodies), max_size=4, unique_by=lambda step: step[0]).map(
        lambda steps: [{name: body} for name, body in steps]
    )


steps = _steps(_steps(st.just([])))
documents = st.builds(
    lambda steps, values, last: {"document": values, "do": steps, **({"schedule": last} if last else {})},
    steps.filter(bool),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=2),
    st.none() | st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=2),
)


class Author:
    """Writes a document as some person might; `comments` counts what was remarked on the way."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.comments = 0
        self.list_indent = dice.choice([0, 2])
        self.newline = dice.choice(["\n", "\n", "\r\n"])
        self.remarks = dice.choice([0, 0.15, 0.4])

    def text(self, document: dict[str, Any]) -> str:
        if self.dice.random() < 0.15:
            return json.dumps(document, ensure_ascii=self.dice.random() < 0.5, indent=self.dice.choice([None, 2, 4]))
        lines = [*self.between(0), *self.mapping(document, 0), *self.between(0)]
        whole = self.newline.join(lines)
        ends_in_a_block = lines[-1].startswith("  ") and "\n" in str(_last(document))
        return whole if self.dice.random() < 0.2 and not ends_in_a_block else whole + self.newline

    def remark(self) -> str:
        self.comments += 1
        return self.dice.choice(["# remark {}", "#\tremark {}: 'x", "# - remark {} {{["]).format(self.comments)

    def between(self, column: int) -> list[str]:
        """Comments and empty lines."""
        found = []
        while self.dice.random() < self.remarks:
            indent = max(0, column + self.dice.choice([0, 0, 0, 2, -2]))
            found.append(self.dice.choice(["", " " * indent + self.remark(), " " * indent + self.remark()]))
        return found

    def behind(self) -> str:
        return f"  {self.remark()}" if self.dice.random() < self.remarks / 2 else ""

    def mapping(self, members: dict[str, Any], column: int) -> list[str]:
        lines: list[str] = []
        for name, value in members.items():
            lines += self.between(column) if lines else []
            lines += self.below(" " * column + self.key(name) + ":", value, column, in_list=False)
        return lines

    def sequence(self, items: list[Any], column: int) -> list[str]:
        lines: list[str] = []
        gap = self.dice.choice([[], [""]])
        for item in items:
            lines += [*gap, *self.between(column)] if lines else []
            lines += self.below(" " * column + "-", item, column, in_list=True)
        return lines

    def below(self, head: str, value: Any, column: int, *, in_list: bool) -> list[str]:
        if isinstance(value, dict | list) and value and self.dice.random() < 0.85:
            return self.collection(head, value, column, in_list=in_list)
        if isinstance(value, str) and "\n" in value and value[0] not in " \n#" and not value.endswith("\n\n"):
            return self.block(head, value, column)
        if value is None and self.dice.random() < 0.5:
            return [head + self.behind()]
        return [f"{head} {self.inline(value)}{self.behind()}"]

    def collection(self, head: str, value: Any, column: int, *, in_list: bool) -> list[str]:
        deeper = column + (2 if isinstance(value, dict) or in_list else self.list_indent)
        lines = self.mapping(value, deeper) if isinstance(value, dict) else self.sequence(value, deeper)
        if in_list and self.dice.random() < 0.8:
            return [f"{head} {lines[0].lstrip(' ')}", *lines[1:]]
        return [head + self.behind(), *self.between(deeper), *lines]

    def block(self, head: str, value: str, column: int) -> list[str]:
        chomp = "" if value.endswith("\n") else "-"
        inside = [" " * (column + 2) + line if line else "" for line in value.removesuffix("\n").split("\n")]
        return [f"{head} |{chomp}", *inside]

    def key(self, name: str) -> str:
        plain = name.isalpha() and name not in ("no",)
        return name if plain and self.dice.random() < 0.9 else self.quoted(name)

    def quoted(self, text: str) -> str:
        if self.dice.random() < 0.5 or "\n" in text or "\t" in text:
            return json.dumps(text, ensure_ascii=False)
        return "'" + text.replace("'", "''") + "'"

    def inline(self, value: Any) -> str:
        if isinstance(value, str):
            return value if value == "plain" else self.quoted(value)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.key(name)}: {self.inline(each)}" for name, each in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.inline, value)) + self.dice.choice(["", "", ","] if value else [""]) + "]"
        return json.dumps(value)


def _last(value: Any) -> Any:
    while isinstance(value, dict | list) and value:
        value = list(value.values())[-1] if isinstance(value, dict) else value[-1]
    return value
