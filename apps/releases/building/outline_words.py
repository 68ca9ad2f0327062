"""What a step does, in words."""

from dataclasses import dataclass

from apps.releases.definition import Step
from apps.releases.definition.shapes import Json, dig, mapping, sequence, text
from apps.releases.definition.steps import endpoint_of

# For those who read the list from far: the longest piece of an expression in it.
LONGEST = 70
_UNITS = (("days", "d"), ("hours", "h"), ("minutes", "min"), ("seconds", "s"), ("milliseconds", "ms"))


@dataclass(frozen=True, slots=True)
class Words:
    """``does`` says it, ``code`` is the expression or name that follows; the rest stands behind, "" where not."""

    icon: str
    does: str
    code: str = ""
    also: str = ""
    condition: str = ""
    then: str = ""
    repeats: bool = False


def words_of(step: Step, safe: bool = False) -> Words:
    """Say what a step does. ``safe``: what counts for calls that do not say themselves whether they may be repeated."""
    icon, does, code, also = _SAYS.get(step.kind, _unknown)(step.body, step)
    then = text(step.body.get("then"))
    repeats = step.kind == "call" and (safe if step.safe_to_repeat is None else step.safe_to_repeat)
    return Words(icon, does, code, also, expression(step.condition), "" if then == "continue" else then, repeats)


def expression(value: Json, longest: int = LONGEST) -> str:
    """Return an expression without its ``${ }``, on one line, cut where it is long."""
    shown = " ".join(text(value).split())
    if shown.startswith("${") and shown.endswith("}"):
        shown = shown[2:-1].strip()
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def duration(value: Json) -> str:
    """Return a length of time as the DSL writes it: "2 s", "1 h 30 min", "PT5M"."""
    if not isinstance(value, dict):
        return expression(value)
    return " ".join(f"{_number(value[key])} {unit}" for key, unit in _UNITS if key in value)


def plural(count: int, noun: str) -> str:
    """Return "1 step", "2 steps"; "branch" has "branches"."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}{'es' if noun.endswith('ch') else 's'}"


type _Said = tuple[str, str, str, str]


def _call(body: dict[str, Json], step: Step) -> _Said:
    if step.call == "openapi":
        if step.operation:
            return "plug-connected", "calls", step.operation, ""
        return "plug-connected", "calls an operation that is not chosen yet", "", ""
    if step.call == "http":
        missing = not endpoint_of(dig(body, "with", "endpoint"))
        return "world", "requests", step.operation, "an address that is missing" if missing else ""
    return "function", "calls the function", step.call, ""


def _set(body: dict[str, Json], _: Step) -> _Said:
    values = body["set"]
    names = ", ".join(map(str, values)) if isinstance(values, dict) else expression(values)
    return "braces", "sets" if names else "sets nothing yet", _cut(names), ""


def _for(body: dict[str, Json], _: Step) -> _Said:
    each, within = text(dig(body, "for", "each")) or "item", expression(dig(body, "for", "in"))
    still = expression(body.get("while"))
    return "repeat", f"for each {each} in", within, f"while {still}" if still else ""


def _do(body: dict[str, Json], _: Step) -> _Said:
    return "list-tree", f"{plural(len(sequence(body['do'])), 'step')} in order", "", ""


def _fork(body: dict[str, Json], _: Step) -> _Said:
    count = len(sequence(dig(body, "fork", "branches")))
    wins = ", the first one wins" if dig(body, "fork", "compete") is True else " at the same time"
    return "git-fork", f"{plural(count, 'branch')}{wins}", "", ""


def _switch(body: dict[str, Json], _: Step) -> _Said:
    count = len(sequence(body["switch"]))
    return "arrows-split-2", f"goes on by {plural(count, 'case')}", "", ""


def _try(body: dict[str, Json], _: Step) -> _Said:
    kind = text(dig(body, "catch", "errors", "with", "type")).rstrip("/").rpartition("/")[2]
    caught = f"catches {kind} errors" if kind else "catches every error"
    return "shield-half", f"{caught}{_retries(mapping(body.get('catch')))}", "", ""


def _retries(catch: dict[str, Json]) -> str:
    retry = catch.get("retry")
    if isinstance(retry, str):
        return f", retries by {retry}"
    count = dig(retry, "limit", "attempt", "count")
    if count is not None:
        return f", retries up to {_number(count)} times"
    return ", retries" if isinstance(retry, dict) else ""


def _wait(body: dict[str, Json], _: Step) -> _Said:
    return "clock-pause", f"waits {duration(body['wait']) or 'for a time that is not set yet'}", "", ""


def _raise(body: dict[str, Json], _: Step) -> _Said:
    error = dig(body, "raise", "error")
    if isinstance(error, str):
        return "alert-octagon", "raises", error, ""
    kind = text(dig(error, "type")).rstrip("/").rpartition("/")[2]
    return "alert-octagon", "raises", kind, expression(dig(error, "title"))


def _emit(body: dict[str, Json], _: Step) -> _Said:
    return "send", "emits", text(dig(body, "emit", "event", "with", "type")), ""


def _listen(body: dict[str, Json], _: Step) -> _Said:
    to = mapping(dig(body, "listen", "to"))
    asked = [to["one"]] if "one" in to else sequence(to.get("any")) or sequence(to.get("all"))
    kinds = ", ".join(kind for one in asked if (kind := text(dig(one, "with", "type"))))
    return "ear", "waits for" if kinds else "waits for an event", _cut(kinds), ""


def _run(body: dict[str, Json], _: Step) -> _Said:
    kind = next(iter(mapping(body["run"])), "")
    name = text(dig(body, "run", "workflow", "name"))
    return "terminal-2", f"runs the {kind}" if kind else "runs something", name, ""


def _unknown(_: dict[str, Json], __: Step) -> _Said:
    return "point", "does nothing that Slipway knows", "", ""


def _cut(shown: str) -> str:
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _number(value: Json) -> str:
    return expression(value) if isinstance(value, str) else f"{value}"


_SAYS = {
    "call": _call,
    "set": _set,
    "for": _for,
    "do": _do,
    "fork": _fork,
    "switch": _switch,
    "try": _try,
    "wait": _wait,
    "raise": _raise,
    "emit": _emit,
    "listen": _listen,
    "run": _run,
}
