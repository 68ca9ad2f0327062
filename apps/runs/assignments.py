"""What a worker knows about the run that it carries out: fixed facts, no rows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Pin:
    """What a slot is bound to for this run: the connection, if the connector wants one, and the build."""

    connection_id: int | None
    build_id: int
    digest: str

    def as_dict(self) -> dict[str, Any]:
        """Return the pin as it is stored."""
        return {"connection": self.connection_id, "build": self.build_id, "digest": self.digest}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Pin":
        """Read a stored pin."""
        return cls(stored["connection"], stored["build"], stored["digest"])


@dataclass(frozen=True)
class Assignment:
    """One run to carry out. ``tenant`` names whose data it handles: no process is shared between two tenants."""

    run_id: str
    document: Mapping[str, Any]
    input: Any
    started_at: datetime
    environment_id: int
    customer_id: int | None
    pins: Mapping[str, Pin]
    safe_to_repeat: bool

    @property
    def tenant(self) -> str:
        """Whose data the run handles."""
        return f"customer {self.customer_id}" if self.customer_id else "team"
