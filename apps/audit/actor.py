"""Who acts: a person, or a part of Slipway that acts by itself."""

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser


class ActorKind(StrEnum):
    """What kind of actor an event names."""

    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """The name is kept as text, so that the trail outlives the account."""

    kind: ActorKind
    name: str
    user_id: int | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the actor for a part of Slipway: ``scheduler``, ``worker``, ``demo loader``."""
        return cls(ActorKind.SYSTEM, name)

    def __str__(self) -> str:
        return self.name


type By = AbstractBaseUser | Actor


def actor_of(by: By) -> Actor:
    """Return the actor that a service's ``by=`` stands for."""
    if isinstance(by, Actor):
        return by
    return Actor(ActorKind.PERSON, str(by), by.pk)
