"""The hosts that passkeys are made for (relying party ids), where a company is reached at more than one.

All keys are made for one host of the company that never changes: the first subdomain that it had. A page on the main
address may ask for them because that host says so, under `/.well-known/webauthn`: browsers look there (WebAuthn level
3, related origin requests). Those that do not know it make keys for the main address itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from quartier.tenancy.hosts import full_host
from quartier.tenancy.session import CompanySession

WELL_KNOWN: Final = "/.well-known/webauthn"
HELD: Final = """
    SELECT d.host, strpos(d.host, '.') = 0 OR coalesce(o.state = 'serving', false) AS proved
    FROM domain d LEFT JOIN own_domain o ON o.company_id = d.company_id AND o.host = d.host
    WHERE d.company_id = %s ORDER BY strpos(d.host, '.') > 0, d.created_at, d.host
"""
MADE_FOR: Final = """
    SELECT wanted.host FROM unnest(%s::text[]) WITH ORDINALITY AS wanted (host, place)
    WHERE EXISTS (SELECT FROM account_passkey k WHERE k.host = wanted.host) ORDER BY wanted.place
"""


def held(db: CompanySession, company_id: UUID, platform_domain: str) -> dict[str, bool]:
    """The hosts that the company answers on, its first subdomain before all others, and whether each is proved now."""
    return {full_host(row.host, platform_domain): row.proved for row in db.rows(HELD, (company_id,))}


def good_at(main: str, hosts: Mapping[str, bool]) -> tuple[str, ...]:
    """Those of `held` whose keys are good at the main address: the one that keys are made for first, then `main`.

    A main address whose record is missing stands alone: whoever has taken it over could ask for the company's keys.
    """
    proved = [host for host, is_proved in hosts.items() if is_proved]
    return tuple(dict.fromkeys((proved[0], main, *proved))) if main in proved else (main,)


def made_for(db: CompanySession, hosts: Sequence[str]) -> tuple[str, ...]:
    """Those of the hosts that somebody at the company has a key for, in the same order."""
    return tuple(row.host for row in db.rows(MADE_FOR, (list(hosts),)))


def next_host(hosts: Sequence[str], before: str | None) -> str:
    """Which host's keys to ask for, when the question before was for `before` and was not answered."""
    return hosts[(hosts.index(before) + 1) % len(hosts)] if before in hosts else hosts[0]
