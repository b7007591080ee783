"""Bookings: of a person, of a day, of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from plugins.bookings.queries.assets import AssetFacts
from quartier.sdk import COMPANY, CompanySession, Visit

FACTS = """
    b.id, b.asset_id, b.person_id, b.household, b.starts, b.ends, b.state, b.people, b.note, b.reason, b.price,
    b.deposit, b.vat, b.fee, b.currency, b.rules, b.agreed, b.arrived_at, b.series_id, b.made_by, b.override,
    b.sequence, b.version, b.created_at, b.changed_at,
    coalesce(nullif(trim(p.given_name || ' ' || p.family_name), ''), p.company_name, '') AS person
"""
FROM = "FROM bookings_booking b LEFT JOIN person p ON p.company_id = b.company_id AND p.id = b.person_id"
_ONE = f"SELECT {FACTS} {FROM} WHERE b.id = %(id)s AND (%(person)s::uuid IS NULL OR b.person_id = %(person)s)"
_MINE = f"""
    SELECT {FACTS} {FROM} WHERE b.person_id = %(person)s
    ORDER BY b.ends > %(now)s DESC, CASE WHEN b.ends > %(now)s THEN b.starts END, b.starts DESC LIMIT %(limit)s
"""
_EVENTS = "SELECT at, what, by, reason FROM bookings_event WHERE booking_id = %s ORDER BY at, id"
_HOME = """
    SELECT y.unit_id, y.kind, u.is_commercial FROM occupant o
    JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
    JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
    WHERE o.person_id = %(person)s AND y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s)
        AND (o.ends IS NULL OR o.ends > %(today)s)
    ORDER BY u.kind IN ('flat', 'house', 'room') DESC, y.starts, y.id
"""
LONGEST_DAYS = 400
"""No booking lasts longer: how far back one may have begun that is still going on."""


class Timed:
    """What everything that is shown of a booking can say of its time."""

    starts: datetime
    ends: datetime
    state: str

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        return self.ends <= datetime.now(UTC)

    @property
    def look(self) -> str:
        """The state as people see it: what was confirmed and is over is done, what nobody answered has lapsed."""
        if self.is_over and self.state in ("confirmed", "requested"):
            return "done" if self.state == "confirmed" else "lapsed"
        return self.state


@dataclass(frozen=True)
class BookingFacts(Timed):
    """A booking. `person` is empty for a time that the company blocks."""

    id: UUID
    asset_id: UUID
    person_id: UUID | None
    household: UUID | None
    starts: datetime
    ends: datetime
    state: str
    people: int
    note: str
    reason: str
    price: Decimal
    deposit: Decimal
    vat: Decimal
    fee: Decimal
    currency: str
    rules: dict[str, Any]
    agreed: datetime | None
    arrived_at: datetime | None
    series_id: UUID | None
    made_by: str
    override: str
    sequence: int
    version: int
    created_at: datetime
    changed_at: datetime
    person: str

    @property
    def is_on(self) -> bool:
        """Whether it is going on: when the door code is shown."""
        return self.state == "confirmed" and self.starts <= datetime.now(UTC) < self.ends

    @property
    def is_due(self) -> bool:
        """Whether its price is, or would be: of what did not come about only a late fee is."""
        return self.look not in ("declined", "cancelled", "lapsed")

    @property
    def is_open(self) -> bool:
        """Whether it can still be given up."""
        return self.state in ("requested", "confirmed") and not self.is_over


def booking(db: CompanySession, booking_id: UUID, *, person_id: UUID | None = None) -> BookingFacts | None:
    """One booking; with a person, only one of theirs."""
    row = db.row(_ONE, {"id": booking_id, "person": person_id})
    return BookingFacts(*row) if row else None


def bookings_of(db: CompanySession, person_id: UUID, *, limit: int = 200) -> list[BookingFacts]:
    """Those of a person: what lies ahead, the next one first, then what is over, the last one first."""
    rows = db.rows(_MINE, {"person": person_id, "now": datetime.now(UTC), "limit": limit})
    return [BookingFacts(*row) for row in rows]


def events_of(db: CompanySession, booking_id: UUID) -> list[Any]:
    """What became of a booking, in order: `at`, `what`, `by`, `reason`."""
    return db.rows(_EVENTS, (booking_id,))


def household_of(visit: Visit) -> UUID:
    """Whose quota counts for this viewer: the home, or the premises; whoever has none counts alone."""
    ranked = sorted(
        visit.viewer.places,
        key=lambda one: (not one.is_party, one.unit_kind not in ("flat", "house", "room"), str(one.unit_id)),
    )
    own = visit.viewer.person_id
    return ranked[0].unit_id if ranked else own or UUID(int=0)


def household_of_person(visit: Visit, person_id: UUID) -> tuple[UUID, frozenset[str]]:
    """The same for somebody on whose behalf staff book, and the groups that they belong to."""
    return home_of(visit.db, person_id, visit.today)


def home_of(db: CompanySession, person_id: UUID, today: date) -> tuple[UUID, frozenset[str]]:
    """The same where nobody of the team is asked, such as for an offer: as it is on a day."""
    rows = db.rows(_HOME, {"person": person_id, "today": today})
    groups: set[str] = set()
    for row in rows:
        tenant = {"tenants", "businesses" if row.is_commercial else "residents"}
        groups |= {"owners"} if row.kind == "ownership" else tenant
    return (rows[0].unit_id if rows else person_id), frozenset(groups)


_AT_HOME = """
    SELECT 1 FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
    JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
    JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
    WHERE o.person_id = %(person)s AND b.property_id = %(property)s
        AND (y.ends IS NULL OR y.ends > %(today)s) AND (o.ends IS NULL OR o.ends > %(today)s) LIMIT 1
"""


def may_book_for(visit: Visit, person_id: UUID, asset: AssetFacts) -> bool:
    """Whether the viewer may book this asset for somebody: who has the right in a property only, for its people."""
    if visit.viewer.may(visit.needs, at=COMPANY):
        return True
    given = {"person": person_id, "property": asset.property_id, "today": visit.today}
    return visit.db.row(_AT_HOME, given) is not None


_WHERE = """
    SELECT DISTINCT g.property_id FROM agent a
    JOIN agent_grant g ON g.company_id = a.company_id AND g.agent_id = a.id
    WHERE a.person_id = %(person)s AND g.permissions && %(permissions)s::text[] AND g.ended_at IS NULL
        AND a.deactivated_at IS NULL AND (a.ends IS NULL OR a.ends > (SELECT company_today()))
        AND (g.starts IS NULL OR g.starts <= (SELECT company_today()))
        AND (g.ends IS NULL OR g.ends > (SELECT company_today()))
        AND g.building_id IS NULL AND g.unit_id IS NULL
"""


def properties_where(db: CompanySession, person_id: UUID, permissions: Sequence[str]) -> frozenset[UUID | None]:
    """Properties at which a colleague holds one of these rights today; None among them means the whole company."""
    given = {"person": person_id, "permissions": list(permissions)}
    return frozenset(row.property_id for row in db.rows(_WHERE, given))
