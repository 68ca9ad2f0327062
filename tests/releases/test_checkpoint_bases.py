"""The version from which a draft goes on comes back with its text: undo, redo and checkpoints keep both together."""

import pytest

from apps.releases import services
from apps.releases.models import Checkpoint, Release
from apps.releases.services.checkpoints import redo_edit, restore_checkpoint, undo_edit
from apps.releases.services.copies import restore_version
from tests.factories.releases import a_version, text, the_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(orders) -> list[Release]:
    return [a_version(orders, "1.0.0", words="one"), a_version(orders, "1.0.1", words="two")]


def test_undoing_a_restored_version_goes_on_from_where_one_came(bea, orders, versions):
    first, second = versions
    restored = restore_version(by=bea, release=first)
    assert restored.base == first
    back = undo_edit(by=bea, draft=restored, revision=restored.revision)
    assert (back.base, back.text) == (second, text("two"))
    again = redo_edit(by=bea, draft=back, revision=back.revision)
    assert (again.base, again.text) == (first, text("one"))
    again.refresh_from_db()
    assert again.base == first


def test_putting_a_checkpoint_back_brings_its_version_too(bea, orders, versions):
    first, second = versions
    before = Checkpoint.objects.get(draft=the_draft(orders), revision=the_draft(orders).revision)
    restored = restore_version(by=bea, release=first)
    back = restore_checkpoint(by=bea, draft=restored, checkpoint=before, revision=restored.revision)
    assert (back.base, back.text) == (second, text("two"))


def test_a_version_that_was_frozen_meanwhile_stays_the_base_after_undo_and_redo(bea, orders, versions):
    draft = the_draft(orders)
    edited = services.save_draft(by=bea, draft=draft, text=text("three"), revision=draft.revision)
    third = services.create_version(by=bea, draft=edited, name="1.0.2")
    undone = undo_edit(by=bea, draft=edited, revision=edited.revision)
    assert undone.base == versions[1]
    assert redo_edit(by=bea, draft=undone, revision=undone.revision).base == third
