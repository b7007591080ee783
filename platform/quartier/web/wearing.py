"""In which look somebody sees the company: its own, or that of the property where they live (a sub-brand)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, Protocol
from uuid import UUID

from flask import Request, Response, g

from quartier.tenancy.snapshot import Snapshot
from quartier.viewer import Viewer
from quartier.web.visit import Visit

COOKIE: Final = "__Host-home"
"""The property whose look was shown on this device last, for the door: there nobody is known yet. It opens nothing."""
API: Final = "/api/"
YEAR: Final = 365 * 24 * 3600
ASKED: Final = "home"
"""The parameter of addresses that are asked for without a session: the manifest, icons, the service worker."""
BESIDE: Final = frozenset({
    "parking", "parking_outdoor", "garage", "motorcycle", "bicycle", "storage", "cellar", "attic", "hobby_room",
    "garden", "advertising", "antenna", "technical", "other",
})  # fmt: skip
"""Units that nobody is at home in: who has a garage somewhere else still lives where the flat is."""


class Used(Protocol):
    """A unit that somebody uses, and from when to when (exclusive)."""

    @property
    def property_id(self) -> UUID: ...
    @property
    def unit_kind(self) -> str: ...
    @property
    def starts(self) -> date | None: ...
    @property
    def ends(self) -> date | None: ...


def home_of(places: Iterable[Used], today: date) -> UUID | None:
    """The property where somebody with these places is at home; None for who is at home in several, or in none.

    What they use today counts before what they will or did use, and a home or an office before a garage.
    """
    known = list(places)
    now = [one for one in known if (one.starts is None or one.starts <= today) and (not one.ends or today < one.ends)]
    used = now or known
    homes = {one.property_id for one in used if one.unit_kind not in BESIDE} or {one.property_id for one in used}
    return homes.pop() if len(homes) == 1 else None


def company_for(company: Snapshot, viewer: Viewer, request: Request) -> Snapshot:
    """The company as this viewer sees it: residents in the look of their home, others who are known in its own.

    Whoever is not known yet sees what was shown on this device last.
    """
    if not company.looks:
        return company
    if viewer.kind == "resident":
        return company.at(home_of(viewer.places, datetime.now(company.zone).date()))
    return company if viewer.signed_in else company.at(_place(request.cookies.get(COOKIE)))


def company_asked(company: Snapshot, request: Request) -> Snapshot:
    """The company in the look that the address names, for what is fetched without a session."""
    return company.at(_place(request.args.get(ASKED))) if company.looks else company


def wear(visit: Visit, property_id: UUID | None) -> None:
    """From here on the visit is in the look of a property: a link or a code that somebody brought belongs to it."""
    if not visit.viewer.signed_in:
        company: Snapshot = g.company
        visit.company = company.at(property_id)


def remember(visit: Visit, request: Request, response: Response) -> None:
    """Note on the device what was shown; nothing, where it was the company's own look."""
    home, noted = visit.company.home, request.cookies.get(COOKIE)
    if visit.rehearsal or visit.viewer.watched or visit.viewer.is_agent or request.path.startswith(API):
        return
    if home is None and noted is not None:
        response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
    elif home is not None and noted != str(home):
        response.set_cookie(COOKIE, str(home), max_age=YEAR, secure=True, httponly=True, samesite="Lax", path="/")


def _place(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
