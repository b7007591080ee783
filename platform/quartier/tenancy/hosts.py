"""Host header → company, by exact match. There is no default company and no guessing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?\Z")

RESERVED = frozenset(
    "admin api app assets autoconfig autodiscover auth billing blog cdn cockpit console dashboard demo dev docs email "
    "events files ftp help host imap localhost login mail media mx news ns ns1 ns2 operator platform pop portal proxy "
    "public quartier sales smtp sso static staging status styleguide support test tls web webmail www".split()
)

LIFETIME = 30.0


@dataclass(frozen=True)
class Match:
    """The company behind a host; `canonical` is set when the visitor belongs on another host."""

    company_id: UUID
    canonical: str | None = None


def normal_host(header: str | None) -> str | None:
    """The host of a Host header without port, in lower case and without the root dot; None when it is not one."""
    if not header:
        return None
    host = header.strip().lower()
    if not HOST.match(host.replace(".:", ":").rstrip(".")):
        return None
    return host.rsplit(":", 1)[0].rstrip(".") if ":" in host else host.rstrip(".")


def domain_key(host: str, platform_domain: str) -> str | None:
    """What the domain table knows a host by: the bare label below the platform's domain, else the host itself."""
    suffix = f".{platform_domain}"
    if host == platform_domain:
        return None
    if not host.endswith(suffix):
        return host if "." in host else None
    label = host.removesuffix(suffix)
    return label if LABEL.match(label) else None


def full_host(key: str, platform_domain: str) -> str:
    """The opposite of `domain_key`."""
    return key if "." in key else f"{key}.{platform_domain}"


class HostTable:
    """Remembers answers, negative ones too, for half a minute or until somebody says that domains changed."""

    def __init__(self, find: Callable[[str], Match | None], *, size: int = 20_000) -> None:
        self._find, self._size = find, size
        self._known: dict[str, tuple[float, Match | None]] = {}
        self._forgotten = 0

    def __call__(self, key: str) -> Match | None:
        """The company of a key, from memory or from the domain table."""
        known = self._known.get(key)
        now = time.monotonic()
        if known and known[0] > now:
            return known[1]
        forgotten = self._forgotten
        match = self._find(key)
        if len(self._known) >= self._size:
            self._known.clear()
        if forgotten == self._forgotten:  # else it may have been read just before the change that was announced
            self._known[key] = (now + LIFETIME, match)
        return match

    def forget(self) -> None:
        """Drop everything: domains change rarely, and asking again costs a fifth of a millisecond."""
        self._forgotten += 1
        self._known.clear()
