"""What becomes of a booking. Each step is taken from the state it was decided in, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import Refusal, Rules, late_fee, minute_of, moment
from plugins.bookings.services.making import TELL, Refused, Wish, block_time, following, situation, standing
from plugins.bookings.services.offering import offer, offer_freed
from plugins.bookings.services.releasing import watch
from quartier.sdk import CompanySession, Viewer, defer, new_id

_STEP = """
    WITH done AS (
        UPDATE bookings_booking SET state = %(to)s, reason = %(reason)s, fee = fee + %(fee)s, changed_at = now(),
            sequence = sequence + 1, version = version + 1
        WHERE id = %(id)s AND state = ANY(%(was)s) AND (%(version)s::int IS NULL OR version = %(version)s)
        RETURNING id
    ), freed AS (
        DELETE FROM bookings_blocking WHERE booking_id IN (SELECT id FROM done) AND %(frees)s
    )
    INSERT INTO bookings_event (id, booking_id, what, by, reason)
    SELECT %(event)s, id, %(what)s, %(by)s, %(reason)s FROM done RETURNING booking_id
"""
_MOVE = """
    UPDATE bookings_booking SET starts = %(starts)s, ends = %(ends)s, sequence = sequence + 1, version = version + 1,
        changed_at = now()
    WHERE id = %(id)s AND state IN ('requested', 'confirmed') AND version = %(version)s RETURNING id
"""
_FREE = "DELETE FROM bookings_blocking WHERE booking_id = %s RETURNING id"
_KEEP = """
    INSERT INTO bookings_blocking (id, booking_id, resource_id, starts, ends)
    SELECT k.id, %(id)s, k.resource, %(first)s, %(last)s
    FROM unnest(%(ids)s::uuid[], %(resources)s::uuid[]) AS k(id, resource)
    ON CONFLICT DO NOTHING RETURNING id
"""
_NOTE = "INSERT INTO bookings_event (id, booking_id, what, by, reason) VALUES (%s, %s, %s, %s, %s) RETURNING id"
_OPEN = "DELETE FROM bookings_booking WHERE id = %s AND state = 'block' RETURNING asset_id, starts, ends"
_ARRIVED = """
    UPDATE bookings_booking SET arrived_at = now(), version = version + 1
    WHERE id = %s AND state = 'confirmed' AND arrived_at IS NULL RETURNING id
"""


class Changed(Exception):
    """Somebody else has decided meanwhile, or the booking is not in a state in which this can be done."""


@dataclass(frozen=True)
class Step:
    """From which states a booking comes to another one, and whether its time is free then."""

    to: str
    was: tuple[str, ...]
    frees: bool


CONFIRM = Step("confirmed", ("requested",), frees=False)
DECLINE = Step("declined", ("requested",), frees=True)
CANCEL = Step("cancelled", ("requested", "confirmed"), frees=True)
MISS = Step("missed", ("confirmed",), frees=True)


def confirm(
    db: CompanySession, booking_id: UUID, *, by: Viewer, version: int | None = None, quietly: bool = False
) -> None:
    """Say yes to a request; `quietly` leaves telling of it to whoever calls. Raises Changed."""
    _step(db, booking_id, CONFIRM, "confirmed", by=by.name, version=version)
    watch(db, booking_id)
    if not quietly:
        _tell(db, booking_id, "confirmed", by.name)


def decline(
    db: CompanySession, booking_id: UUID, *, by: Viewer, reason: str, version: int | None = None, quietly: bool = False
) -> None:
    """Say no to a request; its time is free again. Raises Changed."""
    _step(db, booking_id, DECLINE, "declined", by=by.name, reason=reason, version=version)
    offer_freed(db, booking_id)
    if not quietly:
        _tell(db, booking_id, "declined", by.name)


def cancel(
    db: CompanySession, booking: queries.BookingFacts, *, by: Viewer | None, reason: str = "",
    version: int | None = None, quietly: bool = False, offered: bool = True,
) -> Decimal:  # fmt: skip
    """Give a booking up; what it costs now. Staff (`by`) cancel at no cost to anybody. Raises Changed.

    The rules are those under which it was made. `offered`: the time goes to who waits for it.
    """
    fee = fee_now(booking) if by is None else Decimal("0.00")
    if booking.is_over:
        raise Changed
    name = by.name if by else ""
    _step(db, booking.id, CANCEL, "cancelled", by=name, reason=reason, version=version, fee=fee)
    if offered:
        offer_freed(db, booking.id)
    if not quietly:
        _tell(db, booking.id, "cancelled", name)
    return fee


def fee_now(booking: queries.BookingFacts) -> Decimal:
    """What it costs whoever has booked to give it up now."""
    if booking.state != "confirmed":
        return Decimal("0.00")
    return late_fee(Rules.from_json(booking.rules), minute_of(booking.starts), minute_of(datetime.now(UTC)))


def miss(db: CompanySession, booking_id: UUID, *, by: str, what: str = "missed", version: int | None = None) -> None:
    """Nobody came: the rest of the time is free for others. Raises Changed, with a version also when they came now."""
    _step(db, booking_id, MISS, what, by=by, version=version)
    offer_freed(db, booking_id)
    _tell(db, booking_id, what, by)


def arrive(db: CompanySession, booking_id: UUID, *, by: str = "") -> None:
    """Somebody is there, so the slot is kept. Saying it again changes nothing."""
    if db.rows(_ARRIVED, (booking_id,)):
        db.rows(_NOTE, (new_id(), booking_id, "arrived", by, ""))


def move(
    db: CompanySession, booking: queries.BookingFacts, asset: AssetFacts, wish: Wish, *, by: Viewer, override: str = ""
) -> None:
    """To another time, or another asset's rules under the same roof; the price stays. Raises Refused and Changed."""
    now = minute_of(datetime.now(UTC))
    around = situation(db, asset, wish, booking.household, now, but=booking.id)
    reasons = standing(asset.rules, wish, around, override=bool(override))
    if reasons:
        raise Refused(reasons, following(db, asset, wish, now))
    given: dict[str, Any] = {"id": booking.id, "version": booking.version}
    with db.begin_nested():
        if not db.rows(_MOVE, {**given, "starts": moment(wish.start), "ends": moment(wish.end)}):
            raise Changed
        db.rows(_FREE, (booking.id,))
        ids = {"ids": [new_id() for _each in asset.resources], "resources": list(asset.resources)}
        kept = db.rows(_KEEP, {**given, **ids, **block_time(asset, wish.start, wish.end)})
        if len(kept) < len(asset.resources):
            raise Refused([Refusal("taken")], None)
        db.rows(_NOTE, (new_id(), booking.id, "moved", by.name, override))
    watch(db, booking.id)
    offer(db, booking.asset_id, booking.starts, booking.ends)
    defer(db, TELL, urgent=True, booking=str(booking.id), what="moved")


def _step(
    db: CompanySession, booking_id: UUID, step: Step, what: str, *, by: str, reason: str = "",
    version: int | None = None, fee: Decimal = Decimal(0),
) -> None:  # fmt: skip
    given = {
        "id": booking_id, "to": step.to, "was": list(step.was), "frees": step.frees, "what": what, "by": by,
        "reason": reason, "version": version, "fee": fee, "event": new_id(),
    }  # fmt: skip
    if not db.rows(_STEP, given):
        raise Changed


def _tell(db: CompanySession, booking_id: UUID, what: str, by: str) -> None:
    defer(db, TELL, urgent=True, booking=str(booking_id), what=what, own=not by)


def unblock(db: CompanySession, booking_id: UUID) -> None:
    """Open a blocked time again. Raises Changed where that has been done already."""
    opened = db.row(_OPEN, (booking_id,))
    if opened is None:
        raise Changed
    offer(db, *opened)
