"""``{% load audit %}``: the trail panel that stands on every object's page."""

from django.db.models import Model
from django.template import Library
from django.urls import reverse
from django.utils.safestring import SafeString

from apps.core.components.display import lazy_panel

register = Library()


@register.simple_tag
def trail_panel(target: Model, *, refresh_on: str = "") -> SafeString:
    """Show what happened to ``target``; again whenever the page announces ``refresh_on`` (``release-published``)."""
    url = reverse("audit:trail", args=[target._meta.label_lower, target.pk])
    trigger = "load" + "".join(f", {event} from:body" for event in refresh_on.split())
    return lazy_panel("trail", url, "Show the trail", trigger=trigger)
