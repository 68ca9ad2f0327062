"""``{% load ui %}``: every component of the console. The gallery shows them; ``templates/components`` draws them."""

from django.template import Library

from apps.core.components import display, forms, frame, overlays, tables

register = Library()
for _part in (display, forms, frame, overlays, tables):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
