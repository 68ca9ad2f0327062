"""Loading is authorising: everything comes from what the person's own customer has."""

from django.http import Http404

from apps.accounts.http import Request
from apps.marketplace.integrations import Integration, instances_of, told


def integration_or_404(request: Request, pk: int) -> Integration:
    """Return one of the customer's own integrations; what is somebody else's does not exist."""
    found = told(instances_of(request.user).filter(pk=pk))
    if not found:
        raise Http404
    return found[0]
