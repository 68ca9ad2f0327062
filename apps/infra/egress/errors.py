"""Why a call to the outside gave no answer. Every text is a sentence for the person who waits for it."""

from http import HTTPStatus

NOT_ALLOWED = (
    "This destination is not allowed: its address is unknown or private, or its port is not open to Slipway. "
    "An administrator can add an exception for the environment."
)


class EgressError(Exception):
    """The call gave no usable answer. ``maybe_sent``: the other side may have received the request and acted on it."""

    def __init__(self, sentence: str, *, maybe_sent: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.maybe_sent = maybe_sent


class DestinationRefused(EgressError):
    """Blocked, unknown and closed are one answer, so that nobody can map a network by asking. Nothing was sent."""

    def __init__(self, *, maybe_sent: bool = False) -> None:
        super().__init__(NOT_ALLOWED, maybe_sent=maybe_sent)


class RequestRefused(EgressError):
    """The request itself is unsafe or impossible (header, method, credential). Nothing was sent."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, maybe_sent=False)


class DeadlinePassed(EgressError):
    """The whole exchange took longer than the policy grants."""


class TooLarge(EgressError):
    """The answer is larger than the policy grants, as sent or once unpacked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, maybe_sent=True)


class SendFailed(EgressError):
    """The connection could not be made, broke, or carried something that is not HTTP."""


class AnswerRefused(EgressError):
    """The other side answered, but not with what was asked for. ``status`` is its status."""

    def __init__(self, status: int, location: str = "") -> None:
        words = f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)
        where = " and points elsewhere" if location else ""
        super().__init__(f"The server answered {words}{where}.", maybe_sent=True)
        self.status = status


class GitRefused(EgressError):
    """A repository could not be read. ``mend`` says what to try; nothing is left on disk."""

    def __init__(self, sentence: str, mend: str = "") -> None:
        super().__init__(sentence, maybe_sent=True)
        self.mend = mend
