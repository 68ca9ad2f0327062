"""``{% load marketplace %}``: the team's findings in words for customers."""

from dataclasses import dataclass

from django.template import Library
from django.utils.safestring import SafeString

from apps.core.text import markdown
from apps.deployments.models import WizardDraft
from apps.deployments.wizard_pages import Review
from apps.marketplace.pages import notes_between
from apps.marketplace.plainly import missing_sentences
from apps.releases.models import Release

register = Library()


@dataclass(frozen=True)
class SetupWords:
    """What a wizard is called, and its last button."""

    heading: str
    button: str
    is_install: bool = False


@register.simple_tag
def setup_words(wizard: WizardDraft) -> SetupWords:
    """Say what a customer is doing in a wizard: installing, updating, or changing settings."""
    name, seen, instance = wizard.integration_template, wizard.seen_deployment, wizard.instance
    if seen is None or instance is None or instance.removed_at:
        return SetupWords(f"Install {name}", "Install", is_install=True)
    if seen.release_id != wizard.release_id:
        return SetupWords(f"Update {name}", "Update now")
    return SetupWords(f"Settings of {name}", "Use these settings")


@register.simple_tag
def whats_new_for(wizard: WizardDraft) -> list[tuple[Release, SafeString]]:
    """Return the notes of every version that an update brings, newest first."""
    running, release = wizard.seen_deployment, wizard.release
    notes = notes_between(running.release, release) if running and release else []
    return [(one, markdown(one.notes)) for one in notes]


@register.simple_tag
def missing_words(review: Review) -> list[str]:
    """Say what is missing without the machinery's own words."""
    return missing_sentences((one.problem for one in review.missing), review.plan.definition)
