"""A task child: one function, every door closed, one payload. Either a fresh interpreter or forked by ``forker``.

Arguments of the fresh one: "package.module:function", memory in MiB, CPU seconds, open files, then the folders to
import from. The answer is one frame: a letter (``r``esult, ``e``rror with a sentence, ``m``emory) and JSON.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(target: str, memory_mib: str, cpu_s: str, open_files: str, *folders: str) -> None:
    prepare(folders)
    serve(function_of(target), (int(memory_mib), int(cpu_s), int(open_files)), readable(folders))


def prepare(folders: tuple[str, ...]) -> None:
    """Let this interpreter find our code, and nothing of Django."""
    sys.path += folders
    # Whatever a task prints would stand between the frames.
    sys.stdout = sys.stderr
    # A parser has no business with the database; if one pulls Django in, that shows here and not in production.
    sys.modules["django"] = None  # type: ignore[assignment]


def function_of(target: str) -> Callable[[bytes], Any]:
    """Import what a task names."""
    module, _, name = target.partition(":")
    function: Callable[[bytes], Any] = getattr(importlib.import_module(module), name)
    return function


def readable(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Where late imports of a task may read: the standard library, our code, the installed packages."""
    found = [Path(json.__file__).parents[1], Path(folders[0], "apps"), *map(Path, folders[1:])]
    return tuple(f"{folder.resolve()}/" for folder in found)


def serve(function: Callable[[bytes], Any], bounds: tuple[int, int, int], folders: tuple[str, ...]) -> None:
    """Give up everything but ``folders`` and the bounds (MiB, CPU seconds, files), then read and answer one payload."""
    from apps.infra.sandbox import limits  # noqa: PLC0415 - found only now that sys.path is set

    memory_mib, cpu_s, open_files = bounds
    limits.limit(memory_mib=memory_mib, cpu_s=cpu_s, open_files=open_files)
    limits.refuse_outside(folders)
    payload = limits.read_frame()
    if payload is not None:
        limits.write_frame(answer(function, payload))


def answer(function: Callable[[bytes], Any], payload: bytes) -> bytes:
    """The frame for what ``function`` made of ``payload``. A ``ValueError`` of it is a sentence for the reader."""
    try:
        return b"r" + json.dumps(function(payload)).encode()
    except MemoryError:
        return b"m"
    except ValueError as error:
        return b"e" + json.dumps(str(error)[:2000]).encode()
    except Exception as error:  # noqa: BLE001 - a stranger's document may break anything; the parent only needs to know
        return b"e" + json.dumps(f"It could not be read ({type(error).__name__}).").encode()


if __name__ == "__main__":
    main(*sys.argv[1:])
