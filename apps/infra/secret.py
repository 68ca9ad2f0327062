"""A value that must not be seen."""

import hmac
from typing import Never

MASK = "••••"


class Secret:
    """Holds a text that only ``reveal()`` shows. Printing and formatting give a mask; JSON and pickle refuse."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The text itself, for the moment of use."""
        return self.__value

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        """Equality in constant time, and only with another secret."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self.__value), _bytes(other.__value))

    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key: hashes of it would be kept

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("A secret is never pickled.")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
