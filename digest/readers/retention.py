"""How long we keep of readers what is kept for a while; `docs/decisions/0009` says why."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

INVITATIONS_FOR = timedelta(days=8)  # the longest limit on sign-ups looks back seven
INVITATIONS_LEFT = 200  # that the share of confirmations is reckoned from, however old
NETWORKS = {4: 24, 6: 48}  # bits that stay of an address


class Retention(NamedTuple):
    """What a publication decides."""

    unconfirmed: timedelta = timedelta(days=14)
    addresses: timedelta = timedelta(days=365)


USUAL = Retention()


def kept_of_address(address: str) -> str:
    """What stays of the address a wish came from: the network of an IPv4 (/24) or IPv6 (/48)
    address, nothing of what is none."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/{NETWORKS[ip.version]}", strict=False))
