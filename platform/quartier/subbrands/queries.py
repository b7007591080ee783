"""Which properties have a look of their own, and how it stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from quartier.companies.branding import Standing, current_brand, draft_of, planned_brand
from quartier.companies.models import BrandVersion
from quartier.companies.subbrands import worn_there
from quartier.estate.models import Property
from quartier.tenancy.session import CompanySession

PAGE: Final = 50
LIST: Final = """
    WITH worn AS (SELECT DISTINCT ON (property_id) property_id, id, own <> '{}' AS has_own
             FROM brand_version WHERE property_id IS NOT NULL AND withdrawn_at IS NULL AND published_at <= now()
            ORDER BY property_id, published_at DESC, number DESC),
         page AS (SELECT p.company_id, p.id, p.name, worn.id AS version_id, worn.has_own
             FROM property p LEFT JOIN worn ON worn.property_id = p.id
            WHERE p.id IN (SELECT property_id FROM brand_version UNION SELECT property_id FROM brand_draft)
            ORDER BY worn.has_own DESC NULLS LAST, p.name, p.id LIMIT %(rows)s OFFSET %(after)s)
    SELECT p.id, p.name, b.own, b.number, b.theme, b.colour, b.app_name, b.author, b.published_at, n.planned_at,
           d.saved_at, d.author AS drafted_by, w.colour AS company_colour, w.theme AS company_theme
      FROM page p
      JOIN LATERAL (SELECT theme, colour FROM brand_version WHERE company_id = p.company_id AND property_id IS NULL
             AND withdrawn_at IS NULL AND published_at <= now()
           ORDER BY published_at DESC, number DESC LIMIT 1) w ON true
      LEFT JOIN brand_version b ON b.company_id = p.company_id AND b.id = p.version_id
      LEFT JOIN LATERAL (SELECT min(published_at) AS planned_at FROM brand_version WHERE company_id = p.company_id
             AND property_id = p.id AND withdrawn_at IS NULL AND published_at > now()) n ON true
      LEFT JOIN brand_draft d ON d.company_id = p.company_id AND d.property_id = p.id
     ORDER BY p.has_own DESC NULLS LAST, p.name, p.id
"""
"""The page is found by what decides its order; only for its rows is asked what they look like."""
BY_AGE: Final = """
    SELECT p.id AS property_id, p.name, b.number, coalesce(b.own, '{}') AS own, b.published_at, b.author,
           n.planned_at, d.saved_at AS draft_saved_at
      FROM property p
      LEFT JOIN LATERAL (SELECT * FROM brand_version WHERE company_id = p.company_id AND property_id = p.id
             AND withdrawn_at IS NULL AND published_at <= now()
           ORDER BY published_at DESC, number DESC LIMIT 1) b ON true
      LEFT JOIN LATERAL (SELECT min(published_at) AS planned_at FROM brand_version WHERE company_id = p.company_id
             AND property_id = p.id AND withdrawn_at IS NULL AND published_at > now()) n ON true
      LEFT JOIN brand_draft d ON d.company_id = p.company_id AND d.property_id = p.id
     WHERE p.id IN (SELECT property_id FROM brand_version UNION SELECT property_id FROM brand_draft)
       AND (CAST(%(after)s AS uuid) IS NULL OR p.id > %(after)s)
     ORDER BY p.id LIMIT %(rows)s
"""


@dataclass(frozen=True)
class Dressed:
    """How the look of a property stands. In `standing` they are as they are seen: the company's is filled in.

    `worn` is the version in force as it is stored, None for a property that never had one: then the version in force of
    `standing` is the company's, with the number 0.
    """

    home: Property
    company: BrandVersion
    worn: BrandVersion | None
    standing: Standing

    @property
    def own(self) -> frozenset[str]:
        """The facts that are the property's own now; empty where it wears what the company wears."""
        return frozenset(self.worn.own or ()) if self.worn else frozenset()


def dressed_properties(db: CompanySession, *, after: int = 0) -> tuple[list[Any], bool]:
    """A page of properties that have, had or plan a look of their own, those that have one first; and whether there
    are more.
    """
    found = db.rows(LIST, {"rows": PAGE + 1, "after": after})
    return found[:PAGE], len(found) > PAGE


def dressed_by_age(db: CompanySession, *, after: UUID | None, limit: int) -> list[Any]:
    """The same properties in the order of their entry, after the one with the id `after`."""
    return db.rows(BY_AGE, {"rows": limit, "after": after})


def dressed(db: CompanySession, property_id: UUID) -> Dressed | None:
    """As the database has it now; None for what is no property of the company."""
    home, company = db.get(Property, (db.company_id, property_id)), current_brand(db, db.company_id)
    if home is None or company is None:
        return None
    worn = current_brand(db, db.company_id, property_id)
    planned, draft = planned_brand(db, db.company_id, property_id), draft_of(db, db.company_id, property_id)
    standing = Standing(
        worn_there(company, worn) if worn else _unworn(company),
        worn_there(company, planned) if planned else None,
        worn_there(company, draft) if draft else None,
    )
    return Dressed(home, company, worn, standing)


def _unworn(company: BrandVersion) -> BrandVersion:
    plain = {column.name: getattr(company, column.name) for column in BrandVersion.__table__.columns}
    return BrandVersion(**{**plain, "number": 0})
