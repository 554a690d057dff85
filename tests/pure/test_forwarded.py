"""Who asks behind proxies: the rightmost address that is none of ours, and never what the client
could have written itself."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.web.security.proxies import behind, is_trusted, read_address

OURS = (ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48"))
PEER = ip_address("10.0.0.1")


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("", "10.0.0.1"),
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("203.0.113.9,10.0.0.3,2001:db8:ffff::1", "203.0.113.9"),
        ("10.0.0.7, 10.0.0.2", "10.0.0.7"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("[2001:db8::9]:51234", "2001:db8::9"),
        ('"[2001:DB8::9]"', "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::1"),
        ("203.0.113.9, nonsense", "10.0.0.1"),
        ("203.0.113.9, nonsense, 10.0.0.2", "10.0.0.2"),
        ("203.0.113.9,,", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("999.1.1.1", "10.0.0.1"),
        ("[::1", "::1"),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_no_proxy_of_ours(
    hops: str, client: str
) -> None:
    assert behind(PEER, hops, OURS) == ip_address(client)


@given(written=st.text(max_size=60), client=st.ip_addresses())
def test_what_a_client_writes_itself_changes_nothing(written: str, client: object) -> None:
    """Our proxy appends the address it was asked from to whatever the client sent."""
    assert behind(PEER, f"{written},{client}", OURS) == behind(PEER, f"{client}", OURS) or (
        is_trusted(read_address(str(client)) or PEER, OURS)
    )


@given(st.text())
def test_no_text_is_more_than_an_address_or_none(text: str) -> None:
    found = read_address(text)
    assert found is None or read_address(str(found)) == found
