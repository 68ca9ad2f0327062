"""What a person does to a form before it is saved: fields come and go, rows move, values change their mode."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from apps.releases.building.step_form.modes import Mode, Wrong, as_json, parsed
from apps.releases.building.step_form.nodes import ABSENT, Node, value_of
from apps.releases.building.step_form.picks import is_path
from apps.releases.building.step_form.shapes import Shape, fitting
from apps.releases.building.step_form.step import StepForm
from apps.releases.definition.shapes import unescaped


def arranged(form: StepForm, said: str) -> str:
    """Do what a button of the form says ("add:/with/parameters/limit"), and lay out what the form needs by then.

    Returns the path of the field to go on with, "" for none. A button that fits nothing does nothing.
    """
    settle(form)
    act, _, path = said.partition(":")
    focus = ACTS[act](form, path) if act in ACTS else ""
    form.complete()
    return focus


def settle(form: StepForm) -> None:
    """Let every field whose mode was changed begin anew in its new mode, with what can be kept."""
    modes = {key.removeprefix("w."): value for key, value in (form.data or {}).items() if key.startswith("w./")}
    _settle(form, form.root, form.shape, "", modes)


def _settle(form: StepForm, node: Node, shape: Shape, path: str, modes: Mapping[str, str]) -> None:
    if not node.mode.holds_fields and node.children:
        _fold(node, modes.get(path, Mode.OBJECT))
    elif node.mode.holds_fields and node.text.strip() and not node.children:
        _unfold(form, node, shape)
    elif node.mode.holds_fields and not node.children and path in modes and modes[path] != node.mode:
        node.children = form.maker.node(ABSENT, shape).children
    for segment, child in node.children.items():
        inside = shape.member(unescaped(segment)) if node.mode is Mode.OBJECT else shape.inside()
        _settle(form, child, inside, f"{path}/{segment}", modes)


def _fold(node: Node, was: str) -> None:
    """Fields become a text."""
    fields = Node(Mode(was) if was in list(Mode) else Mode.OBJECT, children=node.children)
    value = value_of(fields)
    node.children = {}
    if node.mode is Mode.JSON and value is not ABSENT and value != {}:
        node.text = as_json(value)


def _unfold(form: StepForm, node: Node, shape: Shape) -> None:
    """A text becomes fields, if it is JSON that fits them."""
    try:
        value = parsed(node.text, Mode.JSON)
    except Wrong:
        node.text, node.children = "", form.maker.node(ABSENT, shape).children
        return
    if fitting(value, shape) is node.mode:
        node.text, node.children = "", form.maker.node(value, shape).children
    else:
        node.mode, node.error = Mode.JSON, f"This JSON does not fit into the form “{node.mode.label}”."


def _add(form: StepForm, path: str) -> str:
    """A field for a member that may be there."""
    before, _, segment = path.rpartition("/")
    owner = _opened(form, before)
    if owner is None or owner.mode is not Mode.OBJECT or segment in owner.children:
        return ""
    owner.add(form.maker.node(ABSENT, form.shape_at(before).member(unescaped(segment))), segment=segment)
    return path


def _opened(form: StepForm, path: str) -> Node | None:
    """The node at a path; objects around a field that is added are made."""
    found = form.root.at(path)
    if found is not None or not path:
        return found
    before, _, segment = path.rpartition("/")
    owner = _opened(form, before)
    if owner is None or owner.mode is not Mode.OBJECT:
        return None
    owner.add(Node(Mode.OBJECT, optional=True), segment=segment)
    return owner.children[segment]


def _remove(form: StepForm, path: str) -> str:
    before, _, segment = path.rpartition("/")
    owner = form.root.at(before)
    if owner is not None:
        owner.children.pop(segment, None)
    return before


def _row(form: StepForm, path: str) -> str:
    owner = form.root.at(path)
    if owner is None or owner.mode not in (Mode.LIST, Mode.NAMES, Mode.CASES):
        return ""
    return f"{path}/{owner.add(form.maker.row(form.shape_at(path)))}"


def _up(form: StepForm, path: str) -> str:
    return _move(form, path, -1)


def _down(form: StepForm, path: str) -> str:
    return _move(form, path, 1)


def _move(form: StepForm, path: str, by: int) -> str:
    before, _, segment = path.rpartition("/")
    owner = form.root.at(before)
    if owner is None or segment not in owner.children or owner.mode not in (Mode.LIST, Mode.CASES):
        return ""
    order = list(owner.children)
    index = order.index(segment)
    order.insert(max(index + by, 0), order.pop(index))
    owner.children = {each: owner.children[each] for each in order}
    return path


def _operation(form: StepForm, operation_id: str) -> str:
    node = form.root.at("/with/operationId")
    if node is not None:
        node.mode, node.text = Mode.TEXT, operation_id
        form.forget_shapes()
    return "/with/operationId"


def _pick(form: StepForm, said: str) -> str:
    """Put an expression into a field; the path stands quoted before it."""
    quoted, _, expression = said.partition(" ")
    path = unquote(quoted)
    node = form.root.at(path)
    if node is None:
        return ""
    modes = form.shape_at(path).modes
    node.mode = Mode.PICKED if Mode.PICKED in modes and is_path(expression) else Mode.EXPRESSION
    node.text, node.children = expression, {}
    return path


def _again(_form: StepForm, path: str) -> str:
    return path


ACTS: Mapping[str, Callable[[StepForm, str], str]] = {
    "add": _add,
    "remove": _remove,
    "row": _row,
    "up": _up,
    "down": _down,
    "operation": _operation,
    "pick": _pick,
    "again": _again,
}
