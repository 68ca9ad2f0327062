"""What uses an environment? Apps above know; they register what to ask."""

from collections.abc import Callable

from apps.environments.models import Environment

type Ask = Callable[[Environment], list[str]]

_asks: list[Ask] = []


def register_user_of_environments(ask: Ask) -> None:
    """Register a function that names, in sentences, what uses an environment. Call it in the app's ``ready``."""
    if ask not in _asks:
        _asks.append(ask)


def users_of(environment: Environment) -> list[str]:
    """Return a sentence for everything that uses an environment: its kind stays while there is one."""
    return [sentence for ask in _asks for sentence in ask(environment)]
