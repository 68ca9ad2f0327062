"""From what differs to a named rule and its level.

A difference makes a schema accept less, more, or other values than before. What accepts less breaks who sends
(requests); what admits more breaks who reads (responses). The names are those of oasdiff's rules; the few whose level
does not follow from this are listed one by one.
"""

from dataclasses import dataclass
from enum import StrEnum

from apps.connectors.compatibility.changes import Level
from apps.connectors.compatibility.findings import READ_ONLY, REQUIRED, WITH_DEFAULT, WRITE_ONLY, Finding
from apps.connectors.compatibility.shapes import Shape, accepts, takes_in_array

BREAKING, MAY_BREAK, COMPATIBLE = Level.BREAKING, Level.MAY_BREAK, Level.COMPATIBLE


class Side(StrEnum):
    """Who writes the value: the caller or the API."""

    REQUEST = "request"
    RESPONSE = "response"


class Element(StrEnum):
    """What holds the schema."""

    BODY = "body"
    PARAMETER = "parameter"
    HEADER = "header"


class Effect(StrEnum):
    """What a difference does to the set of accepted values."""

    LESS = "less"
    MORE = "more"
    OTHER = "other"
    SAME = "same"


LEVELS = {
    (Side.REQUEST, Effect.LESS): BREAKING,
    (Side.REQUEST, Effect.MORE): COMPATIBLE,
    (Side.RESPONSE, Effect.LESS): COMPATIBLE,
    (Side.RESPONSE, Effect.MORE): BREAKING,
}

UPPER_BOUNDS = ("max", "exclusive-max", "max-length", "max-items", "max-properties", "max-contains")
LOWER_BOUNDS = ("min", "exclusive-min", "min-length", "min-items", "min-properties", "min-contains")
BOUND_EFFECTS = {
    **{f"{name}-decreased": Effect.LESS for name in UPPER_BOUNDS},
    **{f"{name}-increased": Effect.MORE for name in UPPER_BOUNDS},
    **{f"{name}-increased": Effect.LESS for name in LOWER_BOUNDS},
    **{f"{name}-decreased": Effect.MORE for name in LOWER_BOUNDS},
    **{f"{name}-set": Effect.LESS for name in (*UPPER_BOUNDS, *LOWER_BOUNDS)},
    **{f"{name}-unset": Effect.MORE for name in (*UPPER_BOUNDS, *LOWER_BOUNDS)},
}
# What constrains as soon as it is there, and no more when it is gone.
CONSTRAINTS = (
    *("const", "contains", "content-schema", "dependent-required", "dependent-schema", "pattern-property"),
    *("property-names", "if", "then", "else", "unevaluated-items", "unevaluated-properties", "pattern", "all-of"),
    "unique-items",
)
OFFERS = ("one-of", "any-of", "prefix-items", "enum-value", "x-extensible-enum-value")
OTHER_VALUES = (
    *("const-changed", "content-encoding-changed", "content-media-type-changed", "dependent-required-changed"),
    *("pattern-changed", "type-changed", "wrapped-in-one-of", "multiple-of-changed", "not-changed", "if-changed"),
)
DISCRIMINATOR = ("added", "removed", "property-name-changed", *(f"mapping-{verb}" for verb in ("added", "changed")))
ANNOTATIONS = (
    *(f"discriminator-{verb}" for verb in (*DISCRIMINATOR, "mapping-deleted")),
    *(f"default-value-{verb}" for verb in ("added", "changed", "removed")),
    *("all-of-added-annotation-only", "all-of-removed-annotation-only", "type-compatible"),
)
EFFECTS = {
    **BOUND_EFFECTS,
    **{f"{name}-added": Effect.LESS for name in CONSTRAINTS},
    **{f"{name}-removed": Effect.MORE for name in CONSTRAINTS},
    **{f"{name}-added": Effect.MORE for name in OFFERS},
    **{f"{name}-removed": Effect.LESS for name in OFFERS},
    **dict.fromkeys(OTHER_VALUES, Effect.OTHER),
    **dict.fromkeys(ANNOTATIONS, Effect.SAME),
    "became-enum": Effect.LESS,
    "enum-removed": Effect.MORE,
    "became-not-nullable": Effect.LESS,
    "became-nullable": Effect.MORE,
    "became-required": Effect.LESS,
    "became-required-with-default": Effect.LESS,
    "became-optional": Effect.MORE,
    "list-of-types-narrowed": Effect.LESS,
    "list-of-types-widened": Effect.MORE,
    "type-specialized": Effect.LESS,
    "type-generalized": Effect.MORE,
    "pattern-generalized": Effect.MORE,
    "one-of-restricted": Effect.LESS,
    "any-of-restricted": Effect.LESS,
    "one-of-lifted": Effect.MORE,
    "any-of-lifted": Effect.MORE,
    "additional-properties-disallowed": Effect.LESS,
    "additional-properties-restricted": Effect.LESS,
    "additional-properties-allowed": Effect.MORE,
    "additional-properties-unrestricted": Effect.MORE,
}
# Levels that do not follow from the effect. A server has often refused what a document says only now; readers of a
# response mostly take an unknown value, text or property.
EXCEPTIONS = {
    **{(Side.REQUEST, f"{name}-set"): MAY_BREAK for name in (*UPPER_BOUNDS, *LOWER_BOUNDS)},
    **{(Side.RESPONSE, f"pattern-{verb}"): COMPATIBLE for verb in ("changed", "removed", "generalized")},
    **{(Side.REQUEST, f"{name}-restricted"): MAY_BREAK for name in ("one-of", "any-of", "additional-properties")},
    **{(Side.RESPONSE, f"{name}-lifted"): MAY_BREAK for name in ("one-of", "any-of")},
    **{(side, f"{name}-changed"): MAY_BREAK for side in Side for name in ("not", "if", "multiple-of")},
    (Side.REQUEST, "pattern-changed"): MAY_BREAK,
    (Side.REQUEST, "all-of-removed"): MAY_BREAK,
    (Side.RESPONSE, "all-of-removed"): COMPATIBLE,
    (Side.RESPONSE, "any-of-added"): COMPATIBLE,
    (Side.RESPONSE, "enum-value-added"): MAY_BREAK,
    (Side.RESPONSE, "x-extensible-enum-value-added"): COMPATIBLE,
    (Side.RESPONSE, "enum-removed"): MAY_BREAK,
    (Side.REQUEST, "unique-items-added"): MAY_BREAK,
    (Side.RESPONSE, "unique-items-removed"): MAY_BREAK,
    (Side.REQUEST, "additional-properties-disallowed"): MAY_BREAK,
    (Side.RESPONSE, "additional-properties-allowed"): COMPATIBLE,
    (Side.RESPONSE, "additional-properties-unrestricted"): COMPATIBLE,
}
# Levels of single rules.
EXACT = {
    **{f"request-parameter-default-value-{verb}": BREAKING for verb in ("added", "changed", "removed")},
    "request-parameter-property-type-changed": MAY_BREAK,
    "request-property-removed": MAY_BREAK,
    "request-parameter-property-removed": MAY_BREAK,
    "response-optional-property-removed": MAY_BREAK,
    "response-required-property-removed": BREAKING,
    "response-required-property-became-not-write-only": MAY_BREAK,
}
# Where the usual way of naming gives another name.
RENAMED = {"response-body-enum-value-removed": "response-mediatype-enum-value-removed"}
LIFECYCLE = {"sunset-parse": "deprecated-sunset-invalid"}
LIFECYCLE_BREAKS = frozenset(
    "sunset-parse sunset-deleted sunset-date-too-small sunset-date-changed-too-small stability-decreased"
    " invalid-stability-level".split()
)
HIDING = tuple(f"became-{word}{mark}" for mark in (READ_ONLY, WRITE_ONLY) for word in ("", "not-"))
# What the caller never sends cannot be refused: these say so in their name.
OF_READ_ONLY = frozenset(kind for kind, effect in BOUND_EFFECTS.items() if effect is Effect.LESS) | {
    "enum-value-removed"
}
REQUIREMENTS = frozenset(("became-required", "became-required-with-default"))
OF_WRITE_ONLY = frozenset(("enum-value-added", "became-optional", "became-required"))


@dataclass(frozen=True, slots=True)
class Use:
    """Where a schema is used. ``as_text``: its values travel as text, as in a query or in XML.

    ``repeats``: an array is written as repeated values. ``in_header``: a parameter that is a header.
    """

    side: Side
    element: Element
    as_text: bool = False
    repeats: bool = False
    in_header: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind`` is the finding's, made exact."""

    rule: str
    level: Level
    kind: str


def verdicts(finding: Finding, use: Use) -> list[Verdict]:
    """Return the rules that a finding stands for where its schema is used this way."""
    if finding.kind == "types":
        return [_verdict(kind, finding, use) for kind in _type_kinds(finding.old, finding.new, finding, use)]
    if finding.kind.startswith("lifecycle:"):
        return _lifecycle(finding, use)
    if finding.kind in ("property-added", "property-removed") or finding.kind in HIDING:
        rule = _property_rule(finding, use)
        level = EXACT.get(rule, BREAKING if rule.startswith("new-required") else COMPATIBLE)
        return [Verdict(rule, level, finding.kind)]
    return [_verdict(finding.kind, finding, use)]


def _verdict(kind: str, finding: Finding, use: Use) -> Verdict:
    if kind == "became-required-with-default" and (use.side is Side.RESPONSE or use.element is not Element.BODY):
        kind = "became-required"
    rule = f"{use.side}-{_holder(kind, finding, use)}-{kind}"
    rule = RENAMED.get(rule, rule)
    return Verdict(rule, COMPATIBLE if _is_softened(kind, finding, use) else level_of(rule, kind, use.side), kind)


def level_of(rule: str, kind: str, side: Side) -> Level:
    """Return the level of a rule about schemas."""
    effect = EFFECTS[kind]
    usual = COMPATIBLE if effect is Effect.SAME else LEVELS.get((side, effect), BREAKING)
    return EXACT.get(rule, EXCEPTIONS.get((side, kind), usual))


def _is_hidden(finding: Finding, use: Use) -> bool:
    """True for what this side never holds: of a request, what is only read; of a response, what is only sent."""
    return (READ_ONLY if use.side is Side.REQUEST else WRITE_ONLY) in finding.marks


def _is_softened(kind: str, finding: Finding, use: Use) -> bool:
    softened = OF_READ_ONLY | REQUIREMENTS if use.side is Side.REQUEST else OF_WRITE_ONLY
    return kind in softened and _is_hidden(finding, use)


def _holder(kind: str, finding: Finding, use: Use) -> str:
    """The middle of a rule's name: "body", "property", "parameter-property", "read-only-property"."""
    if use.element is Element.BODY and finding.at:
        hidden = OF_READ_ONLY if use.side is Side.REQUEST else OF_WRITE_ONLY
        if _is_hidden(finding, use) and kind in hidden:
            return "read-only-property" if use.side is Side.REQUEST else "write-only-property"
        return "property"
    if "/" not in finding.at:
        return use.element
    if use.in_header and kind in ("became-enum", "became-required"):
        return "header-property"
    return f"{use.element}-property"


def _property_rule(finding: Finding, use: Use) -> str:
    need = "required" if REQUIRED in finding.marks and not _is_hidden(finding, use) else "optional"
    if finding.kind in HIDING:
        return f"{use.side}-{need}-property-{finding.kind}"
    if use.side is Side.RESPONSE:
        need = "required" if REQUIRED in finding.marks else "optional"
        hidden = "-write-only" if WRITE_ONLY in finding.marks else ""
        return f"response-{need}{hidden}-{finding.kind}"
    holder = {Element.BODY: "", Element.PARAMETER: "parameter-", Element.HEADER: "header-"}[use.element]
    if finding.kind == "property-removed":
        return f"request-{holder}property-removed"
    holder = "header-" if use.in_header else holder
    with_default = "-with-default" if need == "required" and WITH_DEFAULT in finding.marks and not holder else ""
    return f"new-{need}-request-{holder}property{with_default}"


def _lifecycle(finding: Finding, use: Use) -> list[Verdict]:
    """Deprecation is told of a property; a body or a parameter's schema as a whole has no life of its own."""
    event = finding.kind.removeprefix("lifecycle:")
    if "/" not in finding.at:
        return []
    holder = "property" if use.element is Element.BODY else f"{use.element}-property"
    level = BREAKING if event in LIFECYCLE_BREAKS else COMPATIBLE
    return [Verdict(f"{use.side}-{holder}-{LIFECYCLE.get(event, event)}", level, finding.kind)]


def _type_kinds(old: Shape, new: Shape, finding: Finding, use: Use) -> list[str]:
    if old.types == new.types:
        return []
    widened, narrowed = (accepts(one, other, as_text=use.as_text) for one, other in ((new, old), (old, new)))
    if use.repeats and not finding.at:
        widened, narrowed = widened or takes_in_array(new, old), narrowed or takes_in_array(old, new)
    if use.as_text and use.element is not Element.PARAMETER and (widened or narrowed or _text_in(old, new)):
        return ["type-compatible"] if _text_in(old, new) or (widened and narrowed) else _plain(widened, use, finding)
    if old.types and new.types and (old.listed or new.listed) and (widened or narrowed or old.types & new.types):
        if not (use.repeats and takes_in_array(new, old)):
            lost = any(not accepts(new, Shape(frozenset((each,)))) for each in old.types)
            won = any(not accepts(old, Shape(frozenset((each,)))) for each in new.types)
            return ["list-of-types-narrowed"] * lost + ["list-of-types-widened"] * won
    if widened or narrowed:
        return _plain(widened, use, finding)
    return ["type-changed"]


def _plain(widened: bool, use: Use, finding: Finding) -> list[str]:
    if widened:
        return ["type-generalized"]
    of_property = use.element is Element.PARAMETER and "/" in finding.at
    return ["type-specialized" if use.side is Side.RESPONSE or of_property else "type-changed"]


def _text_in(old: Shape, new: Shape) -> bool:
    """In XML a text and an object are both an element."""
    return any(each.types is not None and ("string", "") in each.types for each in (old, new))
