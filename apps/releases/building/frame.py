"""What every page of the builder shares: which release it is about, what it says, and whether it may be edited."""

from functools import cached_property

from apps.accounts.models import User
from apps.accounts.permissions import Verb, may
from apps.releases import pages, selectors
from apps.releases.actions import Action, actions_for
from apps.releases.models import Checkpoint, Release
from apps.releases.reading import Reading


class Frame:
    """A release in the builder, read once for everything on the page."""

    def __init__(self, release: Release, person: User) -> None:
        self.release = release
        self._person = person
        self.integration_template = release.integration_template
        self.may_edit = release.is_draft and may(person, Verb.DRAFT_EDIT) and not release.binned_at
        self.may_manage = may(person, Verb.RELEASE_MANAGE)
        self.locked_because = _locked_because(release, person)
        self.pk_text = str(release.pk)

    @cached_property
    def reading(self) -> Reading:
        return selectors.reading_of(self.release)

    @cached_property
    def ways_on(self) -> list[Action]:
        """What leads on from a version, which nobody can edit: restoring it into the draft, and copying it."""
        if self.release.is_draft:
            return []
        return [each for each in actions_for(self.release, self._person) if each.key in ("restore", "copy")]

    @cached_property
    def slots(self) -> list[pages.ShownSlot]:
        definition = self.reading.definition
        return pages.slots_of(definition) if definition else []

    @cached_property
    def undo(self) -> Checkpoint | None:
        """What undo would take back."""
        here = selectors.checkpoint_of(self.release) if self.may_edit else None
        return here if here and here.parent else None

    @cached_property
    def redo(self) -> Checkpoint | None:
        """What redo would do again."""
        return selectors.next_checkpoint(self.release) if self.may_edit else None


def _locked_because(release: Release, person: User) -> str:
    if not release.is_draft:
        return f"{release.label} is frozen for good: restore it into the draft, or copy it, to go on from it."
    if release.binned_at:
        return "This draft is in the bin: take it out of there to edit it."
    return "" if may(person, Verb.DRAFT_EDIT) else f"Your role does not let you {Verb.DRAFT_EDIT.phrase}."
