"""What the module does by itself: it writes to those whom a booking concerns."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from plugins.bookings import letters, queries
from plugins.bookings.manifest import MANAGE, NEWS, REQUESTS
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.rules import minute_of, span
from plugins.bookings.services import TELL
from quartier.sdk import Job, Letter, Reader, Work, deliver_many, readers_of

TO_THE_TEAM: Final = frozenset({"requested", "cancelled"})


def tell(work: Work, *, booking: str, what: str, own: bool = True) -> None:
    """Write to whoever has booked and, about requests and what residents gave up themselves, to those who decide."""
    found = queries.booking(work.db, UUID(booking))
    if found is None or found.person_id is None or (what in ("requested", "confirmed") and found.state != what):
        return  # gone, or something else became of it already
    asset = queries.assets_of(work.db, found.asset_id)[0]
    event = f"bookings.booking:{found.id}:{what}:{found.sequence}"

    def news(reader: Reader) -> Letter:
        url = work.url(f"/bookings/mine/{found.id}")
        return letters.news_letter(what, reader.name, *_facts(work, asset, found, reader), reason=found.reason, url=url)

    def request(reader: Reader) -> Letter:
        url = work.url(f"/cockpit/bookings/{found.id}")
        return letters.request_letter(what, reader.name, *_facts(work, asset, found, reader), who=found.person, url=url)

    deliver_many(work.db, NEWS, readers_of(work.db, [found.person_id]), news, event=event)
    if what in TO_THE_TEAM and own and not found.made_by:
        deciders = readers_of(work.db, queries.people_who_may(work.db, MANAGE, asset.property_id))
        deliver_many(work.db, REQUESTS, deciders, request, event=f"{event}:team")


def _facts(work: Work, asset: AssetFacts, found: BookingFacts, reader: Reader) -> tuple[str, str]:
    """What and when, in the reader's language, which is bound."""
    language = reader.language or work.company.default_language
    name = asset.name.pick(language, (work.company.default_language,)).text
    return name, span(minute_of(found.starts), minute_of(found.ends), asset.zone)


JOBS = [Job(TELL, tell)]
