"""Reading companies as customers, for the console: from numbers that were counted at night, and from contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

PAGE: Final = 50
SOON: Final = 90
"""Days before its end in which a contract wants to be spoken about."""
DEALS: Final = """
    SELECT c.company_id, bool_or(c.runs) AS runs,
           CASE WHEN bool_or(c.ends IS NULL) THEN NULL ELSE max(c.ends) END AS ends,
           CASE WHEN bool_or(c.runs AND c.unit_quota IS NULL AND u.quantity IS NULL) THEN NULL
                ELSE sum(coalesce(c.unit_quota, 0) + coalesce(u.quantity, 0)) FILTER (WHERE c.runs) END AS quota
      FROM (SELECT d.*, d.starts <= :today AS runs FROM contract d
             WHERE d.stage = 'accepted' AND (d.ends IS NULL OR d.ends > :today) {this}) c
      LEFT JOIN contract_line u ON u.company_id = c.company_id AND u.contract_id = c.id AND u.module = 'units'
            AND u.starts <= :today AND (u.ends IS NULL OR u.ends > :today)
     GROUP BY c.company_id
"""
"""Of contracts that run or are to come: until when (exclusive), and how many units they cover; as `estate.quota`."""
CONCERNS: Final = f"""
    array_remove(ARRAY[
        CASE WHEN c.status = 'suspended' THEN 'suspended' END,
        CASE WHEN d.runs IS NOT TRUE THEN 'contract' END,
        CASE WHEN d.ends <= CAST(:today AS date) + {SOON} THEN 'ending' END,
        CASE WHEN h.addressable >= 20 AND h.registered * 4 < h.addressable THEN 'reach' END,
        CASE WHEN h.registered >= 10 AND h.active * 5 < h.registered THEN 'active' END,
        CASE WHEN d.quota > 0 AND h.units * 10 >= d.quota * 9 THEN 'quota' END], NULL)
"""
"""What somebody should look at, as keys of `wording.CONCERNS`. Of very few people a share says nothing."""
ROWS: Final = f"""
    WITH deal AS MATERIALIZED ({DEALS.format(this="")}),
    asked AS (SELECT customer_id, count(*) AS leads FROM lead
               WHERE state = 'open' AND customer_id IS NOT NULL GROUP BY customer_id),
    found AS (
        SELECT c.id, c.name, c.slug, c.status, h.counted_at, h.addressable, h.registered, h.active, h.units,
               d.ends, d.quota, coalesce(a.leads, 0) AS leads, {CONCERNS} AS concerns
          FROM company c LEFT JOIN company_health h ON h.company_id = c.id LEFT JOIN deal d ON d.company_id = c.id
          LEFT JOIN asked a ON a.customer_id = c.id
         WHERE (:status = '' OR c.status = :status)
           AND (SELECT bool_and(c.name ILIKE word OR EXISTS (
                    SELECT FROM domain o WHERE o.company_id = c.id AND o.host ILIKE word))
                  FROM unnest(CAST(:words AS text[])) AS word) IS NOT FALSE),
    page AS (
        SELECT *, count(*) OVER () AS total, row_number() OVER (ORDER BY {{order}}, lower(name), id) AS place FROM found
         WHERE {{shown}} ORDER BY {{order}}, lower(name), id LIMIT :size OFFSET :offset)
    SELECT page.*,
           (SELECT host FROM domain WHERE company_id = page.id AND kind = 'primary' LIMIT 1) AS host,
           (SELECT icon_id FROM brand_version WHERE company_id = page.id AND withdrawn_at IS NULL
               AND published_at <= now() ORDER BY published_at DESC, number DESC LIMIT 1) AS icon
      FROM page ORDER BY place
"""  # noqa: S608 - our own words
ORDERS: Final[Mapping[str, str]] = {
    "name": "lower(name)",
    "reach": "registered::float / nullif(addressable, 0) NULLS LAST",
    "active": "active::float / nullif(registered, 0) NULLS LAST",
    "ends": "ends NULLS LAST",
    "leads": "leads DESC",
    "quota": "units::float / nullif(quota, 0) DESC NULLS LAST",
}
SHOWN: Final[Mapping[str, str]] = {
    "": "true",
    "attention": "cardinality(concerns) > 0",
    "ending": "'ending' = ANY(concerns)",
    "quota": "'quota' = ANY(concerns)",
    "leads": "leads > 0",
}
ONE: Final = f"""
    SELECT c.id, c.name, c.status, h.counted_at, h.addressable, h.registered, h.active, h.units, d.ends, d.quota,
           (SELECT count(*) FROM lead WHERE state = 'open' AND customer_id = c.id) AS leads, {CONCERNS} AS concerns
      FROM company c LEFT JOIN company_health h ON h.company_id = c.id
      LEFT JOIN ({DEALS.format(this="AND d.company_id = :company")}) d ON d.company_id = c.id
     WHERE c.id = :company
"""  # noqa: S608 - as above


@dataclass(frozen=True)
class Customer:
    """A company as a customer. What was never counted is None; `ends` is exclusive, None for no end or no contract.

    `quota` None means as many units as they like.
    """

    id: UUID
    name: str
    status: str
    counted_at: datetime | None
    addressable: int | None
    registered: int | None
    active: int | None
    units: int | None
    ends: date | None
    quota: int | None
    leads: int
    concerns: tuple[str, ...]
    host: str = ""
    icon: UUID | None = None

    @property
    def reach(self) -> int | None:
        """Percent of the addressable people who have an account."""
        return _share(self.registered, self.addressable)

    @property
    def use(self) -> int | None:
        """Percent of those with an account who used the portal in thirty days."""
        return _share(self.active, self.registered)

    @property
    def filled(self) -> int | None:
        """Percent of the units that are covered; above 100 for one who has more."""
        return _share(self.units, self.quota)

    @property
    def last_day(self) -> date | None:
        """The last day that a contract covers."""
        return self.ends - timedelta(days=1) if self.ends is not None else None


@dataclass(frozen=True)
class CustomerFilters:
    """What the list is narrowed down by and how it is sorted; all of it stands in the address."""

    words: str = ""
    status: str = ""
    shown: str = ""
    order: str = "name"
    page: int = 1


@dataclass(frozen=True)
class CustomerList:
    """A page of the list."""

    rows: Sequence[Customer]
    total: int
    more: bool


def customers(db: Session, filters: CustomerFilters, *, today: date, size: int = PAGE) -> CustomerList:
    """One statement, with three companies and with 5,000; words are looked for in names and hosts, earlier ones too."""
    asked = {
        "today": today, "status": filters.status, "size": size, "offset": (filters.page - 1) * size,
        "words": [f"%{_literal(word)}%" for word in filters.words.split()[:5]],
    }  # fmt: skip
    statement = ROWS.format(order=ORDERS[filters.order], shown=SHOWN[filters.shown])
    rows = db.execute(text(statement), asked).all()
    total = rows[0].total if rows else 0
    return CustomerList([_customer(row) for row in rows], total, filters.page * size < total)


def customer(db: Session, company_id: UUID, *, today: date) -> Customer | None:
    """One company; None when there is none."""
    row = db.execute(text(ONE), {"company": company_id, "today": today}).first()
    return _customer(row) if row is not None else None


def _customer(row: Any) -> Customer:
    fields = {name: value for name, value in row._mapping.items() if name in Customer.__dataclass_fields__}
    return Customer(
        **{**fields, "concerns": tuple(row.concerns), "host": fields.get("host") or getattr(row, "slug", "")}
    )


def _share(part: int | None, whole: int | None) -> int | None:
    return None if part is None or not whole else part * 100 // whole


def _literal(word: str) -> str:
    """A word whose % and _ mean themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
