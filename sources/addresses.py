"""Which IP addresses a feed may lead us to."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Blocks that carry an IPv4 address inside, or that some Pythons call global (3.11 to 3.13).
TRANSLATED: tuple[Network, ...] = tuple(
    ip_network(block)
    for block in (
        "192.0.0.0/24",  # IETF protocol assignments
        "192.88.99.0/24",  # the old 6to4 relays
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64, local
        "100::/64",  # discard
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local, as it once was
    )
)


def is_public(address: str) -> bool:
    """Whether the address is one host of the open internet. What is no address is not."""
    try:
        ip = _unwrapped(address)
    except ValueError:
        return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return ip.is_global and not any(ip in block for block in TRANSLATED)


def _unwrapped(address: str) -> Address:
    """An IPv4 address in IPv6 clothes (::ffff:127.0.0.1) is judged as what it is."""
    ip = ip_address(address.partition("%")[0])
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be reached although it is private: hosts by name, addresses, networks.

    `port` narrows an entry to one port.
    """

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[Network, int | None], ...] = ()

    @classmethod
    def of(cls, entries: frozenset[str]) -> "Allowance":
        """From entries such as `localhost`, `127.0.0.1:8099`, `[::1]:8099`, `10.0.0.0/8`."""
        hosts, networks = set(), []
        for name, port in map(_host_and_port, sorted(entries)):
            try:
                networks.append((ip_network(name, strict=False), port))
            except ValueError:
                hosts.add((name, port))
        return cls(frozenset(hosts), tuple(networks))

    def names(self, host: str, port: int) -> bool:
        """Whether this host is allowed by name, wherever it leads."""
        return not self.hosts.isdisjoint({(host.lower(), None), (host.lower(), port)})

    def holds(self, address: str, port: int) -> bool:
        """Whether this address is allowed."""
        ip = _unwrapped(address)
        return any(ip in block and only in (None, port) for block, only in self.networks)


def _host_and_port(entry: str) -> tuple[str, int | None]:
    text = entry.strip().lower()
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, _port(port.removeprefix(":"))
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, _port(port)
    return text, None


def _port(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() else None
