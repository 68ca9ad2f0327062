"""Compares two documents: which operations come and go, and what changed in those that stay."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.connectors.compatibility import lifecycle
from apps.connectors.compatibility.bodies import compare_request_body
from apps.connectors.compatibility.changes import Change, Level, worst
from apps.connectors.compatibility.parameters import compare_parameters, parameters_of
from apps.connectors.compatibility.reader import Object, Reader, as_object, names, text
from apps.connectors.compatibility.responses import compare_responses
from apps.connectors.compatibility.schemas import Schemas
from apps.connectors.compatibility.security import compare_requirements, compare_schemes
from apps.connectors.compatibility.sentences import SENTENCES, worded
from apps.connectors.compatibility.telling import Telling
from apps.connectors.openapi.operations import METHODS, operation_ids

# What events of an operation's life are called.
EVENTS = {
    "deprecated": "endpoint-deprecated",
    "deprecated-with-sunset": "endpoint-deprecated-with-sunset",
    "reactivated": "endpoint-reactivated",
    "sunset-deleted": "sunset-deleted",
    "sunset-parse": "api-deprecated-sunset-parse",
    "sunset-date-too-small": "api-sunset-date-too-small",
    "sunset-date-changed-too-small": "api-sunset-date-changed-too-small",
    "stability-decreased": "api-stability-decreased",
    "stability-increased": "api-stability-increased",
    "invalid-stability-level": "api-invalid-stability-level",
}
REMOVAL_WORDS = {
    "without-deprecation": "It was not deprecated before.",
    "with-deprecation": "It was deprecated before.",
    "before-sunset": "It was deprecated, but the day that was announced is still to come.",
    "sunset-parse": "It was deprecated, but the day that was announced cannot be read.",
}
PARAMETER = re.compile(r"\{[^{}]*\}")
VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Path:
    """One path of a document as it writes it, and what stands below."""

    path: str
    item: Object

    @property
    def operations(self) -> dict[str, Object]:
        return {method: as_object(self.item[method]) for method in METHODS if isinstance(self.item.get(method), dict)}


class Comparison:
    """Two documents and what was found so far."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], today: date) -> None:
        self.old, self.new, self.today = Reader(old), Reader(new), today
        self.schemas = Schemas(self.old, self.new, today)
        self.old_ids, self.new_ids = operation_ids(self.old.document), operation_ids(self.new.document)
        self.changes: list[Change] = []

    def run(self) -> list[Change]:
        """Return every change, unordered."""
        for old, new in self._matched_paths():
            self._compare_path(old, new)
        self._compare_webhooks()
        self._compare_whole()
        return self.changes

    def _matched_paths(self) -> Iterator[tuple[Path | None, Path | None]]:
        """Yield each path of both sides, matched by its shape: the names of its parameters do not count."""
        before, now = self._paths(self.old), self._paths(self.new)
        for path in list(before):
            if path in now:
                yield Path(path, before.pop(path)), Path(path, now.pop(path))
        shapes = {PARAMETER.sub("{}", path): path for path in now}
        for path, item in before.items():
            match = shapes.pop(PARAMETER.sub("{}", path), None)
            yield Path(path, item), Path(match, now.pop(match)) if match else None
        for path, item in now.items():
            yield None, Path(path, item)

    def _paths(self, reader: Reader) -> dict[str, Object]:
        paths = as_object(reader.document.get("paths"))
        return {str(path): reader.object(node) for path, node in paths.items() if str(path).startswith("/")}

    def _compare_path(self, old: Path | None, new: Path | None) -> None:
        before, now = old.operations if old else {}, new.operations if new else {}
        for method, operation in before.items():
            if method not in now and old:
                self._tell_removed(method, old.path, operation, with_path=not now)
        for method in now:
            if new and old and method in before:
                self._compare_operation(method, old, new)
            elif new:
                telling = Telling(method.upper(), new.path, self.new_ids.get((new.path, method), ""))
                telling.say("endpoint-added", f"{method.upper()} {new.path} is new.")
                self.changes += telling.changes

    def _tell_removed(self, method: str, path: str, operation: Object, *, with_path: bool) -> None:
        telling = Telling(method.upper(), path, self.old_ids.get((path, method), ""), worst=_worst(operation))
        how = lifecycle.removal(operation, self.today)
        rule = f"api-{'path-' if with_path else ''}removed-{how}"
        if how == "sunset-parse":
            rule = "api-path-sunset-parse" if with_path else "api-deprecated-sunset-parse"
        telling.say(rule, f"{method.upper()} {path} is gone. {REMOVAL_WORDS[how]}")
        self.changes += telling.changes

    def _compare_operation(self, method: str, old: Path, new: Path) -> None:
        before, now = old.operations[method], new.operations[method]
        telling = Telling(method.upper(), new.path, self.new_ids.get((new.path, method), ""), worst=_worst(before))
        self._compare_description(before, now, telling)
        parameters = parameters_of(self.old, old.item, before), parameters_of(self.new, new.item, now)
        compare_parameters(self.schemas, *parameters, telling, paths=(old.path, new.path), today=self.today)
        compare_request_body(self.schemas, before.get("requestBody"), now.get("requestBody"), telling)
        compare_responses(self.schemas, before, now, telling)
        compare_requirements(before.get("security"), now.get("security"), telling, "api-security")
        self.changes += telling.changes

    def _compare_description(self, old: Object, new: Object, telling: Telling) -> None:
        for event, before, now in lifecycle.events(old, new, self.today):
            telling.say(EVENTS[event], worded(SENTENCES[f"lifecycle:{event}"], "the operation", before, now))
        was, is_now = text(old.get("operationId")), text(new.get("operationId"))
        if was and was != is_now:
            telling.say("api-operation-id-removed", f"The operation is no longer called “{was}”.")
        if is_now and was != is_now:
            telling.say("api-operation-id-added", f"The operation is called “{is_now}” now.")
        for tag in names(old.get("tags")):
            if tag not in names(new.get("tags")):
                telling.say("api-tag-removed", f"The operation no longer has the tag “{tag}”.")
        for tag in names(new.get("tags")):
            if tag not in names(old.get("tags")):
                telling.say("api-tag-added", f"The operation has the new tag “{tag}”.")

    def _compare_webhooks(self) -> None:
        telling = Telling()
        before, now = (as_object(reader.document.get("webhooks")) for reader in (self.old, self.new))
        for name in before.keys() - now.keys():
            telling.say("webhook-removed", f"The webhook “{name}” is gone.", "webhooks")
        for name in now.keys() - before.keys():
            telling.say("webhook-added", f"There is a new webhook, “{name}”.", "webhooks")
        self.changes += telling.changes

    def _compare_whole(self) -> None:
        telling, old, new = Telling(), self.old.document, self.new.document
        compare_requirements(old.get("security"), new.get("security"), telling, "api-global-security")
        compare_schemes(self.old, self.new, telling)
        before, now = (as_object(as_object(each.get("components")).get("schemas")) for each in (old, new))
        for name in before.keys() - now.keys():
            telling.say("api-schema-removed", f"The schema “{name}” is gone.", "components")
        self._compare_versions(telling, worst([*self.changes, *telling.changes]))
        self.changes += telling.changes

    def _compare_versions(self, telling: Telling, level: Level | None) -> None:
        before, now = (_version(reader) for reader in (self.old, self.new))
        if not before or not now:
            return
        told = f"The document's version was {_dotted(before)} and is {_dotted(now)} now"
        if now < before:
            telling.say("api-version-decreased", f"{told}: it went down.", "info")
        elif level and now == before:
            telling.say(
                "api-version-not-bumped", f"The document changed, but its version is still {_dotted(now)}.", "info"
            )
        elif level is Level.BREAKING and now[0] == before[0]:
            telling.say("api-major-version-not-bumped", f"{told}, though callers break.", "info")


def _worst(operation: Object) -> Level:
    """Whoever calls a draft or alpha operation was promised nothing."""
    return Level.MAY_BREAK if lifecycle.is_unpromised(operation) else Level.BREAKING


def _version(reader: Reader) -> tuple[int, ...]:
    match = VERSION.fullmatch(text(as_object(reader.document.get("info")).get("version")).strip())
    return tuple(int(part or 0) for part in match.groups()) if match else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
