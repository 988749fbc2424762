"""Where a webhook may go: to public addresses over TLS, judged when it is set up and again at every connection.

A name may lead to a public address today and to the database server tomorrow, so what counts is the address that is
connected to, and it is connected to by that address.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

from vaxel_engine.errors import Refused

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host's name; raises OSError where it has none."""
LONGEST = 2_000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the clothes of IPv6
_LOOPBACK_NAMES = ("localhost",)


def resolve(host: str, port: int) -> list[str]:
    """Ask the machine's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def judge(url: str, *, allow_loopback: bool, resolve: Resolve = resolve) -> None:
    """See that an address may be set up; a name that cannot be resolved yet is judged when it is connected to.

    Raises:
        Refused: it is no https address, carries credentials, or leads into a private network.
    """
    parts = split(url, allow_loopback=allow_loopback)
    try:
        found = resolve(parts.hostname or "", port_of(parts))
    except OSError:
        return
    public(parts.hostname or "", found, allow_loopback=allow_loopback)


def split(url: str, *, allow_loopback: bool) -> SplitResult:
    """The parts of an address that may be asked.

    Raises:
        Refused: see `judge`.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(f"{url[:80]!r} is no address; write e.g. https://billing.example/hooks") from error
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or not host:
        raise Refused(f"{url[:80]!r} is no address; write e.g. https://billing.example/hooks")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("a webhook's address carries no credentials and no fragment; the signature says who sends")
    if parts.scheme == "https" or (parts.scheme == "http" and allow_loopback and _is_loopback(host)):
        return parts
    raise Refused(f"{url[:80]!r} is not https; a webhook tells of personal documents, so it goes over TLS alone")


def port_of(parts: SplitResult) -> int:
    """The port that is asked."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def public(host: str, addresses: Sequence[str], *, allow_loopback: bool) -> list[str]:
    """The addresses that may be connected to: all of them, or none.

    Raises:
        Refused: one is not public.
    """
    for address in addresses:
        one = ipaddress.ip_address(address.partition("%")[0])
        if not (_is_public(one) or (allow_loopback and one.is_loopback)):
            raise Refused(
                f"{host} leads to {one}, which is not a public address; a webhook goes to public addresses alone"
                + (" (for development on this machine: [webhooks] allow_loopback)" if one.is_loopback else "")
            )
    return list(addresses)


def _is_public(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(one, ipaddress.IPv6Address):
        if one.ipv4_mapped is not None:
            return _is_public(one.ipv4_mapped)
        if one.sixtofour is not None or one.teredo is not None or one in _NAT64:  # they carry another address
            return False
    return one.is_global and not one.is_multicast and not one.is_reserved


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES
