"""Compares who may call: security requirements of an operation or the document, and the schemes that they name."""

from collections.abc import Iterator

from apps.connectors.compatibility.reader import Json, Object, Reader, as_list, as_object, names
from apps.connectors.compatibility.telling import Telling

URLS = {"authorizationUrl": "oauth-url", "tokenUrl": "oauth-token-url"}


def compare_requirements(old: Json, new: Json, telling: Telling, prefix: str) -> None:
    """Tell what changed between two lists of requirements. ``prefix``: "api-security" or "api-global-security"."""
    before, now = _requirements(old), _requirements(new)
    for key in before:
        if key not in now:
            telling.say(f"{prefix}-removed", f"A way to sign in is gone: {_words(key)}.", "security")
    for key in now:
        if key not in before:
            telling.say(f"{prefix}-added", f"There is a new way to sign in: {_words(key)}.", "security")
    for key in before.keys() & now.keys():
        _compare_scopes(before[key], now[key], telling, prefix)


def compare_schemes(old: Reader, new: Reader, telling: Telling) -> None:
    """Tell what changed between the security schemes of two documents."""
    before, now = _schemes(old), _schemes(new)
    for name in before:
        if name not in now:
            telling.say("api-security-component-removed", f"The security scheme “{name}” is gone.", "security")
    for name, node in now.items():
        if name not in before:
            telling.say("api-security-component-added", f"There is a new security scheme, “{name}”.", "security")
        else:
            _compare_scheme(name, old.object(before[name]), new.object(node), telling)


def _compare_scheme(name: str, old: Object, new: Object, telling: Telling) -> None:
    was, is_now = (tuple(str(node.get(key, "")) for key in ("type", "scheme", "in", "name")) for node in (old, new))
    if was != is_now:
        told = f"The security scheme “{name}” was {_told(was)} and is {_told(is_now)} now."
        telling.say("api-security-component-type-changed", told, "security")
    before, now = as_object(old.get("flows")), as_object(new.get("flows"))
    for flow in before:
        if flow in now:
            _compare_flow(f"“{name}” ({flow})", as_object(before[flow]), as_object(now[flow]), telling)


def _compare_flow(name: str, old: Object, new: Object, telling: Telling) -> None:
    for key, word in URLS.items():
        if old.get(key) != new.get(key):
            told = f"The {key} of {name} changed from “{old.get(key, '')}” to “{new.get(key, '')}”."
            telling.say(f"api-security-component-{word}-changed", told, "security")
    before, now = as_object(old.get("scopes")), as_object(new.get("scopes"))
    for verb, scope in _scope_changes(before, now):
        told = {"added": "has the new scope", "removed": "lost the scope", "changed": "describes anew the scope"}[verb]
        telling.say(f"api-security-component-oauth-scope-{verb}", f"The scheme {name} {told} “{scope}”.", "security")


def _scope_changes(old: Object, new: Object) -> Iterator[tuple[str, str]]:
    yield from (("removed", scope) for scope in old if scope not in new)
    yield from (("added", scope) for scope in new if scope not in old)
    yield from (("changed", scope) for scope in new if scope in old and old[scope] != new[scope])


def _compare_scopes(old: Object, new: Object, telling: Telling, prefix: str) -> None:
    for scheme in new:
        before, now = names(old[scheme]), names(new[scheme])
        for scope in before:
            if scope not in now:
                told = f"The scope “{scope}” of “{scheme}” is no longer needed."
                telling.say(f"{prefix}-scope-removed", told, "security")
        for scope in now:
            if scope not in before:
                told = f"The scope “{scope}” of “{scheme}” is needed now."
                telling.say(f"{prefix}-scope-added", told, "security")


def _requirements(value: Json) -> dict[tuple[str, ...], Object]:
    return {tuple(sorted(as_object(each))): as_object(each) for each in as_list(value)}


def _schemes(reader: Reader) -> Object:
    return as_object(as_object(reader.document.get("components")).get("securitySchemes"))


def _words(key: tuple[str, ...]) -> str:
    return " with ".join(f"“{name}”" for name in key) or "without signing in"


def _told(parts: tuple[str, ...]) -> str:
    return " ".join(part for part in parts if part) or "undefined"
