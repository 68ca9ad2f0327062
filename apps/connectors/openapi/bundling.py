"""Several files become one document: what stands in another file becomes a component, and references stay references.

A file is known by its path below the source's root. Nothing is opened here: a file that is not there yet is *wanted*.
"""

import hashlib
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from apps.connectors.openapi.leading import mend_for, path_of
from apps.connectors.openapi.loading import check_kind
from apps.connectors.openapi.places import HOMES, SWAGGER_HOMES, kind_below, kind_of_members
from apps.connectors.openapi.problems import Json, Problem, Unreadable, escaped
from apps.connectors.openapi.reading import DEEPEST, MOST_NODES, read
from apps.connectors.openapi.references import MOST_HOPS, MOST_TOLD

MOST_FILES = 200
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")
# A quick look at the text: everything else that refers elsewhere is found by the walk, and refused after it.
LEAVES = re.compile(rb"""(?:\$ref|mapping)["']?\s*:\s*["']?(?!["'#\s])""")

LONGEST_NAME = 150
type Target = tuple[str, str]


@dataclass
class Bundle:
    """One document of several files. While files are ``wanted``, it is not complete."""

    document: Json = None
    entry: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    wanted: list[str] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """Of the file, or of the names and contents of all of them."""
        if len(self.files) == 1:
            return hashlib.sha256(next(iter(self.files.values()))).hexdigest()
        known = sorted(self.files.items())
        lines = (f"{path}\0{hashlib.sha256(content).hexdigest()}\n" for path, content in known)
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """What is told about it: which files, how large, and their digest."""
        sizes = {path: len(content) for path, content in self.files.items()}
        return {"entry": self.entry, "files": list(sizes), "size": sum(sizes.values()), "sha256": self.sha256}


def bundled(files: Mapping[str, bytes], entry: str, absent: Mapping[str, str] | None = None) -> Bundle:
    """Bundle ``entry`` with what it refers to. ``absent``: ``{path: why it cannot be had}``. Raises ``Unreadable``."""
    return _Bundler(files, entry, absent or {}).bundle()


class _Bundler:
    def __init__(self, files: Mapping[str, bytes], entry: str, absent: Mapping[str, str]) -> None:
        self.files, self.entry, self.absent = files, entry, absent
        self.parsed: dict[str, Json] = {}
        self.nodes: dict[Target, Json] = {}
        self.wanted: dict[str, None] = {}
        self.problems: list[Problem] = []
        # Where in the document a part of another file stands: {(file, pointer): "#/components/schemas/Order"}.
        self.placed: dict[Target, str] = {}
        self.names: dict[str, set[str]] = {}
        self.waiting: deque[tuple[str, str, Json, str]] = deque()
        self.standing_for: list[Target] = []
        self.copied = 0

    def bundle(self) -> Bundle:
        root = self._data(self.entry)
        if self.wanted:
            return Bundle(entry=self.entry, wanted=list(self.wanted))
        check_kind(root)
        document = self._whole(root) if LEAVES.search(self.files[self.entry]) else root
        if self.problems:
            raise Unreadable(*self.problems[:MOST_TOLD])
        return Bundle(document, self.entry, {path: self.files[path] for path in self.parsed}, list(self.wanted))

    def _whole(self, root: dict[str, Any]) -> Json:
        self.homes = SWAGGER_HOMES if "swagger" in root else HOMES
        self._place_components(root)
        document: Json = self._copy(self._without_components(root), "document", self.entry, 0)
        while self.waiting and len(self.problems) < MOST_TOLD:
            kind, name, node, base = self.waiting.popleft()
            content = self._copy(node, kind, base, 0)
            home = document
            for part in self.homes[kind].split("/"):
                home = home.setdefault(part, {})
            home[name] = content
        return document

    # ---- what the document has a name for keeps it ----

    def _place_components(self, root: dict[str, Any]) -> None:
        for kind, home in self.homes.items():
            node, base, at = root, self.entry, ""
            for part in home.split("/"):
                node, base, at = self._followed(node.get(part), base, f"{at}/{part}")
                if base != self.entry:
                    self.placed.setdefault((base, at), f"#/{home[: home.index(part) + len(part)]}")
            self.names[kind] = set(node)
            for name, member in node.items():
                self._place_member(kind, name, member, base)

    def _followed(self, node: Json, base: str, at: str) -> tuple[dict[str, Any], str, str]:
        """An object of names, in another file if it is a reference to one."""
        if _is_reference(node) and (target := self._final(base, node["$ref"])):
            node, (base, at) = self.nodes[target], target
        return (node if isinstance(node, dict) and not _is_reference(node) else {}), base, at

    def _place_member(self, kind: str, name: str, member: Json, base: str) -> None:
        target = self._final(base, member["$ref"]) if _is_reference(member) and self._leaves(base, member) else None
        if target and self._place(target) is None:
            self.placed[target] = f"#/{self.homes[kind]}/{escaped(name)}"
            member, base = self.nodes[target], target[0]
        self.waiting.append((kind, name, member, base))

    def _without_components(self, root: dict[str, Any]) -> dict[str, Any]:
        homes = {home.partition("/")[2] or home for home in self.homes.values()}
        if "swagger" in root:
            return {key: value for key, value in root.items() if key not in homes}
        given, _, _ = self._followed(root.get("components"), self.entry, "/components")
        rest = {key: value for key, value in given.items() if key not in homes}
        plain = {key: value for key, value in root.items() if key != "components"}
        return {**plain, **({"components": rest} if rest else {})}

    # ---- copying ----

    def _copy(self, node: Json, kind: str, base: str, depth: int) -> Json:
        if kind == "literal" or not isinstance(node, (dict, list)):
            return node
        self._spend(depth, base)
        if isinstance(node, list):
            return [self._copy(each, kind_of_members(kind), base, depth + 1) for each in node]
        if kind == "discriminator":
            return self._discriminator(node, base)
        if isinstance(node.get("$ref"), str):
            return self._reference(node, kind, base, depth)
        return self._members(node, kind, base, depth)

    def _members(self, node: dict[str, Any], kind: str, base: str, depth: int) -> dict[str, Any]:
        return {key: self._copy(each, kind_below(kind, key), base, depth + 1) for key, each in node.items()}

    def _reference(self, node: dict[str, Any], kind: str, base: str, depth: int) -> Json:
        beside = {key: value for key, value in node.items() if key != "$ref"}
        beside = self._members(beside, kind, base, depth)
        target = self._final(base, node["$ref"]) if self._leaves(base, node) else None
        if target is None:
            return {"$ref": node["$ref"], **beside}
        placed = self._place(target)
        if placed is None and kind in self.homes:
            placed = self._new_component(kind, target)
        if placed is not None:
            return {"$ref": placed, **beside}
        return self._instead(target, kind, base, depth, beside)

    def _instead(self, target: Target, kind: str, base: str, depth: int, beside: dict[str, Any]) -> Json:
        """The part itself: there are no components of its kind."""
        if target in self.standing_for:
            self._tell(base, target[0], "leads in a circle")
            return beside
        self.standing_for.append(target)
        content = self._copy(self.nodes[target], kind, target[0], depth + 1)
        self.standing_for.pop()
        return {**content, **beside} if isinstance(content, dict) else content

    def _discriminator(self, node: dict[str, Any], base: str) -> dict[str, Any]:
        mapping = node.get("mapping")
        if not isinstance(mapping, dict):
            return node
        return {**node, "mapping": {key: self._mapped(value, base) for key, value in mapping.items()}}

    def _mapped(self, value: Json, base: str) -> Json:
        """The name of a schema stays; what names a file is a reference like any other."""
        refers = isinstance(value, str) and ("/" in value or "#" in value or value.endswith((".yaml", ".yml", ".json")))
        return self._reference({"$ref": value}, "schema", base, 0)["$ref"] if refers else value

    def _new_component(self, kind: str, target: Target) -> str:
        stem = _as_name(PurePosixPath(target[0]).stem)
        name = _as_name(target[1].rpartition("/")[2].replace("~1", "/").replace("~0", "~")) or stem or kind
        taken = self.names[kind]
        numbered = (f"{name}_{number}" for number in count(2))
        free = next(each for each in chain((name, f"{stem}_{name}"), numbered) if each not in taken)
        taken.add(free)
        self.placed[target] = f"#/{self.homes[kind]}/{free}"
        self.waiting.append((kind, free, self.nodes[target], target[0]))
        return self.placed[target]

    # ---- where references lead ----

    def _leaves(self, base: str, node: dict[str, Any]) -> bool:
        """References of the entry inside itself stay as they are."""
        return base != self.entry or not node["$ref"].startswith("#")

    def _place(self, target: Target) -> str | None:
        path, pointer = target
        if path == self.entry:
            return f"#{pointer}"
        above, below = pointer, ""
        while True:
            if (path, above) in self.placed:
                return self.placed[path, above] + below
            if not above:
                return None
            above, _, last = above.rpartition("/")
            below = f"/{last}{below}"

    def _final(self, base: str, reference: str, hops: int = 0) -> Target | None:
        """Where ``reference`` leads in the end; none where that is wanted first, or was told as a problem."""
        path, why = (base, "") if reference.startswith("#") else path_of(base, reference)
        if hops > MOST_HOPS:
            why = "leads in a circle"
        elif not why and path not in self.files and path in self.absent:
            why = f"names “{path}”, which {self.absent[path]}"
        if why:
            self._tell(base, reference, why)
            return None
        data = self._data(path)
        if path in self.wanted:
            return None
        fragment = unquote(reference.partition("#")[2])
        if fragment and not fragment.startswith("/"):
            self._tell(base, reference, "names an anchor; only JSON pointers (#/…) are followed")
            return None
        target = self._sought(data, path, fragment, hops)
        if target is None:
            self._tell(base, reference, f"points to nothing in “{path}”")
            return None
        node = self.nodes[target]
        if _is_reference(node) and self._leaves(target[0], node):
            return self._final(target[0], node["$ref"], hops + 1)
        return target

    def _sought(self, node: Json, path: str, fragment: str, hops: int) -> Target | None:
        at = ""
        for part in fragment.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if _is_reference(node):
                target = self._final(path, node["$ref"], hops + 1)
                if target is None:
                    return None
                node, (path, at) = self.nodes[target], target
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            else:
                return None
            at = f"{at}/{escaped(key)}"
        self.nodes[path, at] = node
        return path, at

    def _data(self, path: str) -> Json:
        if path not in self.parsed and path not in self.files:
            self.wanted[path] = None
            if len(self.wanted) + len(self.files) > MOST_FILES:
                raise Unreadable(Problem(f"The document refers to more than {MOST_FILES} files.", file=self.entry))
            return None
        if path not in self.parsed:
            try:
                self.parsed[path] = read(self.files[path])
            except Unreadable as unreadable:
                raise Unreadable(*(replace(problem, file=path) for problem in unreadable.problems)) from None
        return self.parsed[path]

    # ---- limits and problems ----

    def _spend(self, depth: int, base: str) -> None:
        self.copied += 1
        if depth > DEEPEST:
            raise Unreadable(Problem(f"With its references this is nested deeper than {DEEPEST} levels.", file=base))
        if self.copied > MOST_NODES:
            raise Unreadable(Problem("The document grows too large with the files that it repeats.", file=base))

    def _tell(self, base: str, reference: str, why: str) -> None:
        place = self.files[base].find(reference.encode("utf-8", "surrogatepass"))
        line = self.files[base].count(b"\n", 0, place) + 1 if place >= 0 else None
        problem = Problem(f"The reference “{reference[:200]}” {why}.", file=base, line=line, mend=mend_for(why))
        if problem not in self.problems:
            self.problems.append(problem)


def _is_reference(node: Json) -> bool:
    """Nothing but a reference."""
    return isinstance(node, dict) and len(node) == 1 and isinstance(node.get("$ref"), str)


def _as_name(text: str) -> str:
    return NOT_IN_A_NAME.sub("_", text).strip("._")[:LONGEST_NAME]
