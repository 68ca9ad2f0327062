"""Our words for every kind of difference. ``{it}`` is what changed, ``{old}`` and ``{new}`` its values."""

import json
from typing import Any

from apps.connectors.compatibility.findings import READ_ONLY, REQUIRED, WRITE_ONLY, Finding
from apps.connectors.compatibility.shapes import Shape

LONGEST_VALUE = 120
BOUNDS = {
    "max": "largest value",
    "exclusive-max": "limit that values stay below",
    "max-length": "greatest length",
    "max-items": "greatest number of items",
    "max-properties": "greatest number of properties",
    "max-contains": "greatest number of matching items",
    "min": "smallest value",
    "exclusive-min": "limit that values stay above",
    "min-length": "smallest length",
    "min-items": "smallest number of items",
    "min-properties": "smallest number of properties",
    "min-contains": "smallest number of matching items",
}
BOUND_VERBS = {
    "decreased": "of {it} went down from {old} to {new}.",
    "increased": "of {it} went up from {old} to {new}.",
    "set": "of {it} is now {new}; there was none.",
    "unset": "of {it} is gone; it was {old}.",
}
CONSTRAINTS = {
    "contains": "a schema that some item must match",
    "property-names": "a schema for the names of its properties",
    "if": "a condition (if)",
    "then": "a schema for when its condition holds (then)",
    "else": "a schema for when its condition does not hold (else)",
    "content-schema": "a schema for its decoded content",
    "unevaluated-items": "a rule for items that nothing else describes",
    "unevaluated-properties": "a rule for properties that nothing else describes",
    "unique-items": "the rule that its items differ from each other",
}
VERBS = {"added": "{It} now has", "removed": "{It} no longer has"}
UNIONS = {"one-of": "alternatives (oneOf)", "any-of": "alternatives (anyOf)", "all-of": "parts (allOf)"}
SENTENCES = {
    **{f"{key}-{verb}": f"The {noun} {told}" for key, noun in BOUNDS.items() for verb, told in BOUND_VERBS.items()},
    **{f"{key}-{verb}": f"{told} {noun}." for key, noun in CONSTRAINTS.items() for verb, told in VERBS.items()},
    **{f"{key}-added": f"{{It}} has {{new}} among its {noun} now." for key, noun in UNIONS.items()},
    **{f"{key}-removed": f"{{It}} no longer has {{old}} among its {noun}." for key, noun in UNIONS.items()},
    "all-of-added-annotation-only": "{It} has the part {new} (allOf) now, which describes but constrains nothing.",
    "all-of-removed-annotation-only": "{It} lost the part {old} (allOf), which constrained nothing.",
    "wrapped-in-one-of": "{It} is now one of several alternatives (oneOf); {new} is new beside it.",
    "one-of-restricted": "{It} is now one of several alternatives (oneOf) instead of one schema.",
    "any-of-restricted": "{It} is now one of several alternatives (anyOf) instead of one schema.",
    "one-of-lifted": "{It} is now one schema instead of several alternatives (oneOf).",
    "any-of-lifted": "{It} is now one schema instead of several alternatives (anyOf).",
    "became-enum": "{It} now takes only certain values: {new}.",
    "enum-removed": "{It} is no longer limited to certain values; they were {old}.",
    "enum-value-added": "{It} has the new value {new}.",
    "enum-value-removed": "{It} no longer has the value {old}.",
    "x-extensible-enum-value-added": "{It} has the new known value {new}.",
    "x-extensible-enum-value-removed": "{It} no longer knows the value {old}.",
    "const-added": "{It} is now always {new}.",
    "const-changed": "{It} is now always {new}; it was always {old}.",
    "const-removed": "{It} is no longer always {old}.",
    "default-value-added": "Without a value, {it} now counts as {new}.",
    "default-value-changed": "Without a value, {it} now counts as {new}; before, as {old}.",
    "default-value-removed": "Without a value, {it} no longer counts as {old}.",
    "pattern-added": "{It} must now match the pattern {new}.",
    "pattern-changed": "The pattern of {it} changed from {old} to {new}.",
    "pattern-generalized": "The pattern of {it} changed from {old} to {new}, which allows any text.",
    "pattern-removed": "{It} no longer has to match the pattern {old}.",
    "content-encoding-changed": "The encoding of {it} changed from {old} to {new}.",
    "content-media-type-changed": "The media type of what {it} holds changed from {old} to {new}.",
    "multiple-of-changed": "{It} was a multiple of {old} and is now a multiple of {new}.",
    "not-changed": "What {it} must not be (not) changed.",
    "if-changed": "The condition (if) of {it} changed.",
    "pattern-property-added": "{It} now has a schema for properties whose name matches {new}.",
    "pattern-property-removed": "{It} no longer has a schema for properties whose name matches {old}.",
    "dependent-required-added": "With the property {new}, {it} now needs further properties.",
    "dependent-required-changed": "Which properties {it} needs beside another changed from {old} to {new}.",
    "dependent-required-removed": "With the property {old}, {it} no longer needs further properties.",
    "dependent-schema-added": "With the property {new}, {it} must now match a further schema.",
    "dependent-schema-removed": "With the property {old}, {it} no longer has to match a further schema.",
    "prefix-items-added": "{It} describes its first {new} items one by one; before, {old}.",
    "prefix-items-removed": "{It} describes its first {new} items one by one; before, {old}.",
    "additional-properties-disallowed": "{It} no longer takes properties that it does not name.",
    "additional-properties-restricted": "{It} now has a schema for properties that it does not name.",
    "additional-properties-allowed": "{It} now takes properties that it does not name.",
    "additional-properties-unrestricted": "{It} no longer has a schema for properties that it does not name.",
    "discriminator-added": "{It} now has a discriminator, the property {new}.",
    "discriminator-removed": "{It} no longer has a discriminator; it was the property {old}.",
    "discriminator-property-name-changed": "The discriminator of {it} was the property {old} and is now {new}.",
    "discriminator-mapping-added": "The discriminator of {it} knows the new value {new}.",
    "discriminator-mapping-deleted": "The discriminator of {it} no longer knows the value {old}.",
    "discriminator-mapping-changed": "A value of the discriminator of {it} stood for {old} and now stands for {new}.",
    "became-nullable": "{It} may now be null.",
    "became-not-nullable": "{It} may no longer be null.",
    "became-required": "{It} is now required.",
    "became-required-with-default": "{It} is now required; it has a default.",
    "became-optional": "{It} is no longer required.",
    "list-of-types-narrowed": "{It} was {old} and is now {new}: fewer types.",
    "list-of-types-widened": "{It} was {old} and is now {new}: more types.",
    "type-changed": "The type of {it} changed from {old} to {new}.",
    "type-generalized": "The type of {it} became wider: from {old} to {new}.",
    "type-specialized": "The type of {it} became narrower: from {old} to {new}.",
    "type-compatible": "The type of {it} changed from {old} to {new}, which looks the same when it is sent.",
    "lifecycle:deprecated": "{It} is deprecated now.",
    "lifecycle:deprecated-with-sunset": "{It} is deprecated now and may be gone from {new}.",
    "lifecycle:reactivated": "{It} is no longer deprecated.",
    "lifecycle:sunset-parse": "The day from which {it} may be gone cannot be read: {new}.",
    "lifecycle:sunset-deleted": "{It} is deprecated, but the day from which it may be gone ({old}) was taken away.",
    "lifecycle:sunset-date-too-small": "{It} is deprecated now, with a day in the past: {new}.",
    "lifecycle:sunset-date-changed-too-small": "The day from which {it} may be gone moved into the past: {new}.",
    "lifecycle:stability-decreased": "The stability of {it} went down from {old} to {new}.",
    "lifecycle:stability-increased": "The stability of {it} went up from {old} to {new}.",
    "lifecycle:invalid-stability-level": "{It} has a stability that does not exist: {new}.",
}
HIDING = {
    "became-read-only": "{It} is now only read, never sent.",
    "became-not-read-only": "{It} is no longer only read.",
    "became-write-only": "{It} is now only sent, never returned.",
    "became-not-write-only": "{It} is no longer only sent; it may be returned.",
}


def sentence(kind: str, subject: str, finding: Finding) -> str:
    """Say what ``finding`` found, ``subject`` being what it was found in ("the request body")."""
    thing = f"“{finding.at}” in {subject}" if finding.at else subject
    if kind in ("property-added", "property-removed"):
        verb = "has a new" if kind == "property-added" else "no longer has the"
        return f"{capitalized(subject)} {verb} {_property(finding)} “{finding.at}”."
    return worded(HIDING.get(kind) or SENTENCES[kind], thing, finding.old, finding.new)


def worded(template: str, thing: str, old: Any = None, new: Any = None) -> str:
    """Fill a sentence."""
    values = {"old": value_words(old), "new": value_words(new)}
    return capitalized(template.replace("{It}", "{it}").format(it=thing, **values))


def value_words(value: Any) -> str:
    """A value of a document as people read it."""
    if value is None:
        return "none"
    if isinstance(value, Shape):
        return value.words
    told = f"“{value}”" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return told if len(told) <= LONGEST_VALUE else told[: LONGEST_VALUE - 1] + "…"


def capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _property(finding: Finding) -> str:
    need = "required" if REQUIRED in finding.marks else "optional"
    if READ_ONLY in finding.marks:
        return f"{need} read-only property"
    return f"{need} write-only property" if WRITE_ONLY in finding.marks else f"{need} property"
