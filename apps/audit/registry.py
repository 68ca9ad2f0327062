"""The verbs of the trail. Each app registers its own, in the past tense, each with its sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AuditVerb:
    """One thing that can have happened. ``sentence`` follows the actor's name: "made {target} live"."""

    name: str
    sentence: str
    icon: str

    def tell(self, target: str, facts: Mapping[str, Any]) -> str:
        """Return the sentence with its words filled in; a fact that an old event lacks shows as an ellipsis."""
        return self.sentence.format_map(_Words(facts, target=target))


class _Words(dict[str, Any]):
    def __missing__(self, word: str) -> str:
        return "…"


class UnknownVerb(LookupError):
    """Code tried to record something that nobody registered."""


_verbs: dict[str, AuditVerb] = {}


def register(name: str, sentence: str, *, icon: str = "point") -> None:
    """Register a verb. The name is ``noun.past_tense``."""
    _verbs[name] = AuditVerb(name, sentence, icon)


def verb_named(name: str) -> AuditVerb:
    """Return the registered verb. Raises ``UnknownVerb``."""
    try:
        return _verbs[name]
    except KeyError:
        raise UnknownVerb(f"No audit verb {name!r} is registered: add it to the app's audit_verbs.py.") from None
