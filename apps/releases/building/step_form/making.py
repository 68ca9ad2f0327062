"""Fields for a value: those that stand in it, and blank ones for what is asked for and not there."""

from collections.abc import Mapping, Sequence

from apps.releases.building.step_form.modes import Mode, shown
from apps.releases.building.step_form.nodes import ABSENT, Absent, Node
from apps.releases.building.step_form.picks import is_path
from apps.releases.building.step_form.shapes import Shape, fitting
from apps.releases.definition.shapes import Json, escaped, unescaped

# More fields than this nobody reads, and no browser sends them in one request: what is beyond is shown as JSON.
MOST_FIELDS = 220
# How many levels of absent objects are laid out; schemas may require themselves.
ABSENT_LEVELS = 2


class Maker:
    """Makes the nodes of one form."""

    def __init__(self) -> None:
        self.left = MOST_FIELDS

    def node(self, value: Json | Absent, shape: Shape, *, absent: int = 0) -> Node:
        """The field for a value, or for its absence; ``absent`` counts the levels of nothing around it."""
        self.left -= 1
        if value is ABSENT:
            return self._nothing(shape, absent)
        mode = fitting(value, shape)
        if mode.holds_fields and not shape.flat and _size(value) > max(self.left, 0):
            mode = Mode.JSON
        # What the text leaves out stays out when its field is left blank; "", {} and [] are there, though.
        node = Node(mode, optional=value not in ("", {}, []))
        if not mode.holds_fields:
            node.text = shown(value, mode)
            if mode is Mode.EXPRESSION and is_path(node.text) and Mode.PICKED in shape.modes:
                node.mode = Mode.PICKED
            return node
        node.children = self._children(value, mode, shape)
        return node

    def complete(self, node: Node, shape: Shape, *, absent: int = 0) -> None:
        """Add blank fields for what a shape asks for and a form does not have yet."""
        if node.mode is not Mode.OBJECT:
            for child in node.children.values():
                self.complete(child, shape.inside())
            return
        members = shape.members()
        for segment in [each for each, child in node.children.items() if child.is_blank]:
            if unescaped(segment) not in members and node.children[segment].optional:
                del node.children[segment]
        for key, member in members.items():
            if escaped(key) in node.children:
                self.complete(node.children[escaped(key)], member, absent=absent)
            elif member.is_laid_out:
                node.children[escaped(key)] = self.node(ABSENT, member, absent=absent + 1)

    def _nothing(self, shape: Shape, absent: int) -> Node:
        node = Node(shape.begins_as, optional=True)
        if node.mode is Mode.OBJECT and absent <= ABSENT_LEVELS and self.left > 0:
            for key, member in shape.members().items():
                if member.is_laid_out:
                    node.children[escaped(key)] = self.node(ABSENT, member, absent=absent + 1)
        elif node.mode is Mode.NAMES and absent <= ABSENT_LEVELS:
            node.add(self.row(shape))
        return node

    def row(self, shape: Shape) -> Node:
        """A blank row for what stands inside a list, names or cases."""
        row = self.node(ABSENT, shape.inside(), absent=ABSENT_LEVELS)
        row.optional = True
        return row

    def _children(self, value: Json, mode: Mode, shape: Shape) -> dict[str, Node]:
        match mode:
            case Mode.OBJECT:
                return self.members(value, shape)
            case Mode.NAMES:
                return self._rows([*value.items()], shape)
            case Mode.CASES:
                return self._rows([next(iter(item.items())) for item in value], shape)
            case _:
                return {str(index): self._item(item, shape) for index, item in enumerate(value)}

    def members(self, value: Mapping[str, Json], shape: Shape) -> dict[str, Node]:
        """The fields of an object: those that its shape names in their order, then all others that it has."""
        members = shape.members()
        order = [key for key, member in members.items() if key in value or member.is_laid_out]
        order += [key for key in value if key not in members]
        return {escaped(key): self.node(value.get(key, ABSENT), shape.member(key), absent=1) for key in order}

    def _rows(self, rows: Sequence[tuple[str, Json]], shape: Shape) -> dict[str, Node]:
        found = {}
        for index, (key, value) in enumerate(rows):
            found[str(index)] = self._item(value, shape)
            found[str(index)].key = key
        return found

    def _item(self, value: Json, shape: Shape) -> Node:
        node = self.node(value, shape.inside())
        node.optional = False
        return node


def _size(value: Json) -> int:
    match value:
        case dict():
            return 1 + sum(map(_size, value.values()))
        case list():
            return 1 + sum(map(_size, value))
        case _:
            return 1
