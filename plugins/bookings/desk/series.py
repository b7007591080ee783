"""A series on behalf of somebody, and decisions about all that is left of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import Forbidden, NotFound

from plugins.bookings import policies, queries, services
from plugins.bookings.desk.area import page, pages
from plugins.bookings.desk.deciding import found_booking, shown
from plugins.bookings.desk.making import asset_of, form_page, plain_text, times_typed
from plugins.bookings.manifest import MANAGE
from plugins.bookings.queries import AssetFacts
from plugins.bookings.schemas import NOTE
from plugins.bookings.series import booked, drawn
from plugins.bookings.services import Changed, MadeSeries, Occasion, Party, Wish
from quartier.sdk import Form, Visit, back_to, ngettext, person_of, person_picker
from quartier.sdk import gettext as _


@pages.action("/series", needs=MANAGE)
def series(visit: Visit) -> Any:
    """How often, then each date with what stands against it, then all that are ticked at once."""
    typed = request.form
    asset, person = asset_of(visit, typed), person_of(typed)
    times, errors = times_typed(asset, typed)
    if asset is None:
        errors["asset"] = [_("Please choose what.")]
    if person is None or person_picker(visit, person).chosen is None:
        errors["person"] = [_("Please choose somebody.")]
    if asset is None or person is None or times is None or errors:
        return form_page(visit, typed, errors), 422
    override = plain_text(typed, "override")[:NOTE]
    if override and not policies.may_override(visit.viewer, asset.stands):
        raise Forbidden
    if not queries.may_book_for(visit, person, asset):
        return form_page(visit, typed, {"person": [_("Please choose somebody.")]}), 422
    household, groups = queries.household_of_person(visit, person)
    party = Party(person, household, groups, made_by=visit.viewer.name, override=override)
    people = typed.get("people", "1")
    number = int(people) if people.isdecimal() and len(people) < 6 else 1
    wish = Wish(*times, people=number, note=plain_text(typed, "note")[:NOTE])
    return _answer(visit, asset, wish, party)


@pages.action("/<uuid:booking_id>/series", needs=MANAGE)
def decide_all(visit: Visit, booking_id: UUID) -> Any:
    """Yes or no to all requests of a series, or giving up what is left of it; each is told once."""
    found, asset = found_booking(visit, booking_id)
    if found.series_id is None:
        raise NotFound
    reason, wish = request.form.get("reason", "").replace("\0", "").strip()[:NOTE], request.form.get("do", "")
    dates, by = queries.of_series(visit.db, found.series_id), visit.viewer
    try:
        if wish in ("confirm", "decline"):
            meant = services.within(dates, None, "all", states=["requested"])
            services.decide_series(visit.db, meant, by=by, yes=wish == "confirm", reason=reason)
        elif wish in ("following", "all"):
            meant = services.within(dates, found, wish)
            services.cancel_series(visit.db, meant, by=by, reason=reason)
        else:
            raise NotFound
    except Changed:
        visit.db.rollback()
        found, asset = found_booking(visit, booking_id)
        error = _("Somebody else was quicker: look at what is true now, and decide again.")
        return shown(visit, found, asset, error=error, reason=reason), 409
    said = ngettext(
        "Done for %(num)s date. The person gets a message.", "Done for %(num)s dates. The person gets one message.",
        len(meant),
    )  # fmt: skip
    return back_to(f"/cockpit/bookings/{booking_id}", said)


def _answer(visit: Visit, asset: AssetFacts, wish: Wish, party: Party) -> Any:
    if request.form.get("do") not in ("dates", "series"):
        return _page(visit, asset, wish, Form())
    made = booked(visit, asset, wish, party=party, show=partial(_page, visit, asset, wish))
    if not isinstance(made, MadeSeries):
        return made
    said = ngettext("Booked: %(num)s date.", "Booked: %(num)s dates.", len(made.bookings))
    return back_to(f"/cockpit/bookings/{made.bookings[0]}", said)


def _page(
    visit: Visit, asset: AssetFacts, wish: Wish, form: Form, *, found: Sequence[Occasion] = (),
    ticked: Collection[str] = (), refused: bool = False,
) -> str:  # fmt: skip
    person = person_picker(visit, person_of(request.form)).chosen
    return page(
        visit, "series", at=asset.stands, asset=asset, wish=wish, typed=request.form, person=person, form=form,
        refused=refused, **drawn(asset, wish, found, ticked),
    )  # fmt: skip
