"""Reading what was written to whom, for staff: the list page by page, and what is known of one address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from quartier.mail.addresses import address_key
from quartier.people.queries import THERE
from quartier.tenancy.session import CompanySession

PAGE = 50
FOUND = """
    SELECT d.id, d.kind, d.address, d.name, d.person_id, d.language, d.subject, d.state, d.reason, d.attempts,
           d.created_at, d.ended_at, d.copies,
           d.letter IS NOT NULL AND d.state NOT IN ('waiting', 'collected') AND d.reason <> 'unwanted' AS may_go_again
      FROM mail_delivery d WHERE {conditions} ORDER BY d.id DESC LIMIT %(limit)s
"""
NEAR = f"""
    EXISTS (SELECT FROM person q WHERE q.company_id = d.company_id AND q.id = d.person_id AND {THERE})
"""
SAID = "(d.address ILIKE %(text)s OR d.name ILIKE %(text)s OR d.subject ILIKE %(text)s)"
BOUNCED = "SELECT bounced_at, reason FROM mail_address WHERE address_key = %s AND bounced_at IS NOT NULL"


@dataclass(frozen=True)
class MailFilters:
    """What the list is narrowed down by; all of it stands in the address."""

    text: str = ""
    state: str | None = None
    kind: str | None = None
    person: UUID | None = None


def mails(
    db: CompanySession,
    filters: MailFilters,
    *,
    within: Collection[UUID],
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[Any]:
    """Mails, the newest first; somebody limited to properties sees those to people who were ever there."""
    conditions = ["true"]
    values: dict[str, object] = {"limit": limit, "within": list(within)}
    for column, value in (("state", filters.state), ("kind", filters.kind), ("person_id", filters.person)):
        if value is not None:
            conditions.append(f"d.{column} = %({column})s")
            values[column] = value
    if filters.text:
        conditions.append(SAID)
        values["text"] = f"%{_plain(filters.text)}%"
    if within:
        conditions.append(NEAR)
    if after is not None:
        conditions.append("d.id < %(after)s")
        values["after"] = after
    return db.rows(FOUND.format(conditions=" AND ".join(conditions)), values)


def bounce_of(db: CompanySession, address: str | None) -> Any:
    """When and why mail to this address came back the last time; None while it is not known to."""
    return db.row(BOUNCED, (address_key(address),)) if address else None


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
