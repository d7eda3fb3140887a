"""Who asks when a proxy stands between: taken from the proxies the settings name, and from nobody else.

Reads X-Forwarded-For and X-Forwarded-Proto. The name people use comes in Host, which the proxy passes on.
"""

import ipaddress
from collections.abc import Iterable, MutableMapping
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Hops:
    """The proxies that are believed."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = [ipaddress.ip_network(network, strict=False) for network in trusted]

    def apply(self, scope: MutableMapping[str, Any]) -> None:
        """Put the visitor's address and scheme into the ASGI scope, if a trusted proxy sent the request."""
        if not self._trusted or not scope.get("client"):
            return
        peer = _address(scope["client"][0])
        if peer is None or not self._trusts(peer):
            return
        visitor = self._visitor(peer, _values(scope, b"x-forwarded-for"))
        if visitor is not peer:
            scope["client"] = (str(visitor), 0)
        # The nearest proxy's word is the last; what stands before it may be anybody's.
        schemes = _values(scope, b"x-forwarded-proto")
        if schemes and schemes[-1].lower() in ("http", "https"):
            scope["scheme"] = schemes[-1].lower()

    def _visitor(self, peer: Address, hops: list[str]) -> Address:
        """Go back from the nearest hop to the first that is not ours: whatever it claims about others is its own."""
        visitor = peer
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                return visitor
            visitor = address
            if not self._trusts(address):
                return visitor
        return visitor

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _values(scope: MutableMapping[str, Any], name: bytes) -> list[str]:
    lines = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return [part.strip() for line in lines for part in line.split(",")]


def _address(text: str) -> Address | None:
    # Some proxies add the port: 203.0.113.9:4711, [2001:db8::1]:4711.
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address
