"""What a version of a long definition adds to the database: bytes are counted, time is not."""

import pytest
from django.db import connection

from apps.releases.models import Release, Snapshot
from apps.releases.storage import LONGEST_CHAIN
from tests.bench.big import text_of
from tests.bench.storage import add_version
from tests.factories.connectors import built_version
from tests.factories.releases import a_template, the_draft

VERSIONS = 3 * LONGEST_CHAIN
# Of 1,000 versions of 50 KB; make bench measures those, on disk and with their saves.
MOST_BYTES = 1_500


@pytest.fixture
def long_lived(db):
    """A template with a definition of 50 KB and as many versions as a chain of texts is long."""
    built_version()
    template = a_template("Long-lived", content=text_of(87))
    for number in range(LONGEST_CHAIN):
        _freeze(template, number)
    return template


def test_a_version_of_50_kb_costs_less_than_one_and_a_half_kb(long_lived):
    """All that a version adds counts: its text, its row, its history, its audit event, its uses, and their indexes."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite tells what a transaction has added.")
    spent = sum(_freeze(long_lived, LONGEST_CHAIN + number) for number in range(VERSIONS))
    assert len(the_draft(long_lived).text) > 50_000
    assert spent / VERSIONS < MOST_BYTES


def test_its_text_costs_a_hundred_and_fifty_bytes_and_is_read_in_one_query(long_lived, django_assert_num_queries):
    before = _texts()
    for number in range(VERSIONS):
        _freeze(long_lived, LONGEST_CHAIN + number)
    assert (_texts() - before) / VERSIONS < 150
    old = Release.objects.select_related("snapshot").get(number=LONGEST_CHAIN)
    assert old.snapshot.depth > LONGEST_CHAIN / 2
    with django_assert_num_queries(1):
        assert len(old.text) > 50_000


def test_a_chain_that_is_full_goes_on_from_its_start_as_long_as_that_is_small(db):
    near = Snapshot.objects.keep(text_of(87))
    for number in range(LONGEST_CHAIN):
        near = Snapshot.objects.keep(text_of(87).replace("customer", f"person{number}", 1), near=near)
    assert near.depth == LONGEST_CHAIN
    alike = Snapshot.objects.keep(text_of(87).replace("customer", "somebody", 1), near=near)
    other = Snapshot.objects.keep("something else entirely\n", near=near)
    assert (alike.depth, len(alike.data) < 150) == (1, True)
    assert (other.depth, other.base) == (0, None)
    assert Snapshot.objects.get(pk=alike.pk).text == text_of(87).replace("customer", "somebody", 1)


def _freeze(template, number: int) -> int:
    """Save a small edit and freeze it; return how many bytes the text and the freezing added."""
    draft = the_draft(template)
    text = draft.text.replace("lifecycle: ", f"lifecycle: {number} ", 1)
    return add_version(template, text, f"1.{number}.0").version


def _texts() -> int:
    return sum(len(data) for data in Snapshot.objects.values_list("data", flat=True))
