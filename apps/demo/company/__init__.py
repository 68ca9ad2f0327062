"""The demo company: 60 days in the life of an integration team, lived through the services."""

from apps.demo.company.loading import address_of_apis, load

__all__ = ["address_of_apis", "load"]
