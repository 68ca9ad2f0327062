"""Who may see a view is said on the view. A view that says nothing is refused to everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.urls import ResolverMatch

type View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Public:
    """Anybody, signed in or not, for the stated reason."""

    reason: str


@dataclass(frozen=True)
class SignedIn:
    """Every person with an account, for the stated reason."""

    reason: str


@dataclass(frozen=True)
class Requires:
    """People whose role includes the verb."""

    verb: str


type Access = Public | SignedIn | Requires


def public[V: View](reason: str) -> Callable[[V], V]:
    """Mark a view as open to anybody."""
    return _mark(Public(reason))


def signed_in[V: View](reason: str) -> Callable[[V], V]:
    """Mark a view as open to every signed-in person."""
    return _mark(SignedIn(reason))


def requires[V: View](verb: str) -> Callable[[V], V]:
    """Mark a view as open to people whose role includes ``verb``."""
    return _mark(Requires(verb))


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return the mark of a view, or None where it carries none."""
    return getattr(view, "access", None)


def is_admin_site(match: ResolverMatch | None) -> bool:
    """Tell whether the address belongs to Django admin, whose views carry no marks of ours."""
    return match is not None and match.app_name == "admin"


def _mark[V: View](access: Access) -> Callable[[V], V]:
    def mark(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark
