"""What a house has booked already when it is planted with examples: also in the past, and against no rule's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from plugins.bookings.models import Series
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import moment, price_of
from plugins.bookings.services.making import Made, Wish, write, written
from quartier.sdk import CompanySession, new_id

_PERSON = """
    SELECT p.id, y.unit_id FROM person p
    LEFT JOIN occupant o ON o.company_id = p.company_id AND o.person_id = p.id
    LEFT JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
    WHERE p.external_id = %s ORDER BY (y.ends IS NULL) DESC, y.starts DESC NULLS LAST LIMIT 1
"""
_EARLIER = """
    WITH told AS (UPDATE bookings_event SET at = %(at)s WHERE booking_id = %(id)s)
    UPDATE bookings_booking SET created_at = %(at)s, changed_at = %(at)s WHERE id = %(id)s RETURNING id
"""
_THEN = """
    WITH told AS (
        INSERT INTO bookings_event (id, booking_id, what, at)
        SELECT %(event)s, id, %(state)s, starts FROM bookings_booking WHERE id = %(id)s
    ), freed AS (DELETE FROM bookings_blocking WHERE booking_id = %(id)s)
    UPDATE bookings_booking SET state = %(state)s, fee = %(fee)s::numeric, sequence = 1 WHERE id = %(id)s RETURNING id
"""


@dataclass(frozen=True)
class Example:
    """A booking of an example; without a `person`, a time that the company blocks for the reason `note`.

    `series_id` is what it is a date of; `then` is what became of one that is over: "missed" or "cancelled".
    """

    start: int
    end: int
    person: UUID | None = None
    household: UUID | None = None
    people: int = 1
    note: str = ""
    series_id: UUID | None = None
    then: str = ""


def repeated(db: CompanySession, asset: AssetFacts, example: Example, way: str, count: int) -> UUID:
    """The series whose first date this is; the id that its bookings name."""
    assert example.person is not None  # noqa: S101 - nobody repeats what is only blocked
    made = Series(
        id=new_id(), asset_id=asset.id, person_id=example.person, way=way, starts=moment(example.start),
        ends=moment(example.end), count=count,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made.id


def neighbour(db: CompanySession, number: str) -> tuple[UUID, UUID] | None:
    """Who has this number in the company's own system, and their household."""
    row = db.row(_PERSON, (number,))
    return (row.id, row.unit_id or row.id) if row else None


def has_bookings(db: CompanySession) -> bool:
    """Whether anything was ever booked."""
    return db.row("SELECT 1 FROM bookings_booking LIMIT 1") is not None


def place(db: CompanySession, asset: AssetFacts, example: Example, now: int) -> bool:
    """Write it, unless the time is taken. It was booked some days before it began, and nobody is told."""
    minutes, blocked = example.end - example.start, example.person is None
    asks = asset.rules.asks_staff(minutes, example.people) and example.start > now
    state = "block" if blocked else "requested" if asks else "confirmed"
    price = price_of(asset.rules, example.start, example.end, asset.zone, frozenset({"tenants", "residents"}))
    made = Made(new_id(), state, price._replace(amount=price.amount * (not blocked)))
    wish = Wish(example.start, example.end, example.people, "" if blocked else example.note)
    values = written(asset, wish, made) | {
        "person": example.person, "household": example.household, "made_by": "", "override": "",
        "series": example.series_id,
        "reason": example.note if blocked else "", "what": "blocked" if blocked else state,
    }  # fmt: skip
    if not write(db, asset, values):
        return False
    begun = min(moment(example.start - asset.rules.lead) - timedelta(days=2 + example.start % 9), moment(now))
    db.rows(_EARLIER, {"at": begun, "id": made.id})
    if example.then and example.end < now:
        fee = asset.rules.late_fee if example.then == "cancelled" else "0"
        db.rows(_THEN, {"id": made.id, "state": example.then, "fee": fee, "event": new_id()})
    return True
