"""What a build offers, read piece by piece: large APIs have a thousand operations, a release calls three."""

from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.connectors.models import Operation

type Described = dict[str, Any]


@dataclass(frozen=True)
class Catalogue(Mapping[str, Described]):
    """``{operationId: operation}`` of one build, in the document's order. Read only: what it gives is shared.

    Builds are frozen, so what was read once for a digest stays true.
    """

    digest: str
    document_id: int

    def __getitem__(self, operation_id: str) -> Described:
        found = _one(self.digest, self.document_id, operation_id)
        if found is None:
            raise KeyError(operation_id)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_ids(self.digest, self.document_id))

    def __len__(self) -> int:
        return len(_ids(self.digest, self.document_id))

    def items(self) -> ItemsView[str, Described]:
        """Everything at once."""
        return _all(self.digest, self.document_id).items()


@lru_cache(maxsize=512)
def _one(_digest: str, document_id: int, operation_id: str) -> Described | None:
    found = Operation.objects.filter(document_id=document_id, operation_id=operation_id)
    return found.values_list("data", flat=True).first()


@lru_cache(maxsize=16)
def _ids(_digest: str, document_id: int) -> tuple[str, ...]:
    return tuple(Operation.objects.filter(document_id=document_id).values_list("operation_id", flat=True))


@lru_cache(maxsize=4)
def _all(_digest: str, document_id: int) -> Mapping[str, Described]:
    return dict(Operation.objects.filter(document_id=document_id).values_list("operation_id", "data"))
