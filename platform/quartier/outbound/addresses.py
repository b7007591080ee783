"""Where a message may go: only to public addresses, so that nobody makes us knock at doors inside our own network.

A name is resolved once, every address that it has is checked, and the connection goes to a checked address: a name
server that answers differently the second time gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal
from urllib.parse import urlsplit

from quartier.config import Config

LONGEST: Final = 2000
PORTS: Final = frozenset({443, 4443, 8443, 9443, 10443})
"""Where programs take HTTPS; everything else is somebody else's service."""
PUBLIC6: Final = IPv6Network("2000::/3")
CLOSED: Final[tuple[IPv4Network | IPv6Network, ...]] = tuple(map(ip_network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16/32",  # a cloud's own service, at an address that looks public
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48",
)))  # fmt: skip
"""Networks that are not of the public Internet. Of IPv6 all but 2000::/3 is closed, and within it what carries an IPv4
address (6to4, Teredo); IPv4-mapped addresses and NAT64 lie outside of it."""

Why = Literal["form", "scheme", "user", "port", "unknown", "private", "ours"]
Resolve = Callable[[str, int], Sequence[str]]


class Refused(Exception):
    """An address that no message goes to. `why` is for programs, the sentence for people is `wording.refusal`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True)
class Target:
    """A URL taken apart. `host` is ASCII, `address` what a Host header says, `path` with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """As in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


def read(url: str, config: Config) -> Target:
    """The parts of a URL that messages may go to, as far as it can be told without asking a name server.

    Raises Refused.
    """
    if not 1 <= len(url) <= LONGEST or not url.isprintable() or " " in url or "\\" in url:
        raise Refused("form")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        host = host if ":" in host else host.rstrip(".").encode("idna").decode()
    except ValueError:
        raise Refused("form") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and config.private_webhooks):
        raise Refused("scheme")
    if not host or parts.fragment or not parts.path.isascii() or not parts.query.isascii():
        raise Refused("form")
    if parts.username is not None or parts.password is not None:
        raise Refused("user")
    return _target(parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), config)


def _target(scheme: str, host: str, port: int | None, path: str, config: Config) -> Target:
    number = (443 if scheme == "https" else 80) if port is None else port
    if number not in PORTS and not (config.private_webhooks and number):
        raise Refused("port")
    ours = config.platform_domain
    if not config.private_webhooks and (host == ours or host.endswith(f".{ours}")):
        raise Refused("ours")
    return Target(scheme, host, number, path)


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, by this machine's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def checked(target: Target, config: Config, *, resolver: Resolve = resolve) -> list[str]:
    """The addresses to connect to. Raises Refused when there is none, or when a single one of them is not public."""
    try:
        found = list(dict.fromkeys(resolver(target.host, target.port)))
    except (OSError, UnicodeError):
        raise Refused("unknown") from None
    if not found:
        raise Refused("unknown")
    if not config.private_webhooks and not all(map(is_public, found)):
        raise Refused("private")
    return found


def is_public(text: str) -> bool:
    """Whether an address is one of the public Internet, in plain form."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if address.version == 6 and (address not in PUBLIC6 or address.scope_id):
        return False
    return not any(address in network for network in CLOSED if network.version == address.version)
