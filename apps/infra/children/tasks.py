"""One child for one document of a stranger: forked where that is possible, else a fresh interpreter."""

import asyncio
import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any, Literal

from apps.infra.children import forking
from apps.infra.children.channel import Channel, Child, ChildLost, ChildOrphaned

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
    bounds = (limits.memory_mib, limits.cpu_s, limits.open_files)
    try:
        if forking.is_possible():
            with contextlib.suppress(ChildOrphaned):
                return _asked(forking.fork(target, *bounds), payload, limits)
        return _asked(Child("task_child.py", (target, *map(str, bounds))), payload, limits)
    except ChildLost as lost:
        raise _failure(lost, limits) from None


def _asked(child: Channel, payload: bytes, limits: Limits) -> bytes:
    answer = child.ask(payload, wall_s=limits.wall_s, most_bytes=limits.answer_mib * MIB)
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
