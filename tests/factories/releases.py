"""Dull templates and releases."""

from itertools import count

from apps.accounts.models import User
from apps.audit.actor import Actor
from apps.releases import services
from apps.releases.models import IntegrationTemplate, NamingScheme, Release

SETUP = Actor.system("test set-up")
_numbers = count(1)

TEXT = """\
# Says hello.
document:
  dsl: '1.0.3'
  title: Greeting
do:
  - greet:
      set:
        words: {words}
"""


def text(words: str = "hello") -> str:
    """A small definition; other words are other content."""
    return TEXT.format(words=words)


def a_template(
    name: str = "Orders to CRM",
    *,
    by: User | Actor = SETUP,
    content: str | None = None,
    naming_scheme: str = NamingScheme.NONE,
) -> IntegrationTemplate:
    """A template with its latest draft."""
    return services.create_template(
        by=by, name=name, text=text() if content is None else content, naming_scheme=naming_scheme
    )


def the_draft(integration_template: IntegrationTemplate) -> Release:
    """The latest draft as it is now."""
    return Release.objects.select_related("integration_template").get(
        integration_template=integration_template, is_latest=True
    )


def a_version(
    integration_template: IntegrationTemplate, name: str = "", *, words: str = "", by: User | Actor = SETUP
) -> Release:
    """The next version, with content of its own."""
    number = next(_numbers)
    draft = the_draft(integration_template)
    saved = services.save_draft(by=by, draft=draft, text=text(words or f"version {number}"), revision=draft.revision)
    return services.create_version(by=by, draft=saved, name=name or f"release-{number}")


def a_live_version(integration_template: IntegrationTemplate, name: str = "", *, words: str = "") -> Release:
    """The next version, made live."""
    version = a_version(integration_template, name, words=words)
    return services.make_live(by=SETUP, release=version, reason="test set-up")
