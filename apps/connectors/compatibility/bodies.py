"""Compares what a request or a response carries: the request body, and the media types of both."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.connectors.compatibility.levels import Element, Side
from apps.connectors.compatibility.reader import Json, Object, as_object
from apps.connectors.compatibility.rules import Use
from apps.connectors.compatibility.schemas import Schemas
from apps.connectors.compatibility.telling import Telling

AS_TEXT = ("application/xml", "text/", "application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Media:
    """One media type that both sides know, by the name that each gives it."""

    old_name: str
    new_name: str
    old: Object
    new: Object


def compare_request_body(schemas: Schemas, old: Json, new: Json, telling: Telling) -> None:
    """Tell what changed between two request bodies; either may be absent."""
    before, now = schemas.old.object(old), schemas.new.object(new)
    place, required = "request body", now.get("required") is True
    if not before and not now:
        return
    if not before:
        told = f"There is a request body now; it is {'required' if required else 'optional'}."
        telling.say(f"request-body-added-{'required' if required else 'optional'}", told, place)
        return
    if not now:
        telling.say("request-body-removed", "The request body is gone.", place)
        return
    if required != (before.get("required") is True):
        told = "is now required" if required else "is no longer required"
        telling.say(f"request-body-became-{'required' if required else 'optional'}", f"The request body {told}.", place)
    compare_content(schemas, before, now, telling, Side.REQUEST, place)


def compare_content(schemas: Schemas, old: Object, new: Object, telling: Telling, side: Side, place: str) -> None:
    """Tell what changed between the media types of two bodies. ``place``: "request body", "response 200"."""
    before, now = as_object(old.get("content")), as_object(new.get("content"))
    prefix = "request-body" if side is Side.REQUEST else "response"
    kept = list(_kept(before, now))
    for media in kept:
        if media.old_name != media.new_name and side is Side.RESPONSE:
            _tell_name(media, telling, place)
        _compare_media(schemas, media, telling, side, place, is_only=len(now) == 1)
    for name in before.keys() - {media.old_name for media in kept}:
        telling.say(f"{prefix}-media-type-removed", f"The {place} no longer comes as “{name}”.", place)
    for name in now.keys() - {media.new_name for media in kept}:
        telling.say(f"{prefix}-media-type-added", f"The {place} may come as “{name}” now.", place)


def _compare_media(schemas: Schemas, media: Media, telling: Telling, side: Side, place: str, *, is_only: bool) -> None:
    subject = f"the {place}"
    if not is_only:
        subject, place = f"{subject} ({media.new_name})", f"{place} ({media.new_name})"
    if ("schema" in media.old) != ("schema" in media.new):
        verb = "added" if "schema" in media.new else "removed"
        told = f"{subject[:1].upper()}{subject[1:]} {'now has' if verb == 'added' else 'no longer has'} a schema."
        telling.say(f"{side}-body-media-type-schema-{verb}", told, place)
    elif "schema" in media.new:
        use = Use(side, Element.BODY, as_text=_is_text(media.new_name))
        telling.schema(schemas.findings(media.old["schema"], media.new["schema"]), use, subject, place)


def _tell_name(media: Media, telling: Telling, place: str) -> None:
    old, new = _plain(media.old_name), _plain(media.new_name)
    how = "changed" if old == new else "specialized" if _covers(old, new) else "generalized"
    told = f"The {place} came as “{media.old_name}” and comes as “{media.new_name}” now."
    telling.say(f"response-media-type-name-{how}", told, place)


def _kept(old: Object, new: Object) -> Iterator[Media]:
    """Match media types: by name, without their parameters, and where one covers the other ("+json" is JSON)."""
    before, now = dict(old), dict(new)
    for test in (
        lambda one, other: one == other,
        lambda one, other: _plain(one) == _plain(other),
        lambda one, other: _covers(_plain(one), _plain(other)) or _covers(_plain(other), _plain(one)),
    ):
        for name in list(before):
            found = next((other for other in now if test(name, other)), None)
            if found is not None:
                yield Media(name, found, as_object(before.pop(name)), as_object(now.pop(found)))


def _covers(wide: str, narrow: str) -> bool:
    family, _, kind = wide.partition("/")
    other, _, other_kind = narrow.partition("/")
    if wide == "*/*" or (kind == "*" and family == other):
        return True
    return family == other and "+" in other_kind and other_kind.rsplit("+", 1)[1] == kind


def _plain(name: str) -> str:
    return name.split(";", maxsplit=1)[0].strip().lower()


def _is_text(name: str) -> bool:
    plain = _plain(name)
    return plain.startswith(AS_TEXT) or plain.endswith("+xml")
