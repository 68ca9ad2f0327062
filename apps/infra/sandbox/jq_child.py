"""Main program of an expression child: compiles and runs jq programs, one frame each, until the parent goes.

Arguments: memory in MiB, CPU seconds for one evaluation and for the whole life, the largest answer in bytes, then the
folders to import from. A frame is a letter (``c``ompile, ``e``valuate), four bytes of program length, the program, and
the input as JSON text. The answer is a letter and text: ``v``alue, ``n``o value, ``e``rror, ``m``emory, ``s``ize.
"""

import functools
import sys
from typing import Any

CACHED_PROGRAMS = 64


def main(memory_mib: str, cpu_s: str, life_cpu_s: str, most_bytes: str, *folders: str) -> None:
    sys.path += folders
    import jq  # noqa: PLC0415 - found only now that sys.path is set

    from apps.infra.sandbox import limits  # noqa: PLC0415 - as above

    compiled = functools.lru_cache(CACHED_PROGRAMS)(jq.compile)
    # The first use loads what is loaded late, while files can still be opened.
    compiled("tojson").input_text("null").first()
    limits.limit(memory_mib=int(memory_mib), cpu_s=int(life_cpu_s), open_files=3)
    while (frame := limits.read_frame()) is not None:
        limits.grant_cpu(int(cpu_s))
        limits.write_frame(answer(compiled, frame, int(most_bytes)))


def answer(compiled: Any, frame: bytes, most_bytes: int) -> bytes:
    """What the program gives for the input of one frame."""
    end = 5 + int.from_bytes(frame[1:5])
    try:
        program = compiled(frame[5:end].decode())
        if frame[:1] == b"c":
            return b"v"
        value = program.input_text(frame[end:].decode()).first().encode("utf-8", "surrogatepass")
    except StopIteration:
        return b"n"
    except MemoryError:
        return b"m"
    except ValueError as error:
        return b"e" + str(error)[:1000].encode("utf-8", "replace")
    return b"s" if len(value) > most_bytes else b"v" + value


if __name__ == "__main__":
    main(*sys.argv[1:])
