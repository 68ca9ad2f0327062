"""Comparing documents, once for each pair: a large one takes seconds."""

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
    pair = {"old_id": old.document_id, "new_id": new.document_id}
    Comparison.objects.filter(**pair).exclude(engine=ENGINE).delete()
    kept = {"changes": [change.as_dict() for change in changes], "made_at": clock.now()}
    Comparison.objects.get_or_create(**pair, engine=ENGINE, defaults=kept)
    return changes
