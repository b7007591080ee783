"""What the module does by itself: it tells those whom a booking concerns, releases what nobody uses, ends offers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from plugins.bookings import notifications, queries, services
from plugins.bookings.notifications import NEWS, OFFERS, REQUESTS
from plugins.bookings.queries import BookingFacts
from plugins.bookings.services import LAPSE, OFFER, RELEASE, TELL, TELL_SERIES, TELL_WAITER, Changed
from quartier.sdk import TEAM, Job, Subject, Work, notify

TO_THE_TEAM: Final = frozenset({"requested", "cancelled"})


def tell(work: Work, *, booking: str, what: str, own: bool = True) -> None:
    """Tell whoever has booked and, of requests and what residents gave up themselves, those who decide."""
    found = queries.booking(work.db, UUID(booking))
    if found is None or (what in ("requested", "confirmed") and found.state != what):
        return  # gone, or something else became of it already
    _tell(work, what, [found], event=f"bookings.booking:{found.id}:{what}:{found.sequence}", own=own)


def tell_series(work: Work, *, series: str, what: str, bookings: list[str], own: bool) -> None:
    """The same of many bookings of a series, in one message."""
    found = queries.these(work.db, [UUID(one) for one in bookings])
    found = [one for one in found if what not in ("requested", "confirmed") or one.state == what]
    if found:
        _tell(work, what, found, event=f"bookings.series:{series}:{what}:{found[0].id}:{found[0].sequence}", own=own)


def release(work: Work, *, booking: str) -> None:
    """Give a time to others that nobody has come for; whoever booked it is told, and it counts as missed."""
    found = queries.booking(work.db, UUID(booking))
    if found is None or not services.is_due(found):
        return
    with suppress(Changed):  # somebody came at this very moment, or it was given up
        services.miss(work.db, found.id, by="", what="released", version=found.version)


def lapse(work: Work, *, waiter: str) -> None:
    """End an offer whose time is up and ask the next; one that was answered meanwhile is left alone."""
    services.lapse(work.db, UUID(waiter))


def offer(work: Work, *, asset: str, starts: str, ends: str) -> None:
    """Look once more who waits for this time: when it became free, somebody was just booking it."""
    services.offer(work.db, UUID(asset), datetime.fromisoformat(starts), datetime.fromisoformat(ends))


def tell_waiter(work: Work, *, waiter: str, what: str) -> None:
    """Tell somebody on the waiting list what became of it; of an offer, only while it holds."""
    found = queries.waiter(work.db, UUID(waiter))
    if found is None or (what == "offered" and not found.is_offered):
        return
    (asset,) = queries.assets_of(work.db, found.asset_id)
    facts = notifications.offer_facts(what, asset, found)
    event = f"bookings.waiter:{found.id}:{what}:{found.lapses.isoformat() if found.lapses else ''}"
    about = Subject(f"/bookings/mine/waiting/{found.id}", found.id, facts)
    notify(work.db, OFFERS if what == "offered" else NEWS, to=[found.person_id], about=about, event=event)


def _tell(work: Work, what: str, found: Sequence[BookingFacts], *, event: str, own: bool) -> None:
    one, person = found[0], found[0].person_id
    if person is None:
        return
    asset = queries.assets_of(work.db, one.asset_id)[0]
    certain = {"confirmed": "confirmed", "moved": "confirmed"}.get(what)
    ids = [each.id for each in found if certain in (None, each.state)]
    facts = notifications.news_facts(what, asset, found, queries.ever_confirmed(work.db, ids))
    notify(work.db, NEWS, to=[person], about=Subject(f"/bookings/mine/{one.id}", one.id, facts), event=event)
    if what in TO_THE_TEAM and own and not one.made_by:
        about = Subject(f"/cockpit/bookings/{one.id}", one.id, facts)
        at = [asset.property_id or asset.id]  # what stands in no property is for who decides about all of them
        notify(work.db, REQUESTS, to=TEAM, about=about, by=person, at=at, event=f"{event}:team")


JOBS = [
    Job(TELL, tell),
    Job(TELL_SERIES, tell_series),
    Job(RELEASE, release),
    Job(LAPSE, lapse, when_off="wait"),
    Job(OFFER, offer, when_off="wait"),
    Job(TELL_WAITER, tell_waiter),
]
