"""Addresses that do not work: mail comes back, nobody has confirmed them, or they are none. The books are to be mended.

Nobody is locked out by any of them: who has an account goes on signing in as before, and a letter reaches the others.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from quartier.estate.finding import Condition
from quartier.invitations.reaching import has_address
from quartier.people.queries import NAME, PAGE, THERE
from quartier.people.stages import residents_by_id
from quartier.tenancy.session import CompanySession

Trouble = Literal["bounced", "asked", "unconfirmed", "no_address"]
NO_ADDRESS: Final = r"q.email !~ '^[^@\s]+@[^@\s]+\.[^@\s.]+$'"
FOUND: Final = f"""
    SELECT q.id, {NAME} AS name, q.external_id, q.email AS book, a.email AS login,
           coalesce(ml.bounced_at, mb.bounced_at) AS bounced_at, coalesce(ml.reason, mb.reason) AS reason,
           CASE WHEN ml.id IS NOT NULL THEN a.email ELSE q.email END AS came_back,
           c.created_at AS asked_at, c.email AS asked, {NO_ADDRESS} AS none
      FROM person q
      LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id AND a.is_active
      LEFT JOIN mail_address mb
        ON mb.company_id = q.company_id AND mb.address_key = lower(q.email) AND mb.bounced_at IS NOT NULL
      LEFT JOIN mail_address ml
        ON ml.company_id = a.company_id AND ml.address_key = a.email_key AND ml.bounced_at IS NOT NULL
      LEFT JOIN address_change c ON c.company_id = a.company_id AND c.account_id = a.id AND c.origin = 'books'
       AND c.expires_at > now()
     WHERE (mb.id IS NOT NULL OR ml.id IS NOT NULL OR (q.email <> '' AND {NO_ADDRESS})
            OR (q.email <> '' AND lower(q.email) <> a.email_key))
       AND {{conditions}} ORDER BY q.sort_key, q.id LIMIT %(limit)s
"""  # noqa: S608


@dataclass(frozen=True)
class Unreached:
    """Somebody with an address that does not work, and how they are reached instead (`row`, of `people.stages`)."""

    said: Any
    trouble: Trouble
    row: Any

    @property
    def reached_by(self) -> str | None:
        """By "mail" at the address of their account, "letter", or None."""
        if self.trouble in {"asked", "unconfirmed"}:
            return "mail"
        return "letter" if has_address(self.row) else None

    @property
    def takes(self) -> str | None:
        """What a letter could be to them: an "invitation", a "reminder" of theirs, or None."""
        if self.row.stage in {"registered", "moved_out"} or not has_address(self.row):
            return None
        return "reminder" if self.row.invitation_id is not None else "invitation"


def unreached(
    db: CompanySession, *, within: Collection[UUID], today: date, after: UUID | None = None, limit: int = PAGE
) -> list[Unreached]:
    """By name; agents of some places see those who were ever there."""
    condition = Condition(["q.archived_at IS NULL"])
    if within:
        condition.add(THERE)
    if after is not None and (place := db.row("SELECT sort_key FROM person WHERE id = %s", (after,))) is not None:
        condition.add("(q.sort_key, q.id) > (%(key)s, %(after)s)", key=place.sort_key, after=after)
    values = {**condition.values, "within": list(within), "limit": limit}
    found = db.rows(FOUND.format(conditions=condition), values)
    rows = {row.id: row for row in residents_by_id(db, [one.id for one in found], within=within, today=today)}
    return [Unreached(one, _trouble(one), rows[one.id]) for one in found if one.id in rows]


def _trouble(one: Any) -> Trouble:
    """What is mended first: who does not get any mail before who gets it at another address."""
    if one.bounced_at is not None:
        return "bounced"
    if one.none:
        return "no_address"
    return "asked" if one.asked_at is not None else "unconfirmed"
