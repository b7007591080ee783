"""The waiting list: what becomes free is held for whoever waits the longest for it, and offered to them.

A time is offered in the transaction in which it becomes free, so that nobody else can have it in between. What is true
stands in the database: an offer holds its time in `bookings_blocking`, and jobs only wake us when one has lapsed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.errors import LockNotAvailable

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import Busy, Refusal, lapses_at, minute_of, moment
from plugins.bookings.services.making import Party, Refused, Wish, block_time, following, hold, situation, standing
from quartier.sdk import CompanySession, defer, meant_people, new_id, withdraw_notifications

LAPSE: Final = "bookings.lapse"
OFFER: Final = "bookings.offer"
TELL_WAITER: Final = "bookings.tell_waiter"
MOST_LISTS: Final = 10
"""So many times somebody can wait for at once."""
IN_THE_WAY: Final = frozenset({"taken", "buffer", "held"})
"""What passes: it becomes free, or it does not."""
PATIENCE: Final = "300ms"
AGAIN: Final = timedelta(seconds=5)

# Nothing in the table forbids a second line: two entries that turn out to be one person may both have theirs.
_JOIN = """
    INSERT INTO bookings_waiter (id, asset_id, person_id, starts, ends, people, note, agreed, made_by)
    SELECT %(id)s, %(asset)s, %(person)s, %(starts)s, %(ends)s, %(people)s, %(note)s, %(agreed)s, %(made_by)s
    WHERE NOT EXISTS (SELECT FROM bookings_waiter w WHERE w.person_id = %(person)s AND w.asset_id = %(asset)s
        AND w.starts = %(starts)s AND w.ends = %(ends)s AND w.state IN ('waiting', 'offered'))
    RETURNING id
"""
# Whoever is just being offered something else, or leaves, is passed over; nobody waits for another here.
_WHO_WAITS = """
    SELECT w.id, w.asset_id, w.person_id, w.starts, w.ends, w.people, w.note, w.agreed FROM bookings_waiter w
    WHERE w.state = 'waiting' AND w.starts > now() AND w.starts < %(last)s AND w.ends > %(first)s
        AND (w.asset_id = %(asset)s OR EXISTS (SELECT FROM bookings_link l
            WHERE w.asset_id IN (l.one_id, l.other_id) AND %(asset)s IN (l.one_id, l.other_id)))
    ORDER BY w.created_at, w.id LIMIT 100 FOR UPDATE OF w SKIP LOCKED
"""
_FREED = "SELECT asset_id, starts, ends FROM bookings_booking WHERE id = %s"
_OFFER = """
    WITH kept AS (
        INSERT INTO bookings_blocking (id, waiter_id, resource_id, starts, ends)
        SELECT k.id, %(waiter)s, k.resource, %(first)s, %(last)s
        FROM unnest(%(ids)s::uuid[], %(resources)s::uuid[]) AS k(id, resource)
        ON CONFLICT DO NOTHING RETURNING 1
    ), offered AS (
        UPDATE bookings_waiter SET state = 'offered', lapses = %(lapses)s WHERE id = %(waiter)s
    )
    SELECT count(*) FROM kept
"""
# What the session waits for locks otherwise comes back afterwards; where the savepoint is undone, by itself.
_PATIENT = """
    SELECT was, set_config('lock_timeout', %s, true) FROM (SELECT current_setting('lock_timeout') AS was OFFSET 0) now
"""
_END = """
    UPDATE bookings_waiter SET state = %(to)s, reason = %(reason)s, ended_at = now()
    WHERE id = %(id)s AND state = ANY(%(was)s) AND (%(now)s::timestamptz IS NULL OR lapses <= %(now)s)
    RETURNING asset_id, starts, ends, lapses
"""
_FREE = "DELETE FROM bookings_blocking WHERE waiter_id = %s RETURNING id"
_HELD = """
    SELECT w.id, w.lapses <= now() AS over FROM bookings_waiter w
    WHERE w.state = 'offered' AND EXISTS (SELECT FROM bookings_blocking k WHERE k.waiter_id = w.id
        AND k.resource_id = ANY(%(resources)s) AND k.starts < %(last)s AND k.ends > %(first)s)
    ORDER BY w.id FOR UPDATE OF w SKIP LOCKED
"""
_BACK = """
    UPDATE bookings_waiter SET state = 'waiting', lapses = NULL WHERE id = ANY(%s) AND state = 'offered' RETURNING id
"""


class NotOpen(Exception):
    """There is no such offer, or none any more: it was answered, has lapsed, or was taken back."""


def join(db: CompanySession, asset: AssetFacts, wish: Wish, party: Party) -> UUID:
    """Put somebody on the list for a time. Raises Refused where it is free, or could never be theirs.

    The quota is not asked here: what counts is what they have when the time becomes free.
    """
    now = minute_of(datetime.now(UTC))
    hold(db, party.person_id)
    around = situation(db, asset, wish, None, now)
    found = standing(asset.rules, wish, around)
    reasons = [one for one in found if one.code not in IN_THE_WAY]
    if not asset.rules.offer:
        reasons.append(Refusal("no_list"))
    elif not found:
        reasons.append(Refusal("free"))
    if len(queries.waits_of(db, party.person_id, still=True)) >= MOST_LISTS:
        reasons.append(Refusal("waits", {"count": MOST_LISTS}))
    if reasons:
        raise Refused(reasons, following(db, asset, wish, now))
    given = {
        "id": new_id(), "asset": asset.id, "person": party.person_id, "starts": moment(wish.start),
        "ends": moment(wish.end), "people": wish.people, "note": wish.note, "made_by": party.made_by,
        "agreed": datetime.now(UTC) if asset.house_rules and wish.agreed else None,
    }  # fmt: skip
    made = db.row(_JOIN, given)
    if made is None:
        raise Refused([Refusal("listed")], following(db, asset, wish, now))
    found_id: UUID = made.id
    return found_id


def offer_freed(db: CompanySession, booking_id: UUID) -> None:
    """The time of a booking is free: hold it for who waits for it."""
    row = db.row(_FREED, (booking_id,))
    if row is not None:
        offer(db, row.asset_id, row.starts, row.ends)


def offer(db: CompanySession, asset_id: UUID, first: datetime, last: datetime) -> int:
    """Hold what is free around this time for those who wait for it, who came first first; how many were offered.

    Whom it does not fit now (their quota is used up, it is too late for the rules) keeps their place; who may not book
    it any more goes from the list.
    """
    edge = timedelta(days=1)
    given = {"asset": asset_id, "first": first - edge, "last": last + edge}
    waiting = db.rows(_WHO_WAITS, given) if last > datetime.now(UTC) else []
    if not waiting:
        return 0
    assets = queries.by_id(queries.assets_of(db))
    busy = _busy(db, assets, waiting)
    count = 0
    for row in waiting:
        asset = assets[row.asset_id]
        start, end = minute_of(row.starts) - asset.rules.before, minute_of(row.ends) + asset.rules.after
        if not busy[asset.id].hits(start, end) and _offered(db, asset, row):
            busy, count = _busy(db, assets, waiting), count + 1
    return count


def lapse(db: CompanySession, waiter_id: UUID) -> bool:
    """End an offer whose time is up, and offer it to the next; False where there is nothing to end."""
    return _end(db, waiter_id, "lapsed", was=("offered",), now=datetime.now(UTC))


def leave(db: CompanySession, waiter_id: UUID) -> None:
    """Somebody does not want it any more, offered or not. Raises NotOpen."""
    if not _end(db, waiter_id, "left"):
        raise NotOpen


def remove(db: CompanySession, waiter_id: UUID, *, reason: str = "") -> None:
    """The team takes somebody off the list, who is told. Raises NotOpen."""
    if not _end(db, waiter_id, "removed", reason=reason):
        raise NotOpen


def drop(db: CompanySession, waiter_id: UUID) -> bool:
    """Somebody may not book it any more: they go from the list, and the next one is asked; False where they had gone.

    Who finds it out themselves reads it where they are, and gets the message like the others.
    """
    return _end(db, waiter_id, "dropped")


def is_for(db: CompanySession, asset: AssetFacts, person_id: UUID) -> bool:
    """Whether this person may book it today."""
    today = datetime.now(UTC).astimezone(asset.zone).date()
    return not asset.archived and bool(meant_people(db, asset.audience, [person_id], on=today))


def drop_all(db: CompanySession, asset_id: UUID) -> None:
    """Nobody can book this any more: all who wait for it are told, and nothing is held."""
    for one in queries.waiters(db, [asset_id]):
        _end(db, one.id, "dropped", again=False)


def ready_again(db: CompanySession, asset: AssetFacts, wish: Wish) -> tuple[bool, bool]:
    """Whether offers stand against a wish: some that had lapsed and are ended now, and some that still hold.

    Jobs end offers in time; this is for the moment before, and for when none runs.
    """
    held = db.rows(_HELD, _around(asset, wish.start, wish.end))
    ended = [lapse(db, row.id) for row in held if row.over]
    return any(ended), not all(row.over for row in held)


def take_back(db: CompanySession, asset: AssetFacts, start: int, end: int) -> None:
    """The company needs a time that is on offer: those who have it wait again, in their place."""
    held = [row.id for row in db.rows(_HELD, _around(asset, start, end))]
    for row in db.rows(_BACK, (held,)) if held else []:
        db.rows(_FREE, (row.id,))
        withdraw_notifications(db, [row.id])
        _tell(db, row.id, "taken_back")


def free_hold(db: CompanySession, waiter_id: UUID) -> None:
    """What was held for an offer is free; whoever calls writes the booking in its place, in the same transaction."""
    db.rows(_FREE, (waiter_id,))


def _busy(db: CompanySession, assets: Mapping[UUID, AssetFacts], waiting: Sequence[Any]) -> dict[UUID, Busy]:
    """What is taken of all that they wait for: most wait for what somebody else has just got."""
    wanted = [assets[one] for one in {row.asset_id for row in waiting}]
    edge = max(one.rules.before + one.rules.after for one in wanted) + 1
    first, last = min(row.starts for row in waiting), max(row.ends for row in waiting)
    return queries.busy(db, wanted, minute_of(first) - edge, minute_of(last) + edge)


def _offered(db: CompanySession, asset: AssetFacts, row: Any) -> bool:
    now = datetime.now(UTC)
    wish = Wish(minute_of(row.starts), minute_of(row.ends), row.people, row.note, row.agreed is not None)
    if not asset.archived and not is_for(db, asset, row.person_id):
        _end(db, row.id, "dropped", again=False)
        return False
    household, _groups = queries.home_of(db, row.person_id, now.astimezone(asset.zone).date())
    around = situation(db, asset, wish, household, minute_of(now), alone=False)
    until = lapses_at(asset.rules.offer, minute_of(now), wish.start - asset.rules.lead, asset.zone)
    if asset.archived or until is None or not asset.rules.offer or standing(asset.rules, wish, around):
        return False
    if not _held(db, asset, row.id, wish, until):
        return False
    defer(db, LAPSE, at=moment(until), urgent=True, waiter=str(row.id))
    _tell(db, row.id, "offered")
    return True


def _held(db: CompanySession, asset: AssetFacts, waiter_id: UUID, wish: Wish, until: int) -> bool:
    """Keep the time for them. Who came to the same time a moment ago, and waits for us, is not waited for: then we look
    again once they are done."""
    given: dict[str, Any] = {
        "waiter": waiter_id, "lapses": moment(until), "ids": [new_id() for _each in asset.resources],
        "resources": list(asset.resources),
    }  # fmt: skip
    times = block_time(asset, wish.start, wish.end)
    nested = db.begin_nested()
    try:
        was = db.row(_PATIENT, (PATIENCE,)).was
        kept: int = db.row(_OFFER, given | times)[0]
        db.rows("SELECT set_config('lock_timeout', %s, true)", (was,))
    except LockNotAvailable:
        nested.rollback()
        starts, ends = (at.isoformat() for at in wish.moments)
        defer(db, OFFER, at=datetime.now(UTC) + AGAIN, asset=str(asset.id), starts=starts, ends=ends)
        return False
    if kept < len(asset.resources):
        nested.rollback()
        return False
    nested.commit()
    return True


def _end(
    db: CompanySession, waiter_id: UUID, to: str, *, was: Sequence[str] = ("waiting", "offered"), reason: str = "",
    now: datetime | None = None, again: bool = True,
) -> bool:  # fmt: skip
    given: Mapping[str, Any] = {"id": waiter_id, "to": to, "was": list(was), "reason": reason, "now": now}
    ended = db.row(_END, dict(given))
    if ended is None:
        return False
    withdraw_notifications(db, [waiter_id])
    if to != "left":
        _tell(db, waiter_id, to)
    if ended.lapses is not None and db.rows(_FREE, (waiter_id,)) and again:
        offer(db, ended.asset_id, ended.starts, ended.ends)
    return True


def _around(asset: AssetFacts, start: int, end: int) -> dict[str, Any]:
    return {"resources": list(asset.resources), **block_time(asset, start, end)}


def _tell(db: CompanySession, waiter_id: UUID, what: str) -> None:
    defer(db, TELL_WAITER, urgent=True, waiter=str(waiter_id), what=what)
