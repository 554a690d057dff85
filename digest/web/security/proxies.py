"""Who asks, where proxies stand between us: what X-Forwarded-For and -Proto say is believed of the
proxies the settings name, and of nobody else, as anybody can write these headers."""

import logging
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from digest.readers import networks

log = logging.getLogger("digest.web")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Trust(NamedTuple):
    """Whom the site believes: the names it may be asked by besides its own, and the networks of
    proxies that may say who asks."""

    hosts: frozenset[str] = frozenset()
    proxies: tuple[Network, ...] = ()


NOBODY = Trust()


class Proxies:
    """ASGI middleware that puts the client behind our proxies, and its scheme, into the scope."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app, self._trusted, self._warned = app, trusted, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client"):
            self._tell(scope, Headers(scope=scope))
        await self._app(scope, receive, send)

    def _tell(self, scope: Scope, headers: Headers) -> None:
        peer, port = scope["client"]
        address = read_address(peer)
        if address is None:
            return
        scope["client"] = (str(address), port)
        if is_trusted(address, self._trusted):
            hops = ",".join(headers.getlist("x-forwarded-for"))
            scope["client"] = (str(behind(address, hops, self._trusted)), 0)
            scope["scheme"] = _scheme(headers, scope["scheme"])
        elif address.is_loopback and "x-forwarded-for" in headers and not self._warned:
            self._warned = True
            log.warning(
                "a proxy on this machine says who asks and is not believed: if it is yours, set "
                "DIGEST_TRUSTED_PROXIES to %s",
                address,
            )


def behind(peer: Address, hops: str, trusted: Sequence[Network]) -> Address:
    """The client of a request that a trusted `peer` handed on: the rightmost address of
    X-Forwarded-For that is no proxy of ours. What stands left of it the client may have written
    itself, and what cannot be read ends the search."""
    found = peer
    for hop in reversed(hops.split(",")):
        if not is_trusted(found, trusted):
            break
        address = read_address(hop)
        if address is None:
            break
        found = address
    return found


def is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


@lru_cache(1024)
def read_address(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets, IPv4 dressed as IPv6."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    return networks.read_address(bare)


def _scheme(headers: Headers, own: str) -> str:
    """What the nearest proxy was asked by."""
    told = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
    return told if told in {"http", "https"} else own
