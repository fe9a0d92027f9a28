"""Which addresses are anybody's, and which lie inside a network of one's own."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_TUNNELS: Final = (IPv6Network("2001::/23"), IPv6Network("2002::/16"))
"""Teredo and its like, and 6to4: their packets end at an address inside them."""
_LATER: Final = (IPv6Network("3fff::/20"), IPv6Network("5f00::/16"))
"""Set apart since, for documents and for segment routing; older interpreters do not know of it."""


def is_public(address: str) -> bool:
    """Says whether an address is a single host of the public internet, however it is written.

    >>> [is_public(each) for each in ("93.184.215.14", "10.0.0.1", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    try:
        given = ip_address(address)
    except ValueError:
        return False
    return _is_public(given) if isinstance(given, IPv4Address) else _is_public_v6(given)


def _is_public(address: IPv4Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.ipv4_mapped is not None:
        return _is_public(address.ipv4_mapped)
    if address in _NAT64:
        return _is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    strange = any(address in network for network in (*_TUNNELS, *_LATER))
    return address in _GLOBAL_UNICAST and address.is_global and not strange
