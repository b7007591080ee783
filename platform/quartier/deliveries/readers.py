"""Whom a mail is for, and in which voice it speaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from quartier.i18n.voice import Voice, choose_language, own_habits
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession

READERS = """
    SELECT p.id, coalesce(a.email, p.email) AS address, coalesce(a.language, p.language) AS language,
           a.formats, a.timezone,
           coalesce(nullif(trim(p.given_name || ' ' || p.family_name), ''), p.company_name) AS name
      FROM person p LEFT JOIN account a ON a.company_id = p.company_id AND a.person_id = p.id AND a.is_active
     WHERE p.id = ANY(%s) AND coalesce(a.email, p.email) <> '' ORDER BY p.id
"""
HABITS = "SELECT formats, timezone FROM account WHERE person_id = %s AND num_nonnulls(formats, timezone) > 0"


@dataclass(frozen=True)
class Reader:
    """Whom a mail is for. Without a language it is written in the company's first, without `formats` as usual there."""

    address: str
    name: str = ""
    language: str | None = None
    person_id: UUID | None = None
    formats: str | None = None
    timezone: str | None = None


def readers_of(db: CompanySession, person_ids: Iterable[UUID]) -> list[Reader]:
    """These people with the address and language of their account, or else of their entry; not who has no address."""
    rows = db.rows(READERS, (list(person_ids),))
    return [Reader(row.address, row.name, row.language, row.id, row.formats, row.timezone) for row in rows]


def with_habits(db: CompanySession, reader: Reader) -> Reader:
    """The same reader, with the formats and the clock that their account has chosen.

    Asked for nobody too: a mail to an address without an account must take the same steps, or they would tell.
    """
    row = None if reader.formats or reader.timezone else db.row(HABITS, (reader.person_id,))
    return replace(reader, formats=row.formats, timezone=row.timezone) if row else reader


def voice_for(company: Company, language: str | None, formats: str | None = None, timezone: str | None = None) -> Voice:
    """The voice of a mail to somebody who prefers this language, and has chosen these formats and this time zone."""
    chosen = choose_language(company.languages, language)
    return Voice(chosen, company.tone, company.country, *own_habits(formats, timezone))  # type: ignore[arg-type]
