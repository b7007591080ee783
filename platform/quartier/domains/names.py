"""A host as people type it, and as name servers know it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

import idna

LONGEST: Final = 220
"""A name has 253 characters at most (RFC 1035 §2.3.4), and records beside a host are named before it: `_quartier.`."""
LONGEST_LABEL: Final = 63
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
CLOSED = frozenset({"localhost", "local", "internal", "lan", "home", "arpa", "onion", "invalid"})
"""Endings that no public name server answers for."""
SHARED = frozenset({"ac", "asso", "co", "com", "edu", "gouv", "gov", "gv", "net", "nom", "or", "org"})
"""Under these and a country's letters (co.uk, gv.at, asso.fr) everybody registers names, and nobody has them alone."""

Why = Literal["empty", "form", "path", "port", "wildcard", "address", "single", "shared", "closed", "ours", "long"]


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
    if len(host) > LONGEST or any(len(label) > LONGEST_LABEL for label in host.split(".")):
        raise NoHost("long")
    name = _ascii(host)
    if name == platform_domain or name.endswith(f".{platform_domain}"):
        raise NoHost("ours")
    labels = name.split(".")
    if len(labels) < 2:
        raise NoHost("single")
    if not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise NoHost("form")
    if labels[-1] in CLOSED:
        raise NoHost("closed")
    if len(labels) == 2 and labels[0] in SHARED and len(labels[1]) == 2:
        raise NoHost("shared")
    return name


def in_full(host: str) -> str:
    """The host as its owner writes it and, where that is another, as name servers do: what looks like somebody else's
    name is seen to be none."""
    return host if (told := shown(host)) == host else f"{told} ({host})"


def before_domain(name: str, host: str) -> str:
    """What goes into the field of a provider that adds the domain by itself: the part of a record's name before it."""
    labels = host.split(".")
    domain = labels[-3:] if len(labels) > 2 and labels[-2] in SHARED and len(labels[-1]) == 2 else labels[-2:]
    return name.removesuffix(".".join(domain)).rstrip(".") or "@"


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
        name = idna.encode(host, uts46=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise NoHost("form") from None
    if len(name) > LONGEST:
        raise NoHost("long")
    return name
