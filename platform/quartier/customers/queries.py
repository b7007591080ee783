"""Reading companies as customers, for the console: from numbers that were counted at night, and from contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.estate.quota import COVERED

PAGE: Final = 50
SOON: Final = 90
"""Days before its end in which a contract wants to be spoken about."""
DEALS: Final = """
    SELECT company_id, bool_or(starts <= :today) AS runs,
           CASE WHEN bool_or(ends IS NULL) THEN NULL ELSE max(ends) END AS ends
      FROM contract WHERE stage = 'accepted' AND (ends IS NULL OR ends > :today) {this} GROUP BY company_id
"""
"""Of contracts that run or are to come: whether one runs, and until when (exclusive)."""
QUOTAS: Final = COVERED.format(of="k.company_id,", on=":today", those="{this} GROUP BY k.company_id")
"""How many units the contracts in force cover, by company."""
LEADS: Final = """
    SELECT customer_id, count(*) AS leads FROM lead WHERE state = 'open' AND customer_id IS NOT NULL {this}
     GROUP BY customer_id
"""
CONCERNS: Final = f"""
    CASE WHEN c.demo_ends IS NOT NULL THEN ARRAY[]::text[] ELSE array_remove(ARRAY[
        CASE WHEN c.status = 'suspended' THEN 'suspended' END,
        CASE WHEN d.runs IS NOT TRUE THEN 'contract' END,
        CASE WHEN d.ends <= CAST(:today AS date) + {SOON} THEN 'ending' END,
        CASE WHEN h.addressable >= 20 AND h.registered * 4 < h.addressable THEN 'reach' END,
        CASE WHEN h.registered >= 10 AND h.active * 5 < h.registered THEN 'active' END,
        CASE WHEN q.quota > 0 AND h.units * 10 >= q.quota * 9 THEN 'quota' END], NULL) END
"""
"""What somebody should look at, as keys of `wording.CONCERNS`. Of very few people a share says nothing, nor do a demo's
made-up ones."""
ONE: Final = f"""
    SELECT c.id, c.name, c.slug, c.status, c.demo_ends IS NOT NULL AS is_demo, c.manager_id,
           h.counted_at, h.addressable, h.registered, h.active, h.units, d.ends,
           q.quota, coalesce(a.leads, 0) AS leads, {CONCERNS} AS concerns,
           (SELECT o.name FROM operator o WHERE o.id = c.manager_id AND o.is_active) AS manager,
           (SELECT host FROM domain WHERE company_id = c.id AND kind = 'primary' LIMIT 1) AS host,
           (SELECT icon_id FROM brand_version WHERE company_id = c.id AND property_id IS NULL
               AND withdrawn_at IS NULL AND published_at <= now()
             ORDER BY published_at DESC, number DESC LIMIT 1) AS icon
      FROM company c LEFT JOIN company_health h ON h.company_id = c.id
      LEFT JOIN LATERAL ({DEALS.format(this="AND company_id = c.id")}) d ON true
      LEFT JOIN LATERAL ({QUOTAS.format(this="AND k.company_id = c.id")}) q ON true
      LEFT JOIN LATERAL ({LEADS.format(this="AND customer_id = c.id")}) a ON true
     WHERE c.id = :company
"""  # noqa: S608 - our own words
OF_PAGE: Final = ONE.replace("FROM company c", "FROM (SELECT page.*) c").replace("c.id = :company", "true")
# First the fifty companies: what neither sorts nor narrows the list is not even read of the others, for the database
# drops a join that nothing asks for; by name it reads fifty entries of an index. All are counted apart where that needs
# no joins, so that no row is carried along only to be counted. Then everything of the fifty.
LISTED: Final = f"""
          FROM company c LEFT JOIN company_health h ON h.company_id = c.id
          LEFT JOIN ({DEALS.format(this="")}) d ON d.company_id = c.id
          LEFT JOIN ({QUOTAS.format(this="")}) q ON q.company_id = c.id
          LEFT JOIN ({LEADS.format(this="")}) a ON a.customer_id = c.id
         WHERE c.status <> 'prospect' AND (:status = '' OR c.status = :status) AND {{shown}} AND {{words}} AND {{whose}}
"""
ROWS: Final = f"""
    WITH page AS MATERIALIZED (
        SELECT c.id, c.name, c.slug, c.status, c.demo_ends, c.manager_id, {{order}} AS place, lower(c.name) AS called
               {{along}}
          {LISTED}
         ORDER BY {{order}} NULLS LAST, lower(c.name), c.id LIMIT :size OFFSET :offset),
    counted AS ({{counted}})
    SELECT counted.total, counted.demos, one.*
      FROM counted CROSS JOIN page CROSS JOIN LATERAL ({OF_PAGE}) one
     ORDER BY page.place NULLS LAST, page.called, page.id
"""  # noqa: S608 - as above
NEXT: Final = f"""
    WITH page AS MATERIALIZED (
        SELECT c.id, c.name, c.slug, c.status, c.demo_ends, c.manager_id, lower(c.name) AS called FROM company c
         WHERE c.status <> 'prospect' AND (CAST(:manager AS uuid) IS NULL OR c.manager_id = :manager)
           AND (CAST(:last AS uuid) IS NULL OR (lower(c.name), c.id) > (:name, :last))
         ORDER BY lower(c.name), c.id LIMIT :limit)
    SELECT page.called, one.* FROM page CROSS JOIN LATERAL ({OF_PAGE}) one ORDER BY page.called, page.id
"""  # noqa: S608 - as above
APART: Final = f"SELECT count(*) AS total, count(*) FILTER (WHERE c.demo_ends IS NOT NULL) AS demos {LISTED}"
ALONG: Final = ", count(*) OVER () AS total, count(*) FILTER (WHERE c.demo_ends IS NOT NULL) OVER () AS demos"
FROM_PAGE: Final = "SELECT total, demos FROM page LIMIT 1"
PLAIN: Final = frozenset({"", "customers", "demos"})
"""Keys of `SHOWN` that ask companies alone: counting them costs next to nothing."""
CALLED: Final = """
    (SELECT bool_and(c.name ILIKE word OR EXISTS (SELECT FROM domain o WHERE o.company_id = c.id AND o.host ILIKE word))
       FROM unnest(CAST(:words AS text[])) AS word)
"""
HELD: Final = "(c.manager_id = :manager)"
UNHELD: Final = "(NOT EXISTS (SELECT FROM operator o WHERE o.id = c.manager_id AND o.is_active))"
"""Whoever has left looks after nobody."""
NOBODY: Final = "nobody"
ORDERS: Final[Mapping[str, str]] = {
    "name": "NULL::int",
    "reach": "h.registered::float / nullif(h.addressable, 0)",
    "active": "h.active::float / nullif(h.registered, 0)",
    "ends": "d.ends",
    "leads": "-a.leads",
    "quota": "-h.units::float / nullif(q.quota, 0)",
}
SHOWN: Final[Mapping[str, str]] = {
    "": "true",
    "attention": f"cardinality({CONCERNS}) > 0",
    "ending": f"c.demo_ends IS NULL AND d.ends <= CAST(:today AS date) + {SOON}",
    "quota": "c.demo_ends IS NULL AND q.quota > 0 AND h.units * 10 >= q.quota * 9",
    "leads": "a.leads > 0",
    "demos": "c.demo_ends IS NOT NULL",
    "customers": "c.demo_ends IS NULL",
}


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
    manager: str | None = None
    manager_id: UUID | None = None
    slug: str = ""
    called: str = ""
    is_demo: bool = False
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
    """What the list is narrowed down by and how it is sorted; all of it stands in the address.

    `manager` is an operator, or "nobody" for what nobody looks after, or "".
    """

    words: str = ""
    status: str = ""
    shown: str = ""
    manager: UUID | str = ""
    order: str = "name"
    page: int = 1


@dataclass(frozen=True)
class CustomerList:
    """A page of the list; of the `total` so many are `demos`."""

    rows: Sequence[Customer]
    total: int
    more: bool
    demos: int = 0


def customers(db: Session, filters: CustomerFilters, *, today: date, size: int = PAGE) -> CustomerList:
    """One statement, with three companies and with 5,000; words are looked for in names and hosts, earlier ones too."""
    asked = {
        "today": today, "status": filters.status, "size": size, "offset": (filters.page - 1) * size,
        "manager": filters.manager if isinstance(filters.manager, UUID) else None,
        "words": [f"%{_literal(word)}%" for word in filters.words.split()[:5]],
    }  # fmt: skip
    words = CALLED if asked["words"] else "true"
    whose = HELD if asked["manager"] else UNHELD if filters.manager == NOBODY else "true"
    narrowed = {"shown": SHOWN[filters.shown], "words": words, "whose": whose}
    apart = filters.shown in PLAIN and not asked["words"]
    counted, along = (APART.format(**narrowed), "") if apart else (FROM_PAGE, ALONG)
    statement = ROWS.format(order=ORDERS[filters.order], counted=counted, along=along, **narrowed)
    rows = db.execute(text(statement), asked).all()
    total = rows[0].total if rows else 0
    demos = rows[0].demos if rows else 0
    return CustomerList([_customer(row) for row in rows], total, filters.page * size < total, demos)


def customer(db: Session, company_id: UUID, *, today: date) -> Customer | None:
    """One company; None when there is none."""
    row = db.execute(text(ONE), {"company": company_id, "today": today}).first()
    return _customer(row) if row is not None else None


def customers_after(
    db: Session, after: Sequence[Any] | None, *, today: date, manager: UUID | None = None, limit: int = PAGE
) -> list[Customer]:
    """Those that come after one (its name in small letters, its id), by name; for programs. One statement."""
    name, last = after or ("", None)
    asked = {"today": today, "name": name, "last": last, "manager": manager, "limit": limit}
    return [_customer(row) for row in db.execute(text(NEXT), asked)]


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
