"""References inside a document. One that leaves it is refused before any validator sees it."""

from typing import Any
from urllib.parse import unquote

from apps.connectors.openapi.problems import Json, Problem, Unreadable, pointer
from apps.connectors.openapi.reading import walk

MOST_HOPS = 20
MOST_TOLD = 20
# Below these keys stand values, not parts of the document: a "$ref" there is data of somebody's example.
LITERALS = frozenset(("example", "default", "enum", "const"))
# Except where the key is a name that the author chose.
NAMES_BELOW = frozenset(
    "properties patternProperties schemas definitions $defs responses parameters headers examples links callbacks"
    " requestBodies securitySchemes variables mapping content encoding pathItems".split()
)


def check(document: Json) -> list[Problem]:
    """Return a remark for every reference to nowhere. Raises ``Unreadable`` if one leaves the document."""
    leaving: list[Problem] = []
    dangling: list[Problem] = []
    for path, value in walk(document):
        if not (path and path[-1] in ("$ref", "$dynamicRef") and isinstance(value, str)) or _is_literal(path):
            continue
        if not value.startswith("#"):
            leaving.append(_leaves(value, pointer(path)))
        elif value.startswith("#/") and not exists(document, value):
            dangling.append(Problem(f"The reference “{value[:200]}” points to nothing.", pointer(path)))
    if leaving:
        raise Unreadable(*leaving[:MOST_TOLD])
    return dangling


def resolve(document: Json, node: Json) -> dict[str, Any] | None:
    """Follow the references of ``node`` to an object; none where they lead nowhere or in a circle."""
    for _hop in range(MOST_HOPS):
        if not isinstance(node, dict):
            return None
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        node = _target(document, reference)
    return None


def exists(document: Json, reference: str) -> bool:
    """True if the reference ``#/…`` names a part of the document."""
    return _target(document, reference) is not None


def _target(document: Json, reference: str) -> Json | None:
    node = document
    for part in reference.removeprefix("#").split("/")[1:]:
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node


def _is_literal(path: tuple[str | int, ...]) -> bool:
    for index, part in enumerate(path[:-1]):
        before = path[index - 1] if index else ""
        chosen = before in NAMES_BELOW
        if not chosen and (part in LITERALS or str(part).startswith("x-")):
            return True
        if part == "value" and index > 1 and path[index - 2] == "examples":
            return True
        if isinstance(part, int) and before == "examples":
            return True
    return False


def _leaves(reference: str, path: str) -> Problem:
    return Problem(
        f"The reference “{reference[:200]}” leaves the document; nothing outside it is read.",
        path,
        mend="Bundle the document into one file first, or give its files as an archive, a URL or a git repository.",
    )
