"""The two doors to the wizard: the console's, and the marketplace's above. The steps are the same; pages and addresses
differ, and customers choose no version."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.deployments.models import WizardDraft


@dataclass(frozen=True)
class Door:
    """``urls`` is the namespace of its addresses, ``pages`` the folder of its templates; the last two name steps."""

    urls: str
    pages: str
    chooses_version: bool
    configuration: str
    review: str

    def url(self, name: str, *args: Any) -> str:
        """Return the address of a page behind this door."""
        return reverse(f"{self.urls}:{name}", args=args)

    def new_connection_url(self, wizard: WizardDraft, slot: str) -> str:
        """Return where a connection for a slot is made."""
        return self.url("wizard_connection_new" if self.chooses_version else "connection_create", wizard.pk, slot)


TEAM = Door("deployments", "deployments", chooses_version=True, configuration="Configuration", review="Review")
CUSTOMER = Door("marketplace", "marketplace", chooses_version=False, configuration="Questions", review="Check")


def door_of(wizard: WizardDraft) -> Door:
    """Return the door through which the wizard's person came."""
    return CUSTOMER if wizard.person.customer_id else TEAM
