"""The network that somebody asks from: what one household or machine has at its command."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IPV4, IPV6 = 24, 64  # bits; a customer of IPv6 has at least 64 bits of addresses to choose from
OURS = tuple(
    ip_network(block)
    for block in (
        *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
    )
)


def read_address(ip: str) -> IPv4Address | IPv6Address | None:
    """An address without its zone, IPv4 even where it is dressed as IPv6; None for what is none."""
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def network_of(ip: str) -> str:
    """As in "198.51.100.0/24" and "2001:db8::/64"; "" where an address tells nothing of a client:
    no address at all, or a private one, which is that of a proxy of ours."""
    address = read_address(ip)
    if address is None or any(address in block for block in OURS):
        return ""
    bits = IPV4 if address.version == 4 else IPV6
    return str(ip_network(f"{address}/{bits}", strict=False))
