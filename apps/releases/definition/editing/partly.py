"""The tree of a definition with many steps, in which a step is only looked at when somebody asks for it."""

from __future__ import annotations

from functools import partial

import yaml

from ..document import Definition
from .layout import line_starts
from .spans import Child, Kind, Node, part, tree

FEW_STEPS = 3
LIST = "do"


def tree_of(definition: Definition) -> Node:
    """The root node; where the steps stand in lines of their own, each is a node on demand."""
    try:
        return _partly(definition) or tree(definition.text)
    except (yaml.YAMLError, KeyError):
        return tree(definition.text)


def _partly(definition: Definition) -> Node | None:
    document, text, lines = definition.document, definition.text, definition.lines
    steps = document.get(LIST)
    if not isinstance(steps, list) or len(steps) < FEW_STEPS or text.startswith("%") or "\n%" in text:
        return None
    starts = line_starts(text)
    first = [starts[lines[f"/{LIST}/{index}"] - 1] for index in range(len(steps))]
    dash = text.find("-", first[0]) - first[0]
    if any(text[at : at + dash + 2] != " " * dash + "- " for at in first):
        return None
    keys = list(document)
    place = keys.index(LIST)
    members = [starts[lines[f"/{key}"] - 1] for key in keys]
    if not text.startswith(f"{LIST}:", members[place]) or any(text[at] in " {[?-" for at in members):
        return None
    return _joined(text, place, members, first, dash)


def _joined(text: str, place: int, members: list[int], first: list[int], dash: int) -> Node:
    ends = [*members[1:], len(text)]
    above = part(text, 0, members[place]).children if place else []
    below = part(text, ends[place], len(text)).children if place + 1 < len(members) else []
    head = part(text, members[place], first[0]).children[0]
    if head.value.start < head.value.end or head.value.anchor or head.value.tag:
        raise KeyError(LIST)
    items = [
        Child("", None, start + dash, start + dash + 1, partial(_item, text, start, end))
        for start, end in zip(first, [*first[1:], ends[place]], strict=True)
    ]
    steps = Node(Kind.LIST, items[0].at, items[0].at, items[-1].value.end, children=items)
    children = [*above, Child(LIST, head.key, head.at, head.behind, steps), *below]
    return Node(Kind.MAPPING, children[0].at, children[0].at, children[-1].value.end, children=children)


def _item(text: str, start: int, end: int) -> Node:
    return part(text, start, end).children[0].value
