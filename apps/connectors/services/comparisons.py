"""Comparing documents, once for each pair: a large one takes seconds."""

from django.db import transaction

from apps.connectors.compared import renamed_operations
from apps.connectors.comparing import compare_documents
from apps.connectors.compatibility import ENGINE, Change
from apps.connectors.models import Build, Comparison, Document
from apps.connectors.selectors import comparisons
from apps.core import clock


def compare_builds(*, old: Build, new: Build) -> list[Change]:
    """Return what changed between the documents of two builds, worked out now unless it is known.

    What is kept follows from frozen content alone, so nobody did anything: it is no act and has no audit entry. Raises
    ``ComparisonRefused`` where they cannot be compared.
    """
    known = comparisons.kept_changes(old, new)
    return _compare(old, new) if known is None else known


def _compare(old: Build, new: Build) -> list[Change]:
    documents = Document.objects.in_bulk([old.document_id, new.document_id])
    changes = compare_documents(documents[old.document_id].content, documents[new.document_id].content)
    changes += renamed_operations(comparisons.places_of(old.document_id), comparisons.places_of(new.document_id))
    _keep(changes, old_id=old.document_id, new_id=new.document_id)
    return changes


@transaction.atomic
def _keep(changes: list[Change], **pair: int) -> None:
    """Keep them, unless a document was deleted while they were worked out."""
    both = Document.objects.filter(pk__in=pair.values()).order_by("pk")
    if len(both.select_for_update(no_key=True).values_list("pk")) < len(pair):
        return
    Comparison.objects.filter(**pair).exclude(engine=ENGINE).delete()
    kept = {"changes": [change.as_dict() for change in changes], "made_at": clock.now()}
    Comparison.objects.get_or_create(**pair, engine=ENGINE, defaults=kept)
