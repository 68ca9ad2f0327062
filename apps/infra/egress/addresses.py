"""Which numeric addresses belong to the public internet.

IPv4 is a deny-list after IANA's special-purpose registry, IPv6 an allow-list: of its space only 2000::/3 is handed
out, and every transition form that hides an IPv4 address lies outside it or in a block named here.
https://www.iana.org/assignments/iana-ipv4-special-registry  ·  .../iana-ipv6-special-registry
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

type Address = IPv4Address | IPv6Address

SPECIAL_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and a cloud's metadata service
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and most clouds' metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and a cloud's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
        "168.63.129.16/32",  # a cloud's wire server: a public number that never leaves the machine's host
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")
SPECIAL_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
PRIVATE_V6 = IPv6Network("fc00::/7")
METADATA = frozenset(
    ip_address(number)
    for number in (
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
METADATA_HOSTS = frozenset(
    (
        "metadata",
        "metadata.google.internal",
        "metadata.goog",
        "metadata.azure.com",
        "metadata.azure.internal",
        "metadata.tencentyun.com",
        "metadata.packet.net",
        "metadata.platformequinix.com",
        "instance-data",
        "instance-data.ec2.internal",
    )
)


def number_of(text: str) -> Address | None:
    """The address that ``text`` spells in its plain form; none for names, short forms and scoped addresses."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return None if isinstance(address, IPv6Address) and address.scope_id else address


def is_public(address: Address) -> bool:
    """True for an address of the public internet."""
    if isinstance(address, IPv4Address):
        return not _in_any(address, SPECIAL_V4)
    return address in GLOBAL_V6 and not _in_any(address, SPECIAL_V6)


def is_site_private(address: Address) -> bool:
    """True for a company's own ranges: private, carrier-grade NAT or unique-local, without cloud metadata services."""
    if address in METADATA:
        return False
    return _in_any(address, PRIVATE) if isinstance(address, IPv4Address) else address in PRIVATE_V6


def _in_any(address: Address, blocks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in block for block in blocks)
