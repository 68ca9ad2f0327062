"""Measure everything that has a figure to keep, and show one table. Ends with 1 where a figure is not kept.

``python -m tests.bench [module ...]``. Each module has a process and a fresh database of its own: SQLite in a
temporary folder or, with DATABASE_URL, a database beside that one.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests import bench
from tests.bench import Line

ALONE = "--alone"


def main(arguments: list[str]) -> int:
    if arguments[:1] == [ALONE]:
        _measure(arguments[1])
        return 0
    names = arguments or [*_modules()]
    lines = [line for name in names for line in _measured(name)]
    missed = [line for line in lines if not line.is_kept]
    _say(f"{len(missed)} figures are not kept." if missed else "Every figure is kept.")
    return 1 if missed else 0


def _modules() -> Iterator[str]:
    for file in sorted(Path(bench.__path__[0]).glob("*.py")):
        if "\ndef bench(" in file.read_text():
            yield file.stem


def _measured(name: str) -> Iterator[Line]:
    """The lines of a module, each shown as soon as it is known."""
    _say(f"\n{name}")
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder:
        env = {**os.environ, "SLIPWAY_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.test_settings"}
        command = [sys.executable, "-m", "tests.bench", ALONE, name]
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        for row in process.stdout or ():
            line = Line(**json.loads(row))
            _say(_row(line))
            yield line
        if process.wait():
            yield Line(f"{name} broke off", 1, "", limit=0)


def _row(line: Line) -> str:
    kept = "" if line.limit is None else f"  of {line.limit:>8,.5g}  {'ok' if line.is_kept else 'NOT KEPT'}"
    return f"  {line.name:<58} {line.figure:>10,.5g} {line.unit:<8}{kept}"


def _measure(name: str) -> None:
    """Run one module here, on a database of its own, and write its lines as JSON."""
    import django  # noqa: PLC0415 - the settings read the environment that the parent made

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from apps.infra.sealed import create_key_file  # noqa: PLC0415

    # Not all that a test's environment brings: it keeps a copy of everything that is drawn.
    settings.ALLOWED_HOSTS = ["testserver"]
    create_key_file()
    default = connections["default"]
    if default.vendor == "sqlite":
        # A file, as in production: its size is a figure, too.
        default.settings_dict["TEST"]["NAME"] = str(Path(settings.DATA_DIR) / "bench.sqlite3")
    default.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    # As warm as the web process is before its first request.
    importlib.import_module("config.wsgi")
    try:
        for line in importlib.import_module(f"tests.bench.{name}").bench():
            sys.stdout.write(json.dumps(asdict(line)) + "\n")
            sys.stdout.flush()
    finally:
        default.creation.destroy_test_db(default.settings_dict["NAME"], verbosity=0)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
