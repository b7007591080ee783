"""Asking name servers: what is there, what is not, and who did not answer in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

PATIENCE: Final = 4.0  # seconds for one question
LABEL: Final = "_quartier"
SAYS: Final = "quartier-domain="

Proof = Literal["there", "missing", "late"]
Points = Literal["here", "elsewhere", "nowhere", "late"]


class Late(Exception):
    """No name server has answered in time, or none could: nothing is known, so nothing changes."""


@dataclass(frozen=True)
class Seen:
    """What name servers say of a host. `found` is where it points to, `apex` that it is a zone of its own."""

    proof: Proof
    points: Points
    found: tuple[str, ...] = ()
    apex: bool = False


class NameServers:
    """Those of this machine, or the one that the installation names ("127.0.0.1:5353")."""

    def __init__(self, server: str | None = None) -> None:
        from dns.resolver import Resolver  # three megabytes that a process of pages never needs

        self._resolver = Resolver(configure=server is None)
        self._resolver.lifetime = PATIENCE
        if server is not None:
            host, _colon, port = server.partition(":")
            self._resolver.nameservers = [host]
            self._resolver.port = int(port or 53)

    def texts(self, name: str) -> list[str]:
        """TXT records, each in one piece. Raises Late."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def alias(self, name: str) -> str | None:
        """Where a CNAME leads, without the root dot. Raises Late."""
        return next((str(record.target).rstrip(".").lower() for record in self._ask(name, "CNAME")), None)

    def addresses(self, name: str) -> frozenset[str]:
        """A and AAAA records, also those behind an alias. Raises Late."""
        found = (record.address for kind in ("A", "AAAA") for record in self._ask(name, kind))
        return frozenset(found)

    def is_zone(self, name: str) -> bool:
        """Whether the name is a zone of its own, and so cannot be an alias (RFC 1912 §2.4). Raises Late."""
        return any(True for _record in self._ask(name, "SOA"))

    def _ask(self, name: str, kind: str) -> Iterable[Any]:
        from dns.exception import DNSException, Timeout
        from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers

        try:
            return self._resolver.resolve(name, kind, search=False)
        except (NXDOMAIN, NoAnswer):
            return ()
        except (Timeout, NoNameservers) as error:
            raise Late from error
        except DNSException:
            return ()


def look(servers: NameServers, host: str, token: str, target: str) -> Seen:
    """Whether the company has set its records: the proof beside `host`, and the host itself leading to `target`."""
    proof = _proof(servers, host, token)
    try:
        apex = servers.is_zone(host)
        alias = servers.alias(host)
        if alias == target:
            return Seen(proof, "here", (alias,), apex)
        mine = servers.addresses(host)
        if mine and mine <= servers.addresses(target):
            return Seen(proof, "here", tuple(sorted(mine)), apex)
    except Late:
        return Seen(proof, "late")
    found = (alias,) if alias else tuple(sorted(mine))
    return Seen(proof, "elsewhere" if found else "nowhere", found, apex)


def _proof(servers: NameServers, host: str, token: str) -> Proof:
    try:
        return "there" if SAYS + token in servers.texts(f"{LABEL}.{host}") else "missing"
    except Late:
        return "late"
