"""The request that views of signed-in people get."""

from apps.accounts.models import User
from apps.core.htmx import HtmxRequest


class Request(HtmxRequest):
    """A request whose user is known: the access middleware let nobody else through."""

    user: User
