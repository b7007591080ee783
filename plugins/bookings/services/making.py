"""What a booking is made of: check the rules, then write, and let the database decide between two who come at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import (
    ALWAYS,
    Ask,
    Busy,
    Price,
    Refusal,
    Rules,
    Slot,
    Surroundings,
    local,
    minute_at,
    moment,
    next_free,
    price_of,
    refusals,
)
from quartier.sdk import CompanySession, new_id

TELL: Final = "bookings.tell"

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_SITUATION = """
    SELECT coalesce(array_agg((date_part('epoch', starts) / 60)::int), '{}') AS starts,
        coalesce(array_agg((date_part('epoch', ends) / 60)::int), '{}') AS ends,
        (SELECT count(*) FROM bookings_booking b WHERE b.household = %(household)s AND b.asset_id = %(asset)s
            AND b.starts >= %(since)s AND b.starts < %(until)s AND b.state IN ('requested', 'confirmed', 'missed')
            AND b.id IS DISTINCT FROM %(but)s) AS used
    FROM bookings_blocking
    WHERE resource_id = ANY(%(resources)s) AND ends > %(first)s AND starts < %(last)s
        AND (%(but)s::uuid IS NULL OR booking_id IS DISTINCT FROM %(but)s)
"""
_WRITE = """
    WITH made AS (
        INSERT INTO bookings_booking (id, asset_id, person_id, household, starts, ends, state, people, note, reason,
            price, deposit, vat, currency, rules, agreed, series_id, made_by, override)
        VALUES (%(id)s, %(asset)s, %(person)s, %(household)s, %(starts)s, %(ends)s, %(state)s, %(people)s, %(note)s,
            %(reason)s, %(price)s, %(deposit)s, %(vat)s, %(currency)s, %(rules)s, %(agreed)s, %(series)s, %(made_by)s,
            %(override)s)
    ), told AS (
        INSERT INTO bookings_event (id, booking_id, what, by, reason)
        VALUES (%(event)s, %(id)s, %(what)s, %(made_by)s, %(override)s)
    ), kept AS (
        INSERT INTO bookings_blocking (id, booking_id, resource_id, starts, ends)
        SELECT k.id, %(id)s, k.resource, %(first)s, %(last)s
        FROM unnest(%(ids)s::uuid[], %(resources)s::uuid[]) AS k(id, resource)
        ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT count(*) FROM kept
"""
_UNDO = "DELETE FROM bookings_booking WHERE id = %s RETURNING id"


@dataclass(frozen=True)
class Wish:
    """What somebody would like: moments as minutes (see `rules`), and what they say about it."""

    start: int
    end: int
    people: int = 1
    note: str = ""
    agreed: bool = True

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From when to when, as the database has it."""
        return moment(self.start), moment(self.end)


@dataclass(frozen=True)
class Party:
    """Whose booking it is: a person, the household whose quota counts, and the groups that decide the price.

    `made_by` is the colleague who books on their behalf, `override` why the rules do not count this time.
    """

    person_id: UUID
    household: UUID
    groups: frozenset[str] = frozenset()
    made_by: str = ""
    override: str = ""


class Refused(Exception):
    """It cannot be booked: every rule that stands against it, and the next slot that could be had."""

    def __init__(self, reasons: Sequence[Refusal], following: Slot | None) -> None:
        super().__init__(", ".join(one.code for one in reasons))
        self.reasons, self.following = list(reasons), following


@dataclass(frozen=True)
class Made:
    """A booking that is there now, or would be."""

    id: UUID
    state: str
    price: Price


def made_for(asset: AssetFacts, wish: Wish, party: Party) -> Made:
    """What a wish becomes once it is written: booked at once, or a request where staff decide."""
    minutes = length_of(asset.rules, wish, asset.zone)
    direct = bool(party.made_by) or not asset.rules.asks_staff(minutes, wish.people)
    return Made(new_id(), "confirmed" if direct else "requested", price_for(asset, wish, party))


def situation(
    db: CompanySession, asset: AssetFacts, wish: Wish, household: UUID | None, now: int, *, but: UUID | None = None,
    alone: bool = True,
) -> Surroundings:  # fmt: skip
    """What the rules must know; `alone` holds the household's lock until the transaction ends."""
    rules = asset.rules
    if alone:
        hold_household(db, rules, household)
    since, until = period(rules, wish.start, asset, now)
    row = db.row(
        _SITUATION,
        {
            "resources": list(asset.resources), "first": moment(wish.start - rules.before - 1),
            "last": moment(max(wish.end, wish.start) + rules.after + 1), "household": household, "asset": asset.id,
            "since": since, "until": until, "but": but,
        },
    )  # fmt: skip
    busy = Busy(list(zip(row.starts, row.ends, strict=True)))
    return Surroundings(asset.zone, now, busy, row.used, asset.capacity, bool(asset.house_rules))


def hold_household(db: CompanySession, rules: Rules, household: UUID | None) -> None:
    """Where there is a quota, who shares a household waits for one another until the transaction ends."""
    if rules.quota and household is not None:
        hold(db, household)


def hold(db: CompanySession, whose: UUID) -> None:
    """Who does this for the same household, or the same person, waits until the transaction ends."""
    db.rows(_LOCK, (f"bookings:{db.company_id}:{whose}",))


def standing(rules: Rules, wish: Wish, around: Surroundings, *, override: bool = False) -> list[Refusal]:
    """What stands against a wish; for staff who override the rules, only what nobody can override."""
    found = refusals(rules, Ask(wish.start, wish.end, wish.people, wish.agreed), around)
    return [one for one in found if not override or one.code in ALWAYS]


def following(db: CompanySession, asset: AssetFacts, wish: Wish, now: int) -> Slot | None:
    """The next slot after a wish that could be had, or where there is none, the next of all."""
    taken = queries.busy_of(db, asset, now - 1440, queries.until_horizon(asset, now))
    rules = asset.rules
    if rules.kind == "free" and rules.shortest < wish.end - wish.start <= rules.longest:
        rules = replace(rules, shortest=wish.end - wish.start)
    later = next_free(rules, asset.zone, taken, now=now, after=wish.start)
    return later or next_free(rules, asset.zone, taken, now=now)


def write(db: CompanySession, asset: AssetFacts, values: dict[str, Any]) -> bool:
    """Write a booking and keep its time; False, and nothing is written, when somebody else was quicker."""
    rows = db.row(_WRITE, {**values, "ids": [new_id() for _each in asset.resources], "event": new_id()})
    if rows[0] == len(asset.resources):
        return True
    db.rows(_UNDO, (values["id"],))
    return False


def block_time(asset: AssetFacts, start: int, end: int) -> dict[str, datetime]:
    """From when to when nobody else can have it."""
    return {"first": moment(start - asset.rules.before), "last": moment(end + asset.rules.after)}


def whose(party: Party, *, series_id: UUID | None = None) -> dict[str, Any]:
    """The rest of what `write` takes."""
    return {
        "person": party.person_id, "household": party.household, "made_by": party.made_by, "override": party.override,
        "series": series_id,
    }  # fmt: skip


def written(asset: AssetFacts, wish: Wish, made: Made) -> dict[str, Any]:
    """What `write` takes, without whose booking it is; the rules are kept as they are now."""
    agreed = datetime.now(UTC) if asset.house_rules and wish.agreed else None
    return {
        "id": made.id, "asset": asset.id, "starts": moment(wish.start), "ends": moment(wish.end), "state": made.state,
        "people": wish.people, "note": wish.note, "reason": "", "price": made.price.amount,
        "deposit": made.price.deposit, "vat": made.price.vat, "currency": asset.currency,
        "rules": Jsonb(asset.rules.to_json()), "agreed": agreed, "what": made.state,
        "resources": list(asset.resources), **block_time(asset, wish.start, wish.end),
    }  # fmt: skip


def price_for(asset: AssetFacts, wish: Wish, party: Party) -> Price:
    """What it costs whoever wants it."""
    return price_of(asset.rules, wish.start, wish.end, asset.zone, party.groups)


def length_of(rules: Rules, wish: Wish, zone: ZoneInfo) -> int:
    """Minutes as approval counts them: nights are whole days."""
    if rules.kind != "nights":
        return wish.end - wish.start
    return (local(wish.end, zone).date() - local(wish.start, zone).date()).days * 1440


def period(rules: Rules, start: int, asset: AssetFacts, now: int) -> tuple[datetime, datetime]:
    """The week, month or year (in local days) in which bookings count together with one that begins then."""
    if rules.quota_per == "ahead":
        return moment(now), moment(now + 10 * 366 * 1440)
    day = local(start, asset.zone).date()
    match rules.quota_per:
        case "week":
            first = day - timedelta(days=day.weekday())
            last = first + timedelta(days=7)
        case "month":
            first = day.replace(day=1)
            last = (first + timedelta(days=32)).replace(day=1)
        case _:
            first, last = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return moment(minute_at(first, 0, asset.zone)), moment(minute_at(last, 0, asset.zone))
