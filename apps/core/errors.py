"""What a rule of Slipway says when it says no. The text is a sentence for the person on the page."""

from collections.abc import Sequence
from http import HTTPStatus


class Refused(Exception):
    """A rule refuses the act: what, why and how to mend it. ``problems`` lists every single reason."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, *, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)


class Conflict(Refused):
    """Somebody else changed the object meanwhile; nothing was written."""

    status = HTTPStatus.CONFLICT


class Forbidden(Refused):
    """The person's role does not include the act."""

    status = HTTPStatus.FORBIDDEN
