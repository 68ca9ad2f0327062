"""The kinds of steps that the builder adds, each with the least that a step of its kind is.

What a person has to fill in still is left out, so that the findings name it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.releases.definition.shapes import Json
from apps.releases.definition.support import TASKS as NOT_RUN

RUNTIME_ERROR = "https://open-workflow-specification.org/spec/1.0.0/errors/runtime"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step in plain words. ``wish`` is the name that such a step is given where the person gives none."""

    key: str
    label: str
    text: str
    icon: str
    wish: str

    @property
    def is_run(self) -> bool:
        """Whether Slipway runs such a step: some belong to the language only, and hold back a deployment."""
        return self.key not in NOT_RUN


KINDS = (
    Kind("call", "Call an operation", "Ask one of your connectors to do something.", "plug-connected", "call"),
    Kind("http", "HTTP request", "Call an address that has no connector.", "world", "request"),
    Kind("set", "Set values", "Make the values that the next step begins from.", "braces", "setValues"),
    Kind("for", "For each", "Do the same steps for every item of a list.", "repeat", "forEach"),
    Kind("switch", "Switch", "Go on with one step or another, by conditions.", "arrows-split-2", "decide"),
    Kind("try", "Try", "Catch what fails, try again, or do something else.", "shield-half", "attempt"),
    Kind("wait", "Wait", "Pause for a while.", "clock-pause", "pause"),
    Kind("raise", "Raise an error", "Stop here and say what is wrong.", "alert-octagon", "fail"),
    Kind("do", "Group", "Keep several steps together under one name.", "list-tree", "group"),
    Kind("fork", "Fork", "Do several branches at the same time.", "git-fork", "branches"),
    Kind("emit", "Emit an event", "Tell others that something happened.", "send", "announce"),
)


def kind_named(key: str) -> Kind | None:
    """Return the kind of that key, None where there is none."""
    return next((kind for kind in KINDS if kind.key == key), None)


def body_of(kind: str, said: Mapping[str, Any]) -> Json:
    """Return the step that a form asks for: what was said, and nothing that was not."""
    return _BODIES[kind](said)


def wish_for(operation: str) -> str:
    """Return the name of a step that calls an operation: "orders/list-all" becomes "ordersListAll"."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", operation) or ["call"]
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return (joined[:1].lower() + joined[1:])[:60]


def _operation(said: Mapping[str, Any]) -> Json:
    document = {"endpoint": f"connector://{said['slot']}"}
    return {"call": "openapi", "with": {"document": document, "operationId": said["operation"]}}


def _request(said: Mapping[str, Any]) -> Json:
    address = {"endpoint": said["address"]} if said.get("address") else {}
    return {"call": "http", "with": {"method": said["method"], **address}}


def _expression(typed: str) -> str:
    typed = typed.strip()
    return typed if typed.startswith("${") else f"${{ {typed} }}"


_BODIES: dict[str, Callable[[Mapping[str, Any]], Json]] = {
    "call": _operation,
    "http": _request,
    "set": lambda _: {"set": {}},
    "for": lambda said: {"for": {"each": said["each"], "in": _expression(said["items"])}, "do": []},
    "switch": lambda _: {"switch": [{"default": {"then": "continue"}}]},
    "try": lambda _: {"try": [], "catch": {}},
    "fork": lambda _: {"fork": {"branches": []}},
    "wait": lambda said: {"wait": {said["unit"]: said["amount"]}},
    "raise": lambda said: {"raise": {"error": {"type": RUNTIME_ERROR, "status": 500, "title": said["title"]}}},
    "emit": lambda said: {"emit": {"event": {"with": {"type": said["type"]}}}},
    "do": lambda _: {"do": []},
}
