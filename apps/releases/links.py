"""Links to pages of apps above, for as long as such an app is there."""

from django.urls import NoReverseMatch, reverse


def link_to(url_name: str, *args: object) -> str:
    """Return the address of a page of another app, "" where no app has it."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
