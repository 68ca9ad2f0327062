"""What a form was sent with."""

from django.http import QueryDict

from apps.core.htmx import HtmxRequest


def posted(request: HtmxRequest) -> QueryDict | None:
    """Return what was posted, even if nothing was filled in; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None
