"""Booking, and accepting what was offered: both write by the same rules."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import Refusal, minute_of
from plugins.bookings.services.making import (
    TELL,
    Made,
    Party,
    Refused,
    Wish,
    following,
    hold_household,
    made_for,
    situation,
    standing,
    whose,
    write,
    written,
)
from plugins.bookings.services.offering import IN_THE_WAY, NotOpen, drop, free_hold, is_for, offer, ready_again
from plugins.bookings.services.releasing import watch
from quartier.sdk import CompanySession, defer

_ACCEPT = """
    UPDATE bookings_waiter SET state = 'accepted', ended_at = now()
    WHERE id = %s AND state = 'offered' AND lapses > now() RETURNING id
"""
_CAME = "UPDATE bookings_waiter SET booking_id = %s WHERE id = %s RETURNING id"
_WAIT_AGAIN = "UPDATE bookings_waiter SET state = 'waiting', lapses = NULL WHERE id = %s RETURNING id"


def book(db: CompanySession, asset: AssetFacts, wish: Wish, party: Party) -> Made:
    """Book, or ask staff where they decide. Raises Refused, and has then written nothing.

    Who shares a household waits for one another here, so that two cannot use up what is left of their quota at once.
    Of those who want the same time one gets it: the constraint decides, and the others are told like anybody who
    comes later. An offer that has lapsed stands in nobody's way, also where no job has ended it yet.
    """
    try:
        return _book(db, asset, wish, party)
    except Refused as refused:
        if not asset.rules.offer or not any(one.code in IN_THE_WAY for one in refused.reasons):
            raise
        ended, holds = ready_again(db, asset, wish)
        if ended:
            return book(db, asset, wish, party)
        if holds:
            refused.reasons = [Refusal("held") if one.code == "taken" else one for one in refused.reasons]
        raise


def accept(db: CompanySession, waiter_id: UUID, asset: AssetFacts, party: Party) -> Made:
    """Take what is offered. Raises NotOpen where there is no offer (any more), and Refused where a rule has come to
    stand against it, such as a quota that is used up by now: then they wait again, and the next one is asked. Who may
    not book it any more since it was offered goes from the list.

    Whoever shares the household comes first or after us, and an offer ends or is accepted, never both: its row decides.
    """
    waits = queries.waiter(db, waiter_id, person_id=party.person_id)
    if waits is None:
        raise NotOpen
    if not is_for(db, asset, party.person_id):
        if not drop(db, waiter_id):
            raise NotOpen
        raise Refused([Refusal("audience")], None)
    hold_household(db, asset.rules, party.household)
    if not db.rows(_ACCEPT, (waiter_id,)):
        raise NotOpen
    free_hold(db, waiter_id)
    wish = Wish(minute_of(waits.starts), minute_of(waits.ends), waits.people, waits.note, waits.agreed is not None)
    try:
        made = _book(db, asset, wish, party)
    except Refused:
        db.rows(_WAIT_AGAIN, (waiter_id,))
        offer(db, asset.id, waits.starts, waits.ends)
        raise
    db.rows(_CAME, (made.id, waiter_id))
    return made


def _book(db: CompanySession, asset: AssetFacts, wish: Wish, party: Party) -> Made:
    rules, now = asset.rules, minute_of(datetime.now(UTC))
    around = situation(db, asset, wish, party.household, now)
    reasons = standing(rules, wish, around, override=bool(party.override))
    if reasons:
        raise Refused(reasons, following(db, asset, wish, now))
    made = made_for(asset, wish, party)
    if not write(db, asset, written(asset, wish, made) | whose(party)):
        raise Refused([Refusal("taken")], following(db, asset, wish, now))
    if rules.release and made.state == "confirmed":
        watch(db, made.id)
    defer(db, TELL, urgent=True, booking=str(made.id), what=made.state)
    return made
