"""One step in its form: what has fields, what stays text, and the step that comes out again."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from apps.releases.building.step_form import kinds
from apps.releases.building.step_form.connector import Apis, connector_shape
from apps.releases.building.step_form.kinds import Around
from apps.releases.building.step_form.making import Maker
from apps.releases.building.step_form.modes import Mode
from apps.releases.building.step_form.nodes import Node, has_errors, of_post, value_of
from apps.releases.building.step_form.shapes import Shape
from apps.releases.definition import Definition, DefinitionError, Step, dumped
from apps.releases.definition.linting.flow import DIRECTIVES
from apps.releases.definition.shapes import Json, dig, mapping, same, text, unescaped
from apps.releases.definition.steps import BRANCHES, CONNECTOR, TaskList, kind_of, slot_of

NO_APIS = Apis((), lambda _slot: None)
# Reads YAML that somebody typed; raises DefinitionError.
type ReadsText = Callable[[str], Json]
WITHOUT_FORM = ("listen", "run", "")


class NoSuchStep(Exception):
    """The document has no step at that place."""


class StepForm:
    """The form of the step at a pointer.

    ``data`` is what a browser sent; without it the form shows the step as it is.
    """

    def __init__(
        self,
        definition: Definition,
        pointer: str,
        *,
        apis: Apis = NO_APIS,
        reads: ReadsText,
        data: Mapping[str, str] | None = None,
    ) -> None:
        self.definition, self.pointer, self.apis = definition, pointer, apis
        self.step, self.tasks, self.original = _found(definition, pointer)
        self._reads, self.data = reads, data
        self.kind = kind_of(self.step.body)
        self.maker = Maker()
        self.name = data.get("name", self.step.name).strip() if data is not None else self.step.name
        self.name_error = self.rest_error = ""
        self.root = self._made() if data is None else of_post(data)

    # ---- what has a field, and what has none ----

    @property
    def is_connector(self) -> bool:
        """The step calls an operation of a slot, or of no slot yet."""
        return self.step.call == "openapi" and (slot_of(self.step.body) is not None or not self._other_document)

    @property
    def _other_document(self) -> bool:
        return bool(dig(self.step.body, "with", "document", "endpoint"))

    @cached_property
    def around(self) -> Around:
        """What may be named beside the step."""
        used = mapping(self.definition.document.get("use"))
        groups = {key: tuple(mapping(used.get(key))) for key in ("retries", "errors", "timeouts")}
        return Around(tuple(each for each in self.tasks.names if each != self.step.name), **groups)

    @cached_property
    def own(self) -> Mapping[str, Shape]:
        """What steps of this kind have of their own."""
        if not self.is_connector:
            return kinds.own(self.kind, self.step.call, self.around)
        given = dict.fromkeys(self._given_parameters())
        shape = connector_shape(self.apis, slot=self.slot, operation_id=self.operation_id, given=given)
        return {"with": shape}

    @cached_property
    def common(self) -> Mapping[str, Shape]:
        """What every step may have."""
        return kinds.common(self.around)

    @cached_property
    def shape(self) -> Shape:
        """What the fields of this form may hold."""
        return kinds.holding({**self.own, **self.common})

    @property
    def slot(self) -> str:
        """The slot that is chosen in the form."""
        address = self._said("/with/document/endpoint", "with", "document", "endpoint")
        return address.removeprefix(CONNECTOR).strip("/") if address.startswith(CONNECTOR) else ""

    @property
    def operation_id(self) -> str:
        """The operation that is chosen in the form."""
        return self._said("/with/operationId", "with", "operationId")

    def _said(self, path: str, *keys: str) -> str:
        if self.data is None:
            return text(dig(self.original, *keys))
        node = self.root.at(path)
        return node.text if node and node.mode is Mode.TEXT else ""

    def _given_parameters(self) -> list[str]:
        if self.data is None:
            return list(mapping(dig(self.original, "with", "parameters")))
        node = self.root.at("/with/parameters")
        return [unescaped(segment) for segment in node.children] if node else []

    @cached_property
    def _fields(self) -> dict[str, Json]:
        """The part of the step that has fields."""
        return {key: value for key, value in self._open.items() if key in self.shape.members()}

    @cached_property
    def rest(self) -> Json:
        """The part of the step that has none."""
        if not isinstance(self.original, dict):
            return self.original
        return {key: value for key, value in self._open.items() if key not in self.shape.members()}

    @cached_property
    def rest_text(self) -> str:
        """That part as YAML, as typed where somebody did."""
        if self.data is not None and "rest" in self.data:
            return self.data["rest"].replace("\r\n", "\n")
        return self._rest_as_written

    @cached_property
    def _rest_as_written(self) -> str:
        return "" if self.rest == {} else dumped(self.rest)

    @property
    def has_form(self) -> bool:
        """The kind of the step has fields of its own."""
        return isinstance(self.original, dict) and self.kind not in WITHOUT_FORM

    @cached_property
    def _open(self) -> dict[str, Json]:
        """The step without the steps inside it, which the list of steps edits, and without its kind of call."""
        body = _without_steps(self.original) if isinstance(self.original, dict) else {}
        return {key: value for key, value in body.items() if key != "call" or self.kind != "call"}

    # ---- the fields ----

    def _made(self) -> Node:
        root = Node(Mode.OBJECT)
        root.children = self.maker.members(self._fields, self.shape)
        return root

    def complete(self) -> None:
        """Add blank fields for what the step needs by now and the form does not have yet."""
        self.maker.complete(self.root, self.shape)

    def shape_at(self, path: str) -> Shape:
        """What may stand at a path of the form."""
        shape, node = self.shape, self.root
        for segment in path.split("/")[1:]:
            is_object = node.mode is Mode.OBJECT
            shape = shape.member(unescaped(segment)) if is_object else shape.inside()
            node = node.children.get(segment, Node(Mode.TEXT))
        return shape

    def forget_shapes(self) -> None:
        """Ask anew what may stand where: another operation was chosen."""
        self.__dict__.pop("own", None)
        self.__dict__.pop("shape", None)

    # ---- the step that comes out ----

    def body(self) -> Json | None:
        """The step as typed; None if something is wrong, which stands at its field then."""
        value, rest = value_of(self.root), self._rest_typed()
        self._check_name()
        if has_errors(self.root) or self.rest_error or self.name_error:
            return None
        if not isinstance(rest, dict):
            return rest
        made = {**mapping(value), **rest}
        if self.kind == "call":
            made = {"call": self.step.body["call"], **made}
        whole = self._with_steps(made)
        return None if self.rest_error else whole

    @property
    def is_renamed(self) -> bool:
        return self.name != self.step.name

    def is_changed(self, body: Json) -> bool:
        """Whether the step that comes out is another one."""
        return not same(body, self.original)

    def _check_name(self) -> None:
        if not self.name:
            self.name_error = "Give the step a name."
        elif self.is_renamed and self.name in self.tasks.names:
            self.name_error = f"Another step of this list is called “{self.name}”."
        elif self.is_renamed and self.name in DIRECTIVES:
            self.name_error = f"“{self.name}” has a meaning of its own in “then”. Choose another name."

    def _rest_typed(self) -> Json:
        if self.rest_text == self._rest_as_written:
            return self.rest
        if not self.rest_text.strip():
            return {}
        try:
            typed = self._reads(self.rest_text)
        except DefinitionError as error:
            self.rest_error = " ".join(f"{finding.place} {finding.message}" for finding in error.findings).strip()
            return {}
        self.rest_error = self._why_not(typed)
        return typed

    def _why_not(self, rest: Json) -> str:
        """What keeps a typed text from being the rest of the step."""
        if not isinstance(rest, dict):
            return "A step is an object with keys." if isinstance(self.original, dict) else ""
        taken = [key for key in rest if key in self.shape.members() and isinstance(self.original, dict)]
        if taken:
            return f"“{taken[0]}” has fields of its own in this form."
        if self.kind == "call" and "call" in rest:
            return "What the step calls cannot be changed here. Add another step, or edit the source."
        inside = [keys for keys, _ in BRANCHES if isinstance(dig(rest, *keys), list) and dig(self.original, *keys)]
        return "The steps inside are edited in the list of steps." if inside else ""

    def _with_steps(self, made: dict[str, Json]) -> dict[str, Json]:
        for keys, tasks in _inner_steps(self.original):
            put = made
            for key in keys[:-1]:
                put = put.setdefault(key, {})
                if not isinstance(put, dict):
                    self.rest_error = f"“{key}” holds steps, so it stays an object with keys."
                    return made
            put[keys[-1]] = tasks
        ordered: dict[str, Json] = _like(self.original, made)
        return ordered


def _found(definition: Definition, pointer: str) -> tuple[Step, TaskList, Json]:
    step = next((each for each in definition.steps if each.pointer == pointer), None)
    tasks = next((each for each in definition.task_lists if _stands_in(pointer, each)), None)
    if step is None or tasks is None:
        raise NoSuchStep(pointer)
    body: Json = definition.document
    for part in pointer.split("/")[1:]:
        body = body[int(part)] if isinstance(body, list) else body[unescaped(part)]
    return step, tasks, body


def _stands_in(pointer: str, tasks: TaskList) -> bool:
    return any(tasks.pointer_of(index, name) == pointer for index, name, _ in tasks.tasks)


def _inner_steps(body: Json) -> Iterator[tuple[tuple[str, ...], list[Json]]]:
    for keys, _ in BRANCHES:
        if isinstance(tasks := dig(body, *keys), list):
            yield keys, tasks


def _without_steps(body: dict[str, Json]) -> dict[str, Json]:
    for keys, _ in _inner_steps(body):
        body = _without(body, keys)
    return body


def _without(body: dict[str, Json], keys: tuple[str, ...]) -> dict[str, Any]:
    if len(keys) == 1:
        return {key: value for key, value in body.items() if key != keys[0]}
    return {**body, keys[0]: _without(body[keys[0]], keys[1:])}


def _like(before: Json, after: Json) -> Json:
    """The value with its keys in the order that they had before; new ones follow."""
    match before, after:
        case dict(), dict():
            order = [key for key in before if key in after] + [key for key in after if key not in before]
            return {key: _like(before.get(key), after[key]) for key in order}
        case list(), list():
            return [_like(old, new) for old, new in zip(before, after, strict=False)] + after[len(before) :]
        case _:
            return after
