"""A host as people type it, and as name servers know it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

import idna

LONGEST = 253
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
CLOSED = frozenset({"localhost", "local", "internal", "lan", "home", "arpa", "onion", "invalid"})
"""Endings that no public name server answers for."""

Why = Literal["empty", "form", "path", "port", "wildcard", "address", "single", "closed", "ours", "long"]


class NoHost(ValueError):
    """The text is no host that a company can have. `why` is for programs, the sentence is `wording.refusal`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def host_of(text: str, platform_domain: str) -> str:
    """`https://Portal.Müller.ch/` → `portal.xn--mller-kva.ch`. Raises NoHost."""
    typed = text.strip()
    if not typed:
        raise NoHost("empty")
    host = _bare(typed)
    if "*" in host:
        raise NoHost("wildcard")
    if _is_address(host):
        raise NoHost("address")
    name = _ascii(host)
    if len(name) > LONGEST:
        raise NoHost("long")
    if name == platform_domain or name.endswith(f".{platform_domain}"):
        raise NoHost("ours")
    labels = name.split(".")
    if len(labels) < 2:
        raise NoHost("single")
    if not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise NoHost("form")
    if labels[-1] in CLOSED:
        raise NoHost("closed")
    return name


def shown(host: str) -> str:
    """The host as its owner writes it: `portal.xn--mller-kva.ch` → `portal.müller.ch`."""
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


def _bare(typed: str) -> str:
    """The host of an address that somebody has copied."""
    try:
        parts = urlsplit(typed if "://" in typed else f"//{typed}")
        port = parts.port
    except ValueError:
        raise NoHost("form") from None
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise NoHost("path")
    if port is not None:
        raise NoHost("port")
    if parts.username is not None:
        raise NoHost("form")
    return (parts.hostname or "").rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise NoHost("form") from None
