"""What stays of an address when its time is over."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.readers.retention import kept_of_address


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("testclient", ""),
        ("192.0.2.0/24", ""),
        ("", ""),
    ],
)
def test_a_network_stays_of_an_address(address: str, kept: str) -> None:
    assert kept_of_address(address) == kept


@given(st.ip_addresses())
def test_it_is_the_network_the_address_was_in(address: object) -> None:
    kept = ip_network(kept_of_address(str(address)))
    found = ip_address(str(address))
    assert (getattr(found, "ipv4_mapped", None) or found) in kept
    assert kept.prefixlen in (24, 48)
