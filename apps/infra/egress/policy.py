"""Where calls may go and how much they may take: plain data, decided before any connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from apps.infra.egress.addresses import METADATA_HOSTS, Address, is_public, is_site_private, number_of

MIB = 1024 * 1024
OPEN_PORTS = frozenset((80, 443))
LONGEST_DEADLINE_S = 60.0
MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Allowance:
    """An exception for exactly this host and port.

    A number opens that number. A name opens what it resolves to on the internet and in the company's own ranges, but
    never loopback or link-local (only ``localhost`` opens loopback). ``network`` (CIDR) narrows it to that range.
    """

    host: str
    port: int
    network: str = ""

    def opens(self, address: Address) -> bool:
        number = number_of(self.host.strip("[]"))
        if self.network and address not in ip_network(self.network, strict=False):
            return False
        if number is not None:
            return address == number
        if self.host.lower() == "localhost":
            return address.is_loopback
        return bool(self.network) or is_public(address) or is_site_private(address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one call: ``deadline_s`` bounds all of it, name look-up and redirects included; sizes in bytes.

    ``listed_only`` closes the internet too: what is not in ``allowed`` is not called.
    """

    allowed: tuple[Allowance, ...] = ()
    listed_only: bool = False
    deadline_s: float = 10.0
    max_raw: int = 5 * MIB
    max_decoded: int = 10 * MIB
    redirects: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.deadline_s <= LONGEST_DEADLINE_S:
            raise ValueError(f"A deadline lies between 0 and {LONGEST_DEADLINE_S:g} seconds.")
        if not 0 <= self.redirects <= MOST_REDIRECTS:
            raise ValueError(f"At most {MOST_REDIRECTS} redirects are followed.")

    def may_ask(self, host: str, port: int) -> bool:
        """True if the name may be looked up at all."""
        is_open = port in OPEN_PORTS and not self.listed_only
        return host not in METADATA_HOSTS and (is_open or self._allowance(host, port) is not None)

    def admits(self, host: str, port: int, addresses: Sequence[Address]) -> bool:
        """True if every one of the addresses behind ``host`` may be called on ``port``."""
        if not addresses or not self.may_ask(host, port):
            return False
        allowance = self._allowance(host, port)
        return all(is_public(address) if allowance is None else allowance.opens(address) for address in addresses)

    def names(self, host: str, port: int) -> bool:
        """True if an exception was made for exactly this host and port."""
        return self._allowance(host, port) is not None

    def _allowance(self, host: str, port: int) -> Allowance | None:
        return next((one for one in self.allowed if one.port == port and _same_host(one.host, host)), None)


def _same_host(allowed: str, host: str) -> bool:
    plain = allowed.strip("[]").lower().rstrip(".")
    number = number_of(plain)
    return plain == host if number is None else number == number_of(host)
