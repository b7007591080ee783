"""Assets and bookings for tests: quick to write down where a test is about something else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from plugins.bookings import queries, services
from plugins.bookings.manifest import ASSETS, MANAGE, OVERRIDE, VIEW
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import Repeat, Rules, minute_at, times_of
from plugins.bookings.services import Made, Party, Wish
from quartier.sdk import CompanySession, LocalizedText, Viewer
from quartier.testing import SomeCompany

STAFF = Viewer(kind="agent", name="Nadja Frei", permissions=frozenset({VIEW, MANAGE, OVERRIDE, ASSETS}))
ZURICH = ZoneInfo("Europe/Zurich")
ABOUT = ("place", "house_rules", "access", "code", "capacity", "audience", "property_id")
ALL_WEEK = (((8 * 60, 12 * 60), (14 * 60, 18 * 60)),) * 7


def soon(days: int = 7) -> date:
    """A day that lies ahead."""
    return datetime.now(ZURICH).date() + timedelta(days=days)


def at(day: date, hour: int, minute: int = 0) -> int:
    """A moment on a day in Zürich."""
    return minute_at(day, hour * 60 + minute, ZURICH)


def room(db: CompanySession, name: str = "Saal", *, linked: tuple[UUID, ...] = (), **more: Any) -> AssetFacts:
    """Something to book with two slots a day; what is not about rules goes to the asset."""
    about: dict[str, Any] = {key: more.pop(key) for key in ABOUT if key in more}
    its = Rules(**{"hours": ALL_WEEK, **more})
    values: dict[str, Any] = {"name": LocalizedText(de=name), "rules": its, "linked": list(linked), **about}
    return queries.assets_of(db, services.create_asset(db, by=STAFF, values=values).id)[0]


def wish(day: date, hour: int = 8, until: int = 12, **more: Any) -> Wish:
    """A time on a day."""
    return Wish(at(day, hour), at(day, until), **more)


def party(person_id: UUID, household: UUID | None = None, **more: Any) -> Party:
    """Somebody who books, alone in the household unless one is named."""
    return Party(person_id, household or person_id, **more)


def booked(db: CompanySession, asset: AssetFacts, person_id: UUID, day: date, hour: int = 8, until: int = 12) -> Made:
    """A booking."""
    return services.book(db, asset, wish(day, hour, until), party(person_id))


def plant(company: SomeCompany, canary: str) -> None:
    """One of everything that the module keeps, with a word in it that nobody else may ever read."""
    db, guest = company.db(), company.resident(f"{canary} Gast")
    texts: dict[str, Any] = {name: LocalizedText(de=f"{canary} {name}") for name in ("house_rules", "access")}
    hall = room(db, f"{canary} Saal", code=canary, **texts)
    half = room(db, f"{canary} Hälfte", linked=(hall.id,))
    made = services.book(db, half, wish(soon(), note=canary), party(guest.person_id))
    services.cancel(db, queries.booking(db, made.id), by=STAFF, reason=canary)  # type: ignore[arg-type]
    services.book(db, half, wish(soon(), note=canary), party(guest.person_id))
    services.make_feed(db, guest.person_id)
    waits = room(db, f"{canary} Garten", offer=240)
    services.book(db, waits, wish(soon()), party(company.person(f"{canary} Anderswo").id))
    services.join(db, waits, wish(soon(), note=canary), party(guest.person_id))
    dates = times_of(Repeat("weekly", count=2), at(soon(9), 8), at(soon(9), 12), ZURICH)
    asked = wish(soon(9), note=canary)
    services.book_series(db, half, dates, asked, party(guest.person_id), repeat=Repeat("weekly", count=2))
    db.commit()
    db.close()


def plant_many(company: SomeCompany, rows: int) -> None:
    """So many more assets, for what must cost the same with one and with a hundred."""
    db = company.db()
    for number in range(rows):
        room(db, f"Raum {rows} {number}")
    db.commit()
    db.close()
