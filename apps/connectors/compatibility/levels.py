"""How bad a difference is, by what it does to the values that a schema accepts.

What accepts less breaks who sends (requests); what admits more breaks who reads (responses). The few rules whose level
does not follow from this are listed one by one.
"""

from enum import StrEnum

from apps.connectors.compatibility.changes import Level
from apps.connectors.compatibility.findings import READ_ONLY, WRITE_ONLY

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
    **{
        (side, f"{name}-{verb}"): MAY_BREAK
        for side in Side
        for name in ("one-of", "any-of")
        for verb in ("restricted", "lifted")
    },
    (Side.REQUEST, "additional-properties-restricted"): MAY_BREAK,
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


def level_of(rule: str, kind: str, side: Side) -> Level:
    """Return the level of a rule about schemas."""
    effect = EFFECTS[kind]
    usual = COMPATIBLE if effect is Effect.SAME else LEVELS.get((side, effect), BREAKING)
    return EXACT.get(rule, EXCEPTIONS.get((side, kind), usual))
