"""``{% load releases %}``: what every page about a template shows, whichever app it belongs to."""

from collections.abc import Sequence

from django.template import Library
from django.urls import reverse
from django.utils.safestring import SafeString

from apps.core import text
from apps.core.components.overlays import dialog_button, drawer_button, link_button, menu, menu_item
from apps.releases.actions import Action
from apps.releases.models import IntegrationTemplate

register = Library()
register.filter("markdown", text.markdown)


@register.simple_tag
def history_button(integration_template: IntegrationTemplate) -> SafeString:
    """Open the version history of a template; it stands in the header of each of its pages."""
    url = reverse("releases:template_history", args=[integration_template.slug])
    return drawer_button("Version history", url, icon="history")


@register.simple_tag
def action_button(action: Action, of: str, *, variant: str = "") -> SafeString:
    """A small button for something that can be done with the release ``of``; disabled, it says why."""
    button = dialog_button if action.opens == "dialog" else link_button
    name = f"{action.label} {of}"
    return button(
        action.label,
        action.url,
        icon=action.icon,
        because=action.because,
        small=True,
        variant=variant,
        aria_label=name,
    )


@register.simple_tag
def action_menu(actions: Sequence[Action], label: str) -> SafeString:
    """A button without words that opens a menu of actions."""
    items = SafeString("".join(_item(action) for action in actions))
    return menu(items, label, hide_label=True, small=True, variant="quiet")


def _item(action: Action) -> SafeString:
    return menu_item(
        action.label,
        action.url,
        icon=action.icon,
        danger=action.danger,
        because=action.because,
        opens="" if action.because else action.opens,
    )
