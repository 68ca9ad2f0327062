"""Signing in and out is recorded in a chain of its own."""

from apps.accounts.models import User
from apps.audit.operations import operation

SIGN_INS = "sign-ins"


def record_sign_in(*, person: User) -> None:
    """Record that a person signed in."""
    with operation("person.signed_in", by=person) as op:
        op.about(person, chain=SIGN_INS)


def record_sign_out(*, person: User) -> None:
    """Record that a person signed out."""
    with operation("person.signed_out", by=person) as op:
        op.about(person, chain=SIGN_INS)
