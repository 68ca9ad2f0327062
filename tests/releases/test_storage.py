"""Where texts are kept: exactly as typed, small, and never altered unnoticed."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.audit import fsck
from apps.core.errors import Refused
from apps.releases import services
from apps.releases.compression import Undecipherable, compressed, restored
from apps.releases.models import Release, Snapshot
from apps.releases.services import texts
from apps.releases.services.checkpoints import name_checkpoint
from apps.releases.storage import LONGEST_CHAIN, Damaged
from tests.factories.releases import SETUP, a_version, text, the_draft


@given(st.binary(max_size=500), st.binary(max_size=500) | st.none())
def test_what_is_compressed_comes_back(payload, near):
    assert restored(compressed(payload, near), near) == payload


def test_other_bytes_are_not_taken_for_a_text():
    with pytest.raises(Undecipherable):
        restored(b"nothing that was compressed", None)


def test_a_text_comes_back_exactly_as_typed(db):
    typed = "# a comment\r\nkey:   'value'\n\n\tü € 😀 "
    kept = Snapshot.objects.keep(typed)
    assert Snapshot.objects.get(pk=kept.pk).text == typed


def test_the_same_text_is_kept_once(db):
    assert Snapshot.objects.keep("same") == Snapshot.objects.keep("same")


def test_a_small_edit_of_a_long_text_costs_little(db):
    long = "\n".join(f"step {number}: does something quite particular {number * 7919}" for number in range(900))
    first = Snapshot.objects.keep(long)
    second = Snapshot.objects.keep(long.replace("step 400:", "step 400b:"), near=first)
    assert second.base == first
    assert len(second.data) < 200


def test_chains_end_and_every_text_of_a_long_history_is_read(db):
    texts = [text(f"word {number} " * 40) for number in range(LONGEST_CHAIN + 4)]
    near = None
    for each in texts:
        near = Snapshot.objects.keep(each, near=near)
    kept = Snapshot.objects.order_by("pk")
    assert [snapshot.text for snapshot in kept] == texts
    assert max(snapshot.depth for snapshot in kept) == LONGEST_CHAIN


def test_reading_a_text_far_down_its_chain_takes_one_query(db, django_assert_num_queries):
    near = None
    for number in range(10):
        near = Snapshot.objects.keep(text(f"word {number}"), near=near)
    last = Snapshot.objects.get(pk=near.pk)
    with django_assert_num_queries(1):
        assert last.text == text("word 9")


def test_more_than_eight_megabytes_are_refused(db):
    with pytest.raises(Refused, match="larger than 8 MB"):
        Snapshot.objects.keep("x" * 8_000_001)


def test_a_text_that_was_altered_behind_our_back_is_not_used(damaged, orders):
    version = a_version(orders)
    with connection.cursor() as cursor:
        other = compressed(text("evil").encode(), None)
        cursor.execute(
            "UPDATE releases_snapshot SET data = %s, base_id = NULL WHERE id = %s", [other, version.snapshot_id]
        )
    with pytest.raises(Damaged, match="damaged in the database"):
        _ = Release.objects.get(pk=version.pk).text
    assert len(fsck.findings()["C2"]) == 1


def test_a_digest_that_is_not_that_of_the_content_is_found(damaged, orders):
    version = a_version(orders)
    Release.objects.filter(pk=version.pk).update(digest="0" * 64)
    assert fsck.findings()["C2"] == [f"{orders} V1 does not contain what was frozen"]


@pytest.mark.parametrize(
    "change", [{"number": 9}, {"digest": "0" * 64}, {"created_by_name": "Mallory"}, {"base": None}]
)
def test_the_database_refuses_to_change_what_is_frozen(orders, change):
    a_version(orders)
    version = a_version(orders)
    with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
        Release.objects.filter(pk=version.pk).update(**change)


def test_the_database_refuses_to_delete_a_version(orders):
    version = a_version(orders)
    with (
        pytest.raises(IntegrityError, match="is frozen"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM releases_release WHERE id = %s", [version.pk])


def test_a_text_never_changes(orders):
    with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
        Snapshot.objects.update(size=1)


def test_the_texts_of_old_checkpoints_are_forgotten_but_not_those_with_a_name(
    orders, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(texts, "KEPT", 3)
    draft = the_draft(orders)
    began, named = draft.snapshot_id, 0
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(5):
            draft = services.save_draft(by=SETUP, draft=draft, text=text(f"text {number}"), revision=draft.revision)
            if number == 0:
                checkpoint = draft.checkpoints.get(revision=draft.revision)
                named = name_checkpoint(by=SETUP, checkpoint=checkpoint, name="Good").snapshot_id
    assert not Snapshot.objects.filter(pk=began).exists()
    assert Snapshot.objects.get(pk=named).text == text("text 0")
    assert list(draft.checkpoints.values_list("revision", flat=True)) == [6, 5, 4, 2]


def test_the_text_of_a_version_is_kept_when_the_draft_goes_on(orders, django_capture_on_commit_callbacks):
    version = a_version(orders, words="kept")
    draft = the_draft(orders)
    with django_capture_on_commit_callbacks(execute=True):
        services.save_draft(by=SETUP, draft=draft, text=text("other"), revision=draft.revision)
    assert Release.objects.get(pk=version.pk).text == text("kept")
