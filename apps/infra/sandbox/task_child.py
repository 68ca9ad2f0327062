"""Main program of a task child: import one function, close every door, run it on one payload.

Arguments: "package.module:function", memory in MiB, CPU seconds, open files, then the folders to import from. The
answer is one frame: a letter (``r``esult, ``e``rror with a sentence, ``m``emory) and JSON.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(task: str, memory_mib: str, cpu_s: str, open_files: str, *folders: str) -> None:
    sys.path += folders
    # Whatever a task prints would stand between the frames.
    sys.stdout = sys.stderr
    # A parser has no business with the database; if one pulls Django in, that shows here and not in production.
    sys.modules["django"] = None  # type: ignore[assignment]
    from apps.infra.sandbox import limits  # noqa: PLC0415 - found only now that sys.path is set

    module, _, name = task.partition(":")
    function = getattr(importlib.import_module(module), name)
    readable = [Path(json.__file__).parents[1], Path(folders[0], "apps"), *map(Path, folders[1:])]
    limits.limit(memory_mib=int(memory_mib), cpu_s=int(cpu_s), open_files=int(open_files))
    limits.refuse_outside(tuple(f"{folder.resolve()}/" for folder in readable))
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
