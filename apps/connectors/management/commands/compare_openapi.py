import json
import sys
from argparse import ArgumentParser
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.connectors.comparing import ComparisonRefused, compare_texts
from apps.connectors.compatibility import Change, Level
from apps.connectors.openapi.reading import MOST_BYTES

STDIN = "-"
CANNOT_READ = 2
WORDS = {Level.BREAKING: "breaks", Level.MAY_BREAK: "may break", Level.COMPATIBLE: "compatible"}


class Command(BaseCommand):
    help = (
        "Say what a new version of an OpenAPI document changes for those who call the API. "
        "Exit status: 0 if nothing breaks, 1 if something does, 2 if a document cannot be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", help="File of the old document; - reads it from standard input.")
        parser.add_argument("new", help="File of the new document; - reads it from standard input.")
        parser.add_argument("--json", action="store_true", help="Write the changes as JSON, for programs.")

    def handle(self, *_: Any, **options: Any) -> None:
        files = {"old": options["old"], "new": options["new"]}
        changes = _compared(files)
        self.stdout.write(_as_json(changes) if options["json"] else "\n".join(_lines(changes)))
        if any(change.level is Level.BREAKING for change in changes):
            sys.exit(1)


def _compared(files: dict[str, str]) -> list[Change]:
    if files["old"] == files["new"] == STDIN:
        raise CommandError("Only one of the two documents can come from standard input.", returncode=CANNOT_READ)
    try:
        return compare_texts(_read(files["old"]), _read(files["new"]))
    except ComparisonRefused as refused:
        name = _name(files[refused.which]) if refused.which else refused.message
        told = "\n".join(f"{name}: {problem}" for problem in refused.problems)
        raise CommandError(told, returncode=CANNOT_READ) from None


def _read(file: str) -> bytes:
    """Return what the file holds; one byte more than is allowed at most."""
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        told = f"{file}: The file cannot be read: {error.strerror}. Check its name and who may read it."
        raise CommandError(told, returncode=CANNOT_READ) from None


def _name(file: str) -> str:
    return "standard input" if file == STDIN else file


def _counts(changes: list[Change]) -> dict[Level, int]:
    counted = Counter(change.level for change in changes)
    return {level: counted[level] for level in Level}


def _as_json(changes: list[Change]) -> str:
    counts = {level.value: number for level, number in _counts(changes).items()}
    return json.dumps({"changes": [change.as_dict() for change in changes], **counts}, indent=2, ensure_ascii=False)


def _lines(changes: list[Change]) -> list[str]:
    if not changes:
        return ["Nothing changed for those who call the API."]
    lines = []
    for (method, path, name), of_operation in groupby(
        changes, lambda each: (each.method, each.path, each.operation_id)
    ):
        lines.append(f"{method} {path}  ({name})" if path else "The whole document")
        lines += [f"  {WORDS[change.level]:<10}  {change.sentence}  [{change.rule}]" for change in of_operation]
        lines.append("")
    breaking, may_break, compatible = _counts(changes).values()
    told = f"{breaking} breaking, {may_break} that may break, {compatible} compatible"
    return [*lines, f"{len(changes)} {'change' if len(changes) == 1 else 'changes'}: {told}."]


def _operation(change: Change) -> tuple[str, str, str]:
    return change.method, change.path, change.operation_id
