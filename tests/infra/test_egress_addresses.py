"""Where calls may not go, in every spelling, proven at a real socket (T1, T2, T6)."""

import ipaddress
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.infra.egress import Allowance, DestinationRefused, OutRequest, Policy, send_now
from apps.infra.egress.addresses import is_public, number_of
from tests.infra.listener import listening

NUMBERS = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.0.0.53 127.255.255.254 169.254.0.1
169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:0:127.0.0.1
::ffff:10.0.0.1 64:ff9b::127.0.0.1 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1:: 2001:10::1
2001:20::1 2001:db8::1 2002:7f00:1::1 2620:4f:8000::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fd20:ce::254
fe80::1 fec0::1 ff02::1 4000::1
""".split()
# These a company may use itself: an exception by name opens them.
SITE_PRIVATE = ("10.", "172.", "192.168", "fc00", "100.64")
SPELLINGS = """
127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0x7f.1 0177.0.0.1 017700000001 0177.1 127.0.0.01 0x7F.0x0.0x0.0x1
127.00.00.01 0 0x0 0.0 localhost localhost. LOCALHOST 127.0.0.1. 127。0。0。1 127｡0｡0｡1 ①②⑦.⓪.⓪.① 127%2e0.0.1
loc%61lhost [::ffff:7f00:1] [0:0:0:0:0:0:0:1] [0000::0001] [::1%25lo] [::1%lo] [fe80::1%25lo] [::127.0.0.1]
[::ffff:0:127.0.0.1] [v1.x] [::] user@127.0.0.1 user:pw@127.0.0.1 example.com@127.0.0.1 127.0.0.1\\@example.com
example.com\\@127.0.0.1 127.0.0.1#@example.com ⓛocalhost \uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54
""".split()
OTHERS = """
ftp://127.0.0.1/ file:///etc/passwd gopher://127.0.0.1/ //127.0.0.1/ http:/// https:127.0.0.1 http://[/ http://127.0.0.1:x/
http://a_b..c/ javascript:1 http://metadata.google.internal/ http://metadata/ http://instance-data/ http://%00/
""".split()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_loopback_is_connected_even_if_its_name_and_port_are_excepted(spelling):
    with listening() as canary:
        host = spelling.strip("[]").lower().removesuffix(".")
        names = () if host == "localhost" or number_of(host) else (Allowance(host, canary.port),)
        with pytest.raises(DestinationRefused):
            send_now(OutRequest("GET", f"http://{spelling}:{canary.port}/"), policy=Policy(allowed=names))
        assert canary.connections == 0


@pytest.mark.parametrize("number", [n for n in NUMBERS if not n.startswith(SITE_PRIVATE)])
def test_no_special_address_is_connected_when_an_excepted_name_resolves_to_it(number):
    async def resolve(host: str, port: int) -> Sequence[str]:
        return (number,)

    with listening() as canary:
        policy = Policy(allowed=(Allowance("crm.example", canary.port),), deadline_s=2)
        with pytest.raises(DestinationRefused):
            send_now(OutRequest("GET", f"http://crm.example:{canary.port}/"), policy=policy, resolve=resolve)
        assert canary.connections == 0


@pytest.mark.parametrize("number", NUMBERS)
def test_no_special_address_is_public(number):
    host = f"[{number}]" if ":" in number else number
    assert not is_public(ipaddress.ip_address(number))
    with pytest.raises(DestinationRefused):
        send_now(OutRequest("GET", f"http://{host}/"), policy=Policy(deadline_s=2))


@pytest.mark.parametrize("url", OTHERS)
def test_other_schemes_and_broken_addresses_are_refused(url):
    with pytest.raises(DestinationRefused):
        send_now(OutRequest("GET", url), policy=Policy())


@pytest.mark.parametrize("number", ["8.8.8.8", "1.1.1.1", "45.79.10.10", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_the_public_internet_is_public(number):
    assert is_public(ipaddress.ip_address(number))


@given(st.ip_addresses())
@settings(max_examples=2000, deadline=None)
def test_nothing_is_public_that_the_registry_calls_special(address):
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


def test_an_exception_opens_its_own_host_and_port_only():
    with listening() as canary, listening() as neighbour:
        policy = Policy(allowed=(Allowance("127.0.0.1", canary.port),))
        assert send_now(OutRequest("GET", f"{canary.origin}/"), policy=policy).status == 200
        for url in (f"{neighbour.origin}/", f"http://127.0.0.2:{canary.port}/", f"http://localhost:{canary.port}/"):
            with pytest.raises(DestinationRefused):
                send_now(OutRequest("GET", url), policy=policy)
        assert (canary.connections, neighbour.connections) == (1, 0)


@pytest.mark.parametrize(
    ("allowance", "address", "opens"),
    [
        (Allowance("crm.corp", 8443), "10.1.2.3", True),
        (Allowance("crm.corp", 8443), "8.8.8.8", True),
        (Allowance("crm.corp", 8443), "127.0.0.1", False),
        (Allowance("crm.corp", 8443), "169.254.169.254", False),
        (Allowance("crm.corp", 8443), "100.100.100.200", False),
        (Allowance("crm.corp", 8443, "10.1.2.0/24"), "10.1.2.3", True),
        (Allowance("crm.corp", 8443, "10.1.2.0/24"), "10.1.3.3", False),
        (Allowance("192.168.0.120", 8443), "192.168.0.120", True),
        (Allowance("192.168.0.120", 8443), "192.168.0.121", False),
        (Allowance("localhost", 8443), "127.0.0.1", True),
        (Allowance("[::1]", 8443), "::1", True),
    ],
)
def test_an_exception_opens_what_it_names(allowance, address, opens):
    assert allowance.opens(ipaddress.ip_address(address)) is opens


def test_a_name_is_looked_up_once_and_the_number_is_connected():
    """A name server that answers differently the second time is never asked a second time."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("127.0.0.2",)

    with listening() as canary:
        policy = Policy(allowed=(Allowance("rebind.example", canary.port, "127.0.0.1/32"),))
        request = OutRequest("GET", f"http://rebind.example:{canary.port}/")
        assert send_now(request, policy=policy, resolve=resolve).status == 200
        assert asked == ["rebind.example"]
        assert f"Host: rebind.example:{canary.port}\r\n" in canary.requests[0]
        with pytest.raises(DestinationRefused):
            send_now(request, policy=policy, resolve=resolve)
        assert canary.connections == 1


@pytest.mark.parametrize("addresses", [("45.79.10.10", "127.0.0.1"), ("10.0.0.1", "45.79.10.10"), ("nonsense",), ()])
def test_one_bad_address_among_several_refuses_all(addresses):
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    with pytest.raises(DestinationRefused):
        send_now(OutRequest("GET", "http://mixed.example/"), policy=Policy(), resolve=resolve)


def test_blocked_unknown_and_closed_look_alike():
    async def unknown(host: str, port: int) -> Sequence[str]:
        return ()

    with listening() as canary:
        texts, times = set(), []
        for url in (f"{canary.origin}/", "http://127.0.0.1/", "http://nowhere.example/", "http://example.com:22/"):
            started = time.monotonic()
            with pytest.raises(DestinationRefused) as refused:
                send_now(OutRequest("GET", url), policy=Policy(), resolve=unknown)
            times.append(time.monotonic() - started)
            texts.add((str(refused.value), refused.value.maybe_sent))
        assert len(texts) == 1
        assert max(times) - min(times) < 0.05
        assert canary.connections == 0
