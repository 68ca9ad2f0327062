"""The hash chain: each event seals the one before it, so that a change to any of them shows."""

import hashlib
from typing import Any

import rfc8785

from apps.audit.models import AuditChain, AuditEvent

SYSTEM = "system"
REFUSALS = "refusals"

_SEALED = (
    "sequence verb actor_kind actor_name actor_id target_type target_id target_name target_url parent_type parent_id "
    "reason facts previous_hash"
).split()


def hash_of(event: AuditEvent) -> str:
    """Return the SHA-256 (hex) over everything that an event says."""
    sealed: dict[str, Any] = {name: getattr(event, name) for name in _SEALED}
    sealed |= {"at": event.at.isoformat(), "correlation_id": str(event.correlation_id)}
    return hashlib.sha256(rfc8785.dumps(sealed)).hexdigest()


def append(chain_name: str, events: list[AuditEvent]) -> None:
    """Put the events at the end of their chain, inside the transaction of what they record, as its last lock."""
    AuditChain.objects.get_or_create(name=chain_name)
    chain = AuditChain.objects.select_for_update().get(name=chain_name)
    for event in events:
        chain.length += 1
        event.chain, event.sequence, event.previous_hash = chain, chain.length, chain.head
        event.hash = chain.head = hash_of(event)
        event.save(force_insert=True)
    chain.save(update_fields=["length", "head"])


def broken_links(chain: AuditChain) -> list[str]:
    """Return one sentence for every event of the chain that is altered, missing or out of order."""
    problems, head, sequence = [], "", 0
    for event in chain.events.order_by("sequence").iterator():
        sequence += 1
        if event.sequence != sequence:
            problems.append(f"{chain}: event {sequence} is missing")
            sequence = event.sequence
        elif event.previous_hash != head or event.hash != hash_of(event):
            problems.append(f"{chain}: event {sequence} was altered")
        head = event.hash
    if (chain.length, chain.head) != (sequence, head):
        problems.append(f"{chain}: the last event is not the head of the chain")
    return problems
