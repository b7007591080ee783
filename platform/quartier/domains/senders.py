"""Whether a company's mails may come from its own address, as its name server says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from quartier.deliveries.models import OwnSender
from quartier.domains.lookup import Late, NameServers

Found = Literal["ok", "missing", "wrong", "late"]
CHECK_SENDER: Final = "domains.check_sender"


@dataclass(frozen=True)
class Heard:
    """What was found of the three records."""

    dkim: Found
    spf: Found
    dmarc: Found


def dkim_name(row: OwnSender) -> str:
    """Where the key has to stand."""
    return f"{row.selector}._domainkey.{row.domain}"


def dkim_text(row: OwnSender) -> str:
    """What has to stand there (RFC 6376 §3.6.1)."""
    return f"v=DKIM1; k=rsa; p={row.public_key}"


def listen(servers: NameServers, row: OwnSender) -> Heard:
    """Ask about the key (which decides), SPF and DMARC (which help)."""
    return Heard(_dkim(servers, row), _spf(servers, row.domain), _dmarc(servers, row.domain))


def heard(row: OwnSender, said: Heard, now: datetime) -> bool:
    """Take over what was said; True when mails come from there no more because of it. Silence changes nothing."""
    used = row.is_used
    row.checked_at = now
    for name, found in (("dkim", said.dkim), ("spf", said.spf), ("dmarc", said.dmarc)):
        if found != "late" or not getattr(row, name):
            setattr(row, name, found)
    return used and not row.is_used


def _dkim(servers: NameServers, row: OwnSender) -> Found:
    try:
        texts = servers.texts(dkim_name(row))
    except Late:
        return "late"
    keys = [tags(text).get("p", "") for text in texts]
    if row.public_key in keys:
        return "ok" if len(keys) == 1 else "wrong"
    return "wrong" if keys else "missing"


def _spf(servers: NameServers, domain: str) -> Found:
    """Two of them are none (RFC 7208 §4.5)."""
    try:
        found = [text for text in servers.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    except Late:
        return "late"
    return "missing" if not found else "ok" if len(found) == 1 else "wrong"


def _dmarc(servers: NameServers, domain: str) -> Found:
    """The policy of the domain, or of the one above it (RFC 7489 §6.6.3)."""
    labels = domain.split(".")
    try:
        for above in range(max(1, len(labels) - 1)):
            found = [
                text for text in servers.texts("_dmarc." + ".".join(labels[above:])) if text.startswith("v=DMARC1")
            ]
            if found:
                return "ok" if len(found) == 1 and "p" in tags(found[0]) else "wrong"
    except Late:
        return "late"
    return "missing"


def tags(text: str) -> dict[str, str]:
    """`v=DKIM1; p=MIIB…` → its parts; spaces inside a value do not count."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): "".join(value.split()) for name, _equals, value in pairs if name.strip()}
