"""Whose account is it: names for bylines and histories."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from quartier.tenancy.session import CompanySession

_NAMES = """
    SELECT a.id, trim(p.given_name || ' ' || p.family_name) AS name
    FROM account a JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
    WHERE a.id = ANY(%s)
"""


def account_names(db: CompanySession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of the people behind these accounts; accounts that are gone are left out."""
    wanted = list(set(ids))
    return {row.id: row.name for row in db.rows(_NAMES, (wanted,))} if wanted else {}


def account_of_person(db: CompanySession, person_id: UUID) -> UUID | None:
    """The account of a person, who has none or one."""
    row = db.row("SELECT id FROM account WHERE person_id = %s", (person_id,))
    return row.id if row else None
