"""Addresses of builds and of their comparisons, short enough to be sent to a colleague."""

from urllib.parse import urlencode

from django.urls import reverse

from apps.connectors.models import Build

NAME_LENGTH = 12


def name_of(build: Build) -> str:
    """Return how an address names a build within its connector: ``v2.3f2a9c1b0d4e``."""
    return f"{build.version.short_name}.{build.digest[:NAME_LENGTH]}"


def build_url(build: Build) -> str:
    """Return the page of a build."""
    version = build.version
    return reverse("connectors:build_detail", args=[version.connector.slug, version.number, build.digest[:NAME_LENGTH]])


def compare_url(old: Build, new: Build) -> str:
    """Return the page that compares two builds of one connector."""
    sides = urlencode({"old": name_of(old), "new": name_of(new)})
    return f"{reverse('connectors:build_compare', args=[new.version.connector.slug])}?{sides}"


def serve_url(build: Build, kind: str) -> str:
    """Return the question whether a build shall serve the environments of a kind."""
    version = build.version
    url = reverse("connectors:version_sync", args=[version.connector.slug, version.number, kind])
    return f"{url}?{urlencode({'build': build.digest})}"
