"""What the server may connect to on behalf of users: the rules, without any network.

A name is judged by the addresses it resolves to at the moment of connecting, so a name that changes its address
between check and use, a redirect, or an odd spelling of 127.0.0.1 all end at the same judgement.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.kernel.errors import Forbidden

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEFAULT_PORTS = {"http": 80, "https": 443}
# The high ports of the Fetch standard's port blocking (fetch.spec.whatwg.org/#port-blocking): services that can be
# made to take an HTTP request for their own protocol. Of the low ports only 80 and 443 are open.
_BAD_PORTS = frozenset({1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679})
_BAD_PORTS |= {6697, 10080}

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address really reached
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?\.?", re.IGNORECASE)
_NUMBER_LAST = re.compile(r"(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$", re.IGNORECASE)


class EgressDenied(Forbidden):
    """The server may not connect there.

    `detail` says which rule the address breaks. Private and loopback addresses are let through by `egress.allow`, which
    takes effect at the next start.
    """

    code = "egress_denied"


@dataclass(frozen=True)
class Target:
    """Scheme, host and port of a URL that passed every check that needs no name resolution."""

    scheme: str
    host: str
    port: int


def target_of(url: str, rules: "EgressRules") -> Target:
    """Check a URL's spelling, scheme and port. Raises EgressDenied (403) saying what is wrong with it."""
    if any(c <= " " or c == "\x7f" or c == "\\" for c in url):
        raise EgressDenied("the URL holds a space, a control character or a backslash; write it percent-encoded")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise EgressDenied(f"the URL cannot be read: {error}") from error
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise EgressDenied(f"the scheme {scheme or '(none)'!r} is not allowed; use http or https")
    if "@" in parts.netloc:
        raise EgressDenied("the URL holds a user name; send credentials as a header instead")
    port = DEFAULT_PORTS[scheme] if port is None else port
    check_host(host)
    rules.check_port(host, port)
    return Target(scheme, host, port)


def check_host(host: str) -> None:
    """Refuse hosts two parsers could read differently. Raises EgressDenied (403)."""
    if _literal(host) is not None:
        return
    if not host.isascii():
        raise EgressDenied("the host is not written in ASCII; write an international name in its xn-- form")
    if _NUMBER_LAST.search(host):
        # inet_aton reads 2130706433, 0177.0.0.1 and 127.1 as 127.0.0.1; the URL standard and some resolvers do too.
        raise EgressDenied(f"{host!r} is an odd way to write an address; write all four parts in decimal")
    if not _NAME.fullmatch(host):
        raise EgressDenied(f"{host!r} is not a host name")


def denied_reason(address: Address) -> str | None:
    """Return what makes an address off limits ("a loopback address"), or ``None`` for a public one."""
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is not None:
            return denied_reason(embedded)
        if address.is_site_local:  # fec0::/10, private until RFC 3879 took it back; ipaddress calls it global
            return "a private address"
    for is_it, what in (
        (address.is_unspecified, "the unspecified address"),
        (address.is_loopback, "a loopback address"),
        (address.is_link_local, "a link-local address"),
        (address.is_multicast, "a multicast address"),
        (address.is_private, "a private address"),
        (address.is_reserved, "a reserved address"),
        (not address.is_global, "not a public address"),
    ):
        if is_it:
            return what
    return None


class EgressRules:
    """The administrator's exceptions: ``host``, ``host:port``, an address or a network in CIDR form."""

    def __init__(self, allow: Iterable[str]) -> None:
        self._hosts: set[tuple[str, int | None]] = set()
        self._networks: list[Network] = []
        for entry in allow:
            try:
                self._networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                host, colon, port = entry.rpartition(":")
                if colon and port.isdigit():
                    self._hosts.add((_plain(host), int(port)))
                else:
                    self._hosts.add((_plain(entry), None))

    def check_port(self, host: str, port: int) -> None:
        """Refuse ports where no web server should be. Raises EgressDenied (403)."""
        usual = port in DEFAULT_PORTS.values() or (port >= 1024 and port not in _BAD_PORTS)
        if not usual and (_plain(host), port) not in self._hosts:
            raise EgressDenied(
                f"port {port} is not allowed; use 80, 443 or one above 1023, "
                f"or have an administrator add '{host}:{port}' to egress.allow"
            )

    def admits(self, host: str, port: int, address: Address) -> bool:
        """Say whether an exception lets ``host``, found at ``address``, be reached on ``port``."""
        if any(address in network for network in self._networks):
            return True
        names = {_plain(host), str(address)}
        return any((name, p) in self._hosts for name in names for p in (port, None))

    def vetted(self, host: str, port: int, addresses: Iterable[str]) -> list[str]:
        """Return the addresses that may be connected to, in order. Raises EgressDenied (403) when there is none."""
        good, reasons = [], []
        for text in addresses:
            address = ipaddress.ip_address(text)
            reason = denied_reason(address)
            if reason is None or self.admits(host, port, address):
                good.append(text)
            else:
                reasons.append(reason)
        if not good:
            # The address itself stays out of the message: it would tell a user how internal names resolve.
            raise EgressDenied(
                f"{host} is {reasons[0] if reasons else 'no address'}; "
                f"an administrator can admit it by adding '{host}:{port}' to egress.allow"
            )
        return good


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
