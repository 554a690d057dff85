"""The network that somebody asks from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.readers.networks import network_of


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::6%eth0", "2001:db8:1:2::/64"),
    ],
)
def test_neighbours_share_a_network(ip: str, network: str) -> None:
    assert network_of(ip) == network


@pytest.mark.parametrize(
    "ip",
    [
        *("", "testclient", "127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "172.31.0.1"),
        *("100.64.0.1", "169.254.169.254", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1"),
        "203.0.113.0/24",
    ],
)
def test_what_tells_nothing_of_a_client_is_no_network(ip: str) -> None:
    assert network_of(ip) == ""


@given(st.ip_addresses().map(str) | st.text())
def test_anything_at_all_is_a_network_or_none(ip: str) -> None:
    assert network_of(ip) == "" or network_of(ip).endswith(("/24", "/64"))
