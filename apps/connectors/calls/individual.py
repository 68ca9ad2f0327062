"""Fields that each connection fills in: a part of the server's address, a header, a query parameter. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from apps.connectors.enums import UsedAs
from apps.core.errors import Refused
from apps.infra.egress import EgressError, origin_of

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
VARIABLE = re.compile(r"\{([^{}]*)\}")
# Labels of a host, which are one segment of a path, too: they can change neither scheme, port nor user info.
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
SERVER_VALUE = re.compile(rf"(?=.{{1,200}}\Z){LABEL}(\.{LABEL})*")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
PLAIN = re.compile(r"[\x20-\x7e]*")
LONGEST_VALUE = 500
# Names that the sign-in uses itself.
TAKEN = frozenset(("username", "client_id", "secret", "name"))
OURS = frozenset(
    "accept accept-encoding authorization connection content-length content-type cookie expect host proxy-authorization"
    " te trailer transfer-encoding upgrade".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field asked of each connection. ``target``: the header or query parameter that carries the value."""

    name: str
    label: str
    help: str = ""
    required: bool = True
    used_as: str = UsedAs.SERVER
    target: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The field as a version keeps it."""
        return {**asdict(self), "used_as": str(self.used_as)}


def fields_of(data: Iterable[Mapping[str, Any]]) -> list[Field]:
    """Read the fields that a version or a build keeps."""
    return [Field(**each) for each in data]


def merged(*kept: Iterable[Mapping[str, Any]]) -> list[Field]:
    """Return the fields of several versions as one list; of two with the same name the first counts."""
    found: dict[str, Field] = {}
    for fields in kept:
        for field in fields_of(fields):
            found.setdefault(field.name, field)
    return list(found.values())


def variables_in(url: str) -> list[str]:
    """Return the names in braces of a server's address."""
    return VARIABLE.findall(url)


def definition_problem(field: Field) -> tuple[str, str]:
    """Return which part of a field's definition is wrong and why; two empty texts if none is."""
    if not NAME.fullmatch(field.name):
        return "name", "A name is made of small letters, digits and underscores, and begins with a letter."
    if field.name in TAKEN:
        return "name", f"“{field.name}” is a name of Slipway's own. Choose another."
    if not field.label.strip():
        return "label", "Say what people read beside the field."
    return _target_problem(field)


def value_problem(field: Field, value: str) -> str:
    """Return why ``value`` cannot be the field's; empty if it can."""
    if not value:
        return f"{field.label} is missing." if field.required else ""
    if len(value) > LONGEST_VALUE:
        return f"{field.label} has at most {LONGEST_VALUE} characters."
    if field.used_as == UsedAs.SERVER and not SERVER_VALUE.fullmatch(value):
        told = "letters, digits, dashes and dots only, such as “acme”"
        return f"{field.label} becomes a part of the server's address: {told}."
    if field.used_as in (UsedAs.HEADER, UsedAs.QUERY) and not PLAIN.fullmatch(value):
        return f"{field.label} has a character that cannot be sent: plain letters, digits and signs only."
    return "" if value.isprintable() else f"{field.label} holds a line break or another invisible character."


def address_problem(url: str, known: Iterable[str]) -> str:
    """Return why ``url`` cannot be a server's address with variables of ``known`` names; empty if it can."""
    unknown = [name for name in variables_in(url) if name not in set(known)]
    if unknown:
        told = f"“{{{unknown[0]}}}” is a variable that no field fills in."
        return f"{told} Add it under “Individual” as a part of the server's address first."
    try:
        origin_of(_sample(url))
    except EgressError:
        return f"“{url}” is not an address of an API: write https://host/path, without a password."
    return ""


def filled(url: str, fields: Iterable[Field], values: Mapping[str, str]) -> str:
    """Return ``url`` with its variables filled in. Raises ``Refused`` for a value that is missing or unfit."""
    if "{" not in url:
        return url
    known = {field.name: field for field in fields if field.used_as == UsedAs.SERVER}

    def value_of(match: re.Match[str]) -> str:
        field = known.get(match[1])
        value = values.get(match[1], "")
        if field is None or not value:
            label = field.label if field else match[1]
            raise Refused(f"The connection has no “{label}”, which is a part of the server's address. Enter it there.")
        if problem := value_problem(field, value):
            raise Refused(problem)
        return value

    found = VARIABLE.sub(value_of, url)
    if _fixed_parts(found) != _fixed_parts(_sample(url)):
        raise Refused("The fields of the connection must not change scheme or port of the server's address.")
    return found


def sent_with(fields: Iterable[Field], values: Mapping[str, str], used_as: UsedAs) -> dict[str, str]:
    """Return ``{header: value}`` or ``{query parameter: value}`` that go with every call.

    Raises ``Refused`` for a required value that is missing.
    """
    found = {}
    for field in fields:
        if field.used_as != used_as:
            continue
        if problem := value_problem(field, values.get(field.name, "")):
            raise Refused(f"The connection cannot be used like this: {problem}")
        if value := values.get(field.name):
            found[field.target] = value
    return found


def _target_problem(field: Field) -> tuple[str, str]:
    if field.used_as == UsedAs.HEADER:
        if not HEADER_NAME.fullmatch(field.target):
            return "target", "Name the header: letters, digits and dashes, such as X-Account."
        if field.target.lower() in OURS:
            return "target", f"The header “{field.target}” is set by Slipway itself."
    if field.used_as == UsedAs.QUERY and not (0 < len(field.target) <= 100 and field.target.isprintable()):
        return "target", "Name the query parameter, such as account."
    return "", ""


def _sample(url: str) -> str:
    return VARIABLE.sub("x", url)


def _fixed_parts(url: str) -> tuple[str, str]:
    """Scheme and port: what no value may change."""
    try:
        scheme, _, place = origin_of(url).partition("://")
    except EgressError:
        return "", ""
    return scheme, place.rpartition("]")[2].partition(":")[2]
