"""One fresh child for one document of a stranger."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any, Literal

from apps.infra.children.channel import Child, ChildLost

type Kind = Literal["timeout", "memory", "crash", "error"]
MIB = 1024 * 1024
AT_ONCE = 4

_registry: dict[str, str] = {}
_places = BoundedSemaphore(AT_ONCE)
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="children")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one task may take. ``open_files`` leaves room for modules that are imported late; documents open none."""

    memory_mib: int = 300
    cpu_s: int = 5
    wall_s: float = 8.0
    answer_mib: int = 32
    open_files: int = 16


class ChildFailed(Exception):
    """The child gave no result. ``sentence`` says why, for the person whose document it was."""

    def __init__(self, kind: Kind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: Kind = kind
        self.sentence = sentence


def register_task(name: str, target: str) -> None:
    """Allow the function ``target`` ("package.module:function", ``bytes`` -> JSON data) to be run as ``name``."""
    if _registry.setdefault(name, target) != target:
        raise ValueError(f"Task {name} is already {_registry[name]}.")


def run(task: str, payload: bytes, *, limits: Limits = Limits()) -> Any:
    """Run a registered task on ``payload`` in a child of its own. Raises ``ChildFailed``."""
    with _places:
        return _result(_answer(_registry[task], payload, limits), limits)


async def run_async(task: str, payload: bytes, *, limits: Limits = Limits()) -> Any:
    """``run`` for an event loop."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, lambda: run(task, payload, limits=limits))


def _answer(target: str, payload: bytes, limits: Limits) -> bytes:
    child = Child("task_child.py", (target, str(limits.memory_mib), str(limits.cpu_s), str(limits.open_files)))
    try:
        answer = child.ask(payload, wall_s=limits.wall_s, most_bytes=limits.answer_mib * MIB)
    except ChildLost as lost:
        raise _failure(lost, limits) from None
    child.end()
    return answer


def _result(answer: bytes, limits: Limits) -> Any:
    kind, content = answer[:1], answer[1:]
    if kind == b"r":
        return json.loads(content)
    if kind == b"e":
        raise ChildFailed("error", str(json.loads(content)))
    raise ChildFailed("memory", f"It needs more than {limits.memory_mib} MiB of memory to read.")


def _failure(lost: ChildLost, limits: Limits) -> ChildFailed:
    if lost.late:
        return ChildFailed("timeout", f"It takes longer than {limits.wall_s:g} seconds to read.")
    if lost.too_much:
        return ChildFailed("memory", f"It grows to more than {limits.answer_mib} MiB when read.")
    return ChildFailed("crash", "The reader crashed on it; it was stopped without harm.")
