"""Which addresses of the network may be asked for a file that a stranger names: public ones alone.

Whoever could have us ask 127.0.0.1, a neighbour in the private network or the cloud's page of
credentials (169.254.169.254) would read what is meant for this machine.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

# Networks of IPv6 whose last 32 bits are an address of IPv4 (RFC 6052, RFC 4291).
_HOLDING_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))


class PrivateAddress(OSError):
    """The name leads to no public address. An OSError, as every failure to resolve one is."""


def is_public(text: str) -> bool:
    """Whether an IP address is one of the internet, in whatever notation; a name is none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in _meant(address))


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, and those of IPv4 that are written within one of IPv6."""
    found: list[IPv4Address | IPv6Address] = [address]
    if isinstance(address, IPv6Address):
        found += filter(None, [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())])
        if any(address in network for network in _HOLDING_IPV4):
            found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses alone.

    The connection goes to the very addresses that are looked at here: a name that says something
    else a moment later leads nowhere else. An address that stands in the URL itself is never
    resolved: whoever fetches asks `is_public` about it.
    """

    def __init__(self) -> None:
        self._resolver: Any = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The public addresses of a name. Raises PrivateAddress when it has none."""
        found: list[ResolveResult] = await self._resolver.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise PrivateAddress
        return public

    async def close(self) -> None:
        await self._resolver.close()
