"""What a field of the configuration can be, and how its JSON schema says so."""

from enum import StrEnum
from typing import Any, Final

from apps.releases.definition.shapes import Json, mapping

type Schema = dict[str, Json]

LONG = 300
PLAIN: Final = "text/plain"
# Keywords that give a field another meaning than its type says: such a field is edited in the source.
UNUSUAL = frozenset(
    "$ref $dynamicRef oneOf anyOf allOf not if then else const patternProperties prefixItems contains "
    "dependentSchemas dependentRequired propertyNames unevaluatedProperties unevaluatedItems writeOnly".split()
)


class Kind(StrEnum):
    """How a field is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    URI = "uri"
    DATE = "date"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    NUMBER_CHOICE = "number_choice"
    OBJECT = "object"
    LIST_TEXT = "list_text"
    LIST_EMAIL = "list_email"
    LIST_URI = "list_uri"
    LIST_DATE = "list_date"
    LIST_INTEGER = "list_integer"
    LIST_NUMBER = "list_number"
    LIST_CHOICE = "list_choice"
    LIST_OBJECT = "list_object"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def is_list(self) -> bool:
        return self.value.startswith("list_")

    @property
    def entry(self) -> "Kind":
        """What one entry of a list is; of anything else, itself."""
        return Kind(self.value.removeprefix("list_"))


LABELS = {
    Kind.TEXT: "Text",
    Kind.LONG_TEXT: "Long text",
    Kind.EMAIL: "E-mail address",
    Kind.URI: "Web address",
    Kind.DATE: "Date",
    Kind.INTEGER: "Whole number",
    Kind.NUMBER: "Number",
    Kind.BOOLEAN: "Yes or no",
    Kind.CHOICE: "Choice",
    Kind.NUMBER_CHOICE: "Choice of numbers",
    Kind.OBJECT: "Group of fields",
    Kind.LIST_TEXT: "List of texts",
    Kind.LIST_EMAIL: "List of e-mail addresses",
    Kind.LIST_URI: "List of web addresses",
    Kind.LIST_DATE: "List of dates",
    Kind.LIST_INTEGER: "List of whole numbers",
    Kind.LIST_NUMBER: "List of numbers",
    Kind.LIST_CHOICE: "Several of a choice",
    Kind.LIST_OBJECT: "List of groups",
}
TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.URI})
NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER})
CHOICES = frozenset({Kind.CHOICE, Kind.NUMBER_CHOICE})
GROUPS = frozenset({Kind.OBJECT})
# What a member of a group can be: the wizard shows flat groups only.
SIMPLE = (
    Kind.TEXT,
    Kind.LONG_TEXT,
    Kind.EMAIL,
    Kind.URI,
    Kind.DATE,
    Kind.INTEGER,
    Kind.NUMBER,
    Kind.BOOLEAN,
    Kind.CHOICE,
    Kind.NUMBER_CHOICE,
)
_FORMATS = {"email": Kind.EMAIL, "uri": Kind.URI, "date": Kind.DATE}
# The keywords that make a kind what it is, on a field or on the entries of a list.
_BASICS: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.LONG_TEXT: {"type": "string", "contentMediaType": PLAIN},
    Kind.EMAIL: {"type": "string", "format": "email"},
    Kind.URI: {"type": "string", "format": "uri"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.CHOICE: {"type": "string"},
    Kind.NUMBER_CHOICE: {"type": "number"},
    Kind.OBJECT: {"type": "object"},
}
BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
# What goes with a kind when a field becomes another one.
OF_A_KIND = frozenset(
    "type format contentMediaType enum minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum "
    "multipleOf minItems maxItems uniqueItems items properties required additionalProperties".split()
)


def kind_of(field: Json) -> Kind | None:
    """Return what a field is, None where only the source can show it."""
    if not isinstance(field, dict) or UNUSUAL & field.keys() or _is_odd(field) or _is_odd(entry_of(field)):
        return None
    if field.get("type") == "array":
        return _list_kind(field)
    return _kind(field)


def basics(kind: Kind) -> Schema:
    """Return a schema that says no more than the kind."""
    entry = dict(_BASICS[kind.entry])
    if not kind.is_list:
        return entry
    return {"type": "array", "items": entry, **({"uniqueItems": True} if kind is Kind.LIST_CHOICE else {})}


def entry_of(field: Schema) -> Schema:
    """Return where bounds and options stand: in the entries of a list, else in the field itself."""
    return mapping(field.get("items")) if field.get("type") == "array" else field


def _is_odd(field: Schema) -> bool:
    """Whether a bound or a pattern is none that a form could show."""
    bounds = [field[name] for name in BOUNDS if name in field]
    is_number = all(
        isinstance(bound, int | float) and not isinstance(bound, bool) and abs(bound) < 2**53 for bound in bounds
    )
    return not is_number or not isinstance(field.get("pattern", ""), str)


def _list_kind(field: Schema) -> Kind | None:
    items = field.get("items")
    if not isinstance(items, dict) or UNUSUAL & items.keys() or items.get("type") == "array":
        return None
    entry = _kind(items)
    if entry is Kind.LONG_TEXT:
        entry = Kind.TEXT
    if entry is Kind.CHOICE and field.get("uniqueItems") is not True:
        return None
    return Kind(f"list_{entry}") if entry and f"list_{entry}" in list(Kind) else None


def _kind(field: Schema) -> Kind | None:
    named = field.get("type")
    if "enum" in field:
        return _choice(field["enum"], named)
    match named:
        case "string":
            return _text(field)
        case "object":
            return Kind.OBJECT if _is_flat(field) else None
        case "integer" | "number" | "boolean":
            return Kind(named)
    return None


def _text(field: Schema) -> Kind | None:
    if "format" in field:
        said = field["format"]
        return _FORMATS.get(said) if isinstance(said, str) else None
    longest = field.get("maxLength")
    is_long = isinstance(longest, int) and longest > LONG
    return Kind.LONG_TEXT if is_long or field.get("contentMediaType") == PLAIN else Kind.TEXT


def _choice(options: Any, named: Json) -> Kind | None:
    if not isinstance(options, list) or not options:
        return None
    if all(isinstance(option, str) for option in options) and named in (None, "string"):
        return Kind.CHOICE
    numbers = all(isinstance(option, int | float) and not isinstance(option, bool) for option in options)
    return Kind.NUMBER_CHOICE if numbers and named in (None, "integer", "number") else None


def _is_flat(field: Schema) -> bool:
    members = field.get("properties")
    if not isinstance(members, dict) or not members or field.get("additionalProperties") not in (None, False):
        return False
    return all(kind_of(member) in SIMPLE for member in members.values())
