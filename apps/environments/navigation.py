"""Ways into environments."""

from apps.accounts.permissions import Verb
from apps.core.navigation import Item, register

register(
    Item(
        label="Environments",
        url_name="environments:environment_list",
        icon="world",
        verb=Verb.CONSOLE_SEE,
        order=50,
        within=("environments:",),
    )
)
