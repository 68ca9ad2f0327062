"""What a step of each kind may hold, except the calls of connectors: the language's own words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from apps.releases.building.step_form.modes import Mode
from apps.releases.building.step_form.shapes import ANYTHING, Kind, Shape

type Members = Mapping[str, Shape]

ERRORS = "https://open-workflow-specification.org/spec/1.0.0/errors/"
ERROR_TYPES = (
    "communication",
    "configuration",
    "validation",
    "expression",
    "authentication",
    "authorization",
    "timeout",
    "runtime",
)
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
UNITS = ("days", "hours", "minutes", "seconds", "milliseconds")
FIELDS, NUMBERS, YES_OR_NO = (Mode.OBJECT,), (Mode.NUMBER,), (Mode.BOOLEAN,)
# Numbers of units, ISO 8601, or an expression.
LENGTHS = (Mode.OBJECT, Mode.TEXT, Mode.EXPRESSION)
FORMS = (
    ("content", "Its content"),
    ("response", "The whole response, with status and headers"),
    ("raw", "Its content, base64"),
)


@dataclass(frozen=True)
class Around:
    """What the forms of a step need to know about its neighbours: where ``then`` may lead, and reusable names."""

    steps: Sequence[str] = ()
    retries: Sequence[str] = ()
    errors: Sequence[str] = ()
    timeouts: Sequence[str] = ()


def holding(members: Members, **options: object) -> Shape:
    """An object with these members."""
    return replace(Shape(Kind.OBJECT, members=lambda: members), **options)  # type: ignore[arg-type]


def then_shape(around: Around, **options: object) -> Shape:
    """Where to go next: a step of the same list, or a way out."""
    ways = [("continue", "Continue with the next step"), ("exit", "Leave this list of steps"), ("end", "End the run")]
    steps = [(name, f"Go to {name}") for name in around.steps]
    usual = Shape(Kind.NAME, plain_only=True, choices=(*ways, *steps))
    return replace(usual, **options)  # type: ignore[arg-type]


def condition(title: str, told: str = "", **options: object) -> Shape:
    """An expression that is true or not."""
    return replace(Shape(Kind.CONDITION, title=title, help=told), **options)  # type: ignore[arg-type]


def shaping(title: str, told: str = "", **options: object) -> Shape:
    """One expression, or names with values, that makes data of data."""
    return replace(Shape(Kind.SHAPING, title=title, help=told, item=lambda: ANYTHING), **options)  # type: ignore[arg-type]


def text(title: str, told: str = "", **options: object) -> Shape:
    """A text."""
    return replace(Shape(Kind.TEXT, title=title, help=told), **options)  # type: ignore[arg-type]


def name(title: str, told: str = "", **options: object) -> Shape:
    """A word that nobody evaluates."""
    return replace(Shape(Kind.NAME, title=title, help=told, plain_only=True), **options)  # type: ignore[arg-type]


def duration(title: str, told: str = "", **options: object) -> Shape:
    """A length of time: numbers of units, ISO 8601, or an expression."""
    units = {unit: Shape(Kind.NUMBER, title=unit.capitalize(), shown=True, only=NUMBERS) for unit in UNITS}
    usual = holding(units, title=title, help=told, in_row=True, only=LENGTHS, placeholder="PT30S")
    return replace(usual, **options)  # type: ignore[arg-type]


def common(around: Around) -> Members:
    """What every kind of step may have."""
    said = "Where a call's outcome is unknown, may it be made again?"
    return {
        "if": condition("Only if", "Where this is false, the step is skipped.", shown=True),
        "then": then_shape(around, title="Afterwards", shown=True),
        "input": _flow("from", shaping("Input", "What the step works on.", shown=True)),
        "output": _flow("as", shaping("Output", "What the step hands on.", shown=True)),
        "export": _flow("as", shaping("Remember as $context", "What later steps read as $context.", shown=True)),
        "timeout": holding(
            {"after": duration("Time limit", shown=True)}, title="Time limit", flat=True, only=(Mode.OBJECT, Mode.TEXT)
        ),
        "metadata": holding(
            {
                "slipway": holding(
                    {"safeToRepeat": Shape(Kind.BOOLEAN, "Safe to repeat", said, shown=True, only=YES_OR_NO)},
                    flat=True,
                    shown=True,
                )
            },
            flat=True,
            is_open=True,
        ),
    }


def _flow(key: str, shape: Shape) -> Shape:
    schema = replace(ANYTHING, title=f"{shape.title}: schema", help="Checked when data pass here.", plain_only=True)
    return holding({key: shape, "schema": schema}, flat=True)


SECTIONS = (
    ("flow", "When, and where to go next", ("if", "then")),
    ("data", "Data in and out", ("input", "output", "export")),
    ("safety", "Time limit and repeating", ("timeout", "metadata")),
)


def own(kind: str, call: str, around: Around) -> Members:
    """What a step of this kind has of its own; empty for kinds that are written as text."""
    if kind == "call":
        return {"with": http()} if call == "http" else {"with": replace(ANYTHING, title="With", shown=True)}
    made: dict[str, Callable[[], Members]] = {
        "set": _set,
        "for": _for,
        "switch": partial(_switch, around),
        "try": partial(_try, around),
        "raise": partial(_raise, around),
        "wait": _wait,
        "emit": _emit,
        "fork": _fork,
    }
    return made[kind]() if kind in made else {}


def http() -> Shape:
    """A plain call of an address."""
    values = Shape(Kind.NAMES, item=lambda: Shape(Kind.TEXT))
    return holding(
        {
            "method": name("Method", required=True, choices=tuple((each, each.upper()) for each in METHODS)),
            "endpoint": text("Address", "Parts in {braces} are filled from the data.", required=True),
            "query": replace(values, title="Query", help="Behind the ? of the address."),
            "headers": replace(values, title="Headers"),
            "body": replace(ANYTHING, title="Body", also=(Mode.NAMES,), item=lambda: ANYTHING),
            **answer(),
        },
        flat=True,
        required=True,
    )


def answer() -> Members:
    """What a call makes of the answer."""
    redirect = "Otherwise an answer that leads elsewhere is an error."
    return {
        "output": name("Result", "What the step gives.", choices=FORMS),
        "redirect": Shape(Kind.BOOLEAN, "Accept redirects", redirect, only=YES_OR_NO),
    }


def _set() -> Members:
    return {"set": shaping("Values", required=True, kind=Kind.NAMES, only=(Mode.NAMES, Mode.EXPRESSION))}


def _for() -> Members:
    loop = {
        "in": shaping("For each item of", "A list, such as the output of the step before.", required=True),
        "each": name("Call the item", "Steps inside read it as $item, or by this name.", shown=True, default="item"),
        "at": name("Call its number", "It counts from 0.", default="index"),
    }
    told = "The loop ends as soon as this is false."
    return {"for": holding(loop, flat=True, required=True), "while": condition("As long as", told)}


def _switch(around: Around) -> Members:
    case = {
        "when": condition("When", "Left blank: in every other case.", shown=True),
        "then": then_shape(around, title="Then", required=True),
    }
    told = "The first case that fits says where to go."
    return {"switch": Shape(Kind.CASES, "Cases", told, required=True, item=lambda: holding(case, only=FIELDS))}


def _try(around: Around) -> Members:
    wanted = {
        "type": text("Type", choices=tuple((f"{ERRORS}{each}", each) for each in ERROR_TYPES), either=True),
        "status": Shape(Kind.NUMBER, "Status", "Such as 404.", only=NUMBERS),
        **{key: text(key.capitalize()) for key in ("instance", "title", "detail")},
    }
    catch = {
        "errors": holding(
            {"with": holding(wanted, title="Only errors with", shown=True, only=FIELDS)}, flat=True, shown=True
        ),
        "when": condition("Only when", "Such as $error.status == 429.", shown=True),
        "exceptWhen": condition("Except when"),
        "as": name("Call the error", "Expressions read it as $error, or by this name.", default="error"),
        "retry": _retry(around),
        "then": then_shape(around, title="After the error was handled"),
    }
    return {"catch": holding(catch, flat=True, required=True)}


def _retry(around: Around) -> Shape:
    attempts = {
        "count": Shape(Kind.NUMBER, "Attempts at most", shown=True, only=NUMBERS),
        "duration": duration("Longest attempt"),
    }
    ways = (("constant", "Always the same"), ("linear", "A bit longer each time"), ("exponential", "Doubled each time"))
    policy = {
        "delay": duration("Wait before trying again", shown=True),
        "backoff": Shape(Kind.ONLY, "The wait is", choices=ways, shown=True),
        "limit": holding(
            {"attempt": holding(attempts, flat=True, shown=True), "duration": duration("Give up after")},
            flat=True,
            shown=True,
        ),
        "jitter": holding(
            {"from": duration("At least", required=True), "to": duration("At most", required=True)},
            title="A random wait on top",
            only=FIELDS,
        ),
        "when": condition("Try again only when"),
        "exceptWhen": condition("Do not try again when"),
    }
    named = tuple((each, each) for each in around.retries)
    return holding(policy, title="Try again", shown=True, only=(Mode.OBJECT, Mode.TEXT), choices=named)


def _raise(around: Around) -> Members:
    error = {
        "type": text(
            "Type",
            "An address that names the kind of error.",
            required=True,
            choices=tuple((f"{ERRORS}{each}", each) for each in ERROR_TYPES),
            either=True,
        ),
        "status": Shape(Kind.NUMBER, "Status", "Such as 400.", required=True),
        "title": text("Title", shown=True),
        "detail": text("Detail", shown=True, long=True),
        "instance": text("Instance"),
    }
    named = tuple((each, each) for each in around.errors)
    shape = holding(error, title="Error", required=True, only=(Mode.OBJECT, Mode.TEXT), choices=named)
    return {"raise": holding({"error": shape}, flat=True, required=True)}


def _wait() -> Members:
    return {"wait": duration("Wait for", required=True)}


def _emit() -> Members:
    event = {
        "type": text("Type", "Such as com.example.order.placed.", required=True),
        "source": text("Source", "An address that names the sender.", shown=True),
        "subject": text("Subject"),
        "data": replace(ANYTHING, title="Data", shown=True, also=(Mode.NAMES,), item=lambda: ANYTHING),
    }
    shape = holding({"with": holding(event, flat=True, required=True)}, flat=True, required=True)
    return {"emit": holding({"event": shape}, flat=True, required=True)}


def _fork() -> Members:
    told = "The first branch that is done gives the output, and the others are stopped."
    return {"fork": holding({"compete": Shape(Kind.BOOLEAN, "Compete", told, shown=True, only=YES_OR_NO)}, flat=True)}
