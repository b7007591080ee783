"""Who agreed to a document, and who has not yet: for the team, a list with numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from quartier.i18n.localized import LocalizedText
from quartier.legal.kinds import title_of
from quartier.legal.queries import Standing
from quartier.tenancy.session import CompanySession

STATES: Final = ("waiting", "declined", "agreed")
PAGE: Final = 100
PEOPLE: Final = """
    SELECT p.id, coalesce(nullif(trim(p.given_name || ' ' || p.family_name), ''), p.company_name) AS name, a.email,
           c.at, c.number, c.language, c.asked, coalesce(c.answer, 'waiting') AS state
      FROM account a JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
      LEFT JOIN LATERAL (
        SELECT l.* FROM legal_consent l
         WHERE l.company_id = a.company_id AND l.account_id = a.id AND l.document_id = %(document)s
           AND l.number >= %(number)s ORDER BY l.answer, l.number DESC, l.id DESC LIMIT 1) c ON true
     WHERE a.is_active AND NOT EXISTS (SELECT FROM agent g WHERE g.company_id = a.company_id
        AND g.person_id = a.person_id AND g.deactivated_at IS NULL)
"""
"""`answer` sorts agreed before declined: who has agreed after all is no more one who declined."""
COUNTS: Final = f"SELECT state, count(*) AS number FROM ({PEOPLE}) s GROUP BY state"  # noqa: S608
LIST: Final = f"""
    SELECT * FROM ({PEOPLE}) s WHERE (%(state)s = '' OR state = %(state)s)
       AND (%(query)s = '' OR position(lower(%(query)s) IN lower(name || ' ' || email)) > 0)
       AND (%(after)s::uuid IS NULL OR id > %(after)s) ORDER BY id LIMIT %(most)s
"""  # noqa: S608


ANSWERS: Final = """
    SELECT c.id, c.account_id, c.document, d.title, c.number, c.answer, c.language, c.asked, c.at
      FROM legal_consent c JOIN legal_document d ON d.company_id = c.company_id AND d.id = c.document_id
"""


@dataclass(frozen=True)
class Answered:
    """One answer: to which version of what, when, in which language, and whether its account is still there."""

    id: UUID
    account_id: UUID | None
    document: str
    title: LocalizedText
    number: int
    answer: str
    language: str
    asked: str
    at: datetime


@dataclass(frozen=True)
class Filters:
    """Which people are shown: in one state, with a word in name or address; empty means all."""

    state: str = ""
    query: str = ""


def counts(db: CompanySession, standing: Standing) -> dict[str, int]:
    """How many people with an account are in each state."""
    found = {row.state: row.number for row in db.rows(COUNTS, _about(standing))}
    return {state: found.get(state, 0) for state in STATES}


def people(
    db: CompanySession, standing: Standing, filters: Filters, *, after: UUID | None = None, most: int = PAGE
) -> list[Any]:
    """People by id, one more than `most` when there are more."""
    asked = {"state": filters.state, "query": filters.query, "after": after, "most": most + 1}
    return db.rows(LIST, {**_about(standing), **asked})


def everybody(db: CompanySession, standing: Standing, filters: Filters) -> Iterator[Any]:
    """All of them, in portions."""
    after: UUID | None = None
    while rows := people(db, standing, filters, after=after, most=5000):
        yield from rows[:5000]
        if len(rows) <= 5000:
            return
        after = rows[4999].id


def answers_of(db: CompanySession, account_id: UUID | None) -> list[Answered]:
    """Everything that somebody has answered, the newest first."""
    rows = db.rows(f"{ANSWERS} WHERE c.account_id = %s ORDER BY c.id DESC", (account_id,))
    return [_answered(row) for row in rows]


def answers_by(db: CompanySession, subject: bytes) -> list[Answered]:
    """The same of an e-mail address, also when the account it was is gone; `subject` is made by `consenting`."""
    rows = db.rows(f"{ANSWERS} WHERE c.subject = %s ORDER BY c.id DESC", (subject,))
    return [_answered(row) for row in rows]


def _answered(row: Any) -> Answered:
    facts = row._asdict() | {"title": title_of(row.document, LocalizedText(row.title))}
    return Answered(**facts)


def _about(standing: Standing) -> dict[str, Any]:
    """The version that counts: the one that people must have agreed to, or else the one in force."""
    wanted = standing.asked or standing.holds
    return {
        "document": standing.document.id if standing.document else None,
        "number": wanted.number if wanted else 0,
    }
