"""From what differs to a named rule and its level. The names are those of oasdiff's rules."""

from dataclasses import dataclass

from apps.connectors.compatibility.changes import Level
from apps.connectors.compatibility.findings import READ_ONLY, REQUIRED, WITH_DEFAULT, WRITE_ONLY, Finding
from apps.connectors.compatibility.levels import (
    BREAKING,
    COMPATIBLE,
    EXACT,
    HIDING,
    LIFECYCLE,
    LIFECYCLE_BREAKS,
    OF_READ_ONLY,
    OF_WRITE_ONLY,
    RENAMED,
    REQUIREMENTS,
    Element,
    Side,
    level_of,
)
from apps.connectors.compatibility.shapes import Shape, accepts, takes_in_array


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


def _is_hidden(finding: Finding, use: Use) -> bool:
    """True for what a body never holds: of a request, what is only read; of a response, what is only sent."""
    in_body = use.element is Element.BODY and bool(finding.at)
    return in_body and (READ_ONLY if use.side is Side.REQUEST else WRITE_ONLY) in finding.marks


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
    if widened and narrowed:
        return ["type-compatible"]
    if (old.listed or new.listed) and not (use.repeats and takes_in_array(new, old)):
        kinds = _list_kinds(old, new)
        if widened or narrowed or len(kinds) < 2 or _share(old, new):
            return kinds
    if widened or narrowed:
        return _plain(widened, use, finding)
    return ["type-changed"]


def _list_kinds(old: Shape, new: Shape) -> list[str]:
    if old.types is None or new.types is None:
        return ["list-of-types-widened" if new.types is None else "list-of-types-narrowed"]
    lost = any(not accepts(new, Shape(frozenset((each,)))) for each in old.types)
    won = any(not accepts(old, Shape(frozenset((each,)))) for each in new.types)
    return ["list-of-types-narrowed"] * lost + ["list-of-types-widened"] * won


def _share(old: Shape, new: Shape) -> bool:
    """True if some type is on both sides."""
    return any(accepts(new, Shape(frozenset((each,)))) for each in old.types or ())


def _plain(widened: bool, use: Use, finding: Finding) -> list[str]:
    if widened:
        return ["type-generalized"]
    of_property = use.element is Element.PARAMETER and "/" in finding.at
    return ["type-specialized" if use.side is Side.RESPONSE or of_property else "type-changed"]


def _text_in(old: Shape, new: Shape) -> bool:
    """In XML a text and an object are both an element."""
    return any(each.types is not None and ("string", "") in each.types for each in (old, new))
