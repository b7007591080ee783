"""Series for machines: each date is looked at before, all that are wanted are booked together or none is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, post_load, validate

from plugins.bookings import queries, services
from plugins.bookings.api import found_asset, party_for, told
from plugins.bookings.api_desk import api
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.queries import AssetFacts, BookingFacts, SeriesFacts
from plugins.bookings.rules import MOST, Repeat, Time, TooMany, minute_of, moment, sentence, times_of
from plugins.bookings.schemas import (
    Amount,
    DecisionSchema,
    ReasonSchema,
    RepeatSchema,
    SeriesSchema,
    SlotSchema,
    WishSchema,
)
from plugins.bookings.services import Occasion, SeriesRefused, Wish
from quartier.sdk import Problem, Visit
from quartier.sdk import gettext as _

__all__ = ["api"]


class SeriesWishSchema(WishSchema, RepeatSchema):
    """A booking on behalf of somebody that is repeated; `starts` and `ends` are those of the first date."""

    dates = fields.List(
        fields.Nested(SlotSchema), load_default=None, allow_none=True, validate=validate.Length(1, MOST),
        metadata={"description": "Which times are booked, also others than those of the series; all, if left out."},
    )  # fmt: skip

    @post_load
    def _make(self, data: dict[str, Any], **_options: Any) -> Any:
        return data | {"repeat": Repeat(*(data[name] for name in ("way", "until", "count")))}


class OccasionSchema(SlotSchema):
    """A date of a series: every rule that stands against it (none: it can be booked), its price, the next free time."""

    reasons = fields.List(fields.Nested(ReasonSchema))
    price = Amount()
    next_free = fields.Nested(SlotSchema, allow_none=True)


class SeriesEndSchema(DecisionSchema):
    """Why, and from which booking on; without one, all that lie ahead."""

    booking = fields.UUID(load_default=None, allow_none=True)


@api.operation("POST", "/series/dates", needs=MANAGE)
@api.arguments(SeriesWishSchema)
@api.response(200, OccasionSchema(many=True))
def series_dates(visit: Visit, values: dict[str, Any]) -> Any:
    """Each date with what stands against it, before anything is booked."""
    asset, times, wish = _asked(visit, values)
    party = party_for(visit, asset, values)
    return [_shown(one) for one in services.occasions(visit.db, asset, times, wish, party)]


@api.operation("POST", "/series", needs=MANAGE)
@api.arguments(SeriesWishSchema)
@api.response(201, SeriesSchema)
def add_series(visit: Visit, values: dict[str, Any]) -> Any:
    """Book all of these dates or, with 409, none: it names each date that cannot be had, and why."""
    asset, times, wish = _asked(visit, values)
    party = party_for(visit, asset, values)
    try:
        made = services.book_series(visit.db, asset, times, wish, party, repeat=values["repeat"])
    except SeriesRefused as refused:
        against = {
            moment(one.start).isoformat(): [sentence(why) for why in one.reasons]
            for one in refused.occasions if one.reasons
        }  # fmt: skip
        raise Problem(409, _("Nothing is booked: not all of these dates can be had."), errors=against) from refused
    return _series(visit, made.id)


@api.operation("GET", "/series/<uuid:series_id>", needs=VIEW)
@api.response(200, SeriesSchema)
def series(visit: Visit, series_id: UUID) -> Any:
    """A series with all its bookings, those that were given up too."""
    return _series(visit, series_id)


@api.operation("POST", "/series/<uuid:series_id>/confirm", needs=MANAGE)
@api.response(200, SeriesSchema)
def confirm_series(visit: Visit, series_id: UUID) -> Any:
    """Say yes to all requests of a series."""
    _decide(visit, series_id, yes=True)
    return _series(visit, series_id)


@api.operation("POST", "/series/<uuid:series_id>/decline", needs=MANAGE)
@api.arguments(DecisionSchema)
@api.response(200, SeriesSchema)
def decline_series(visit: Visit, values: dict[str, Any], series_id: UUID) -> Any:
    """Say no to all requests of a series."""
    _decide(visit, series_id, yes=False, reason=values["reason"])
    return _series(visit, series_id)


@api.operation("POST", "/series/<uuid:series_id>/cancel", needs=MANAGE)
@api.arguments(SeriesEndSchema)
@api.response(200, SeriesSchema)
def cancel_series(visit: Visit, values: dict[str, Any], series_id: UUID) -> Any:
    """Give up what lies ahead of a series, or what does from a booking on; it costs nobody anything."""
    _found(visit, series_id)
    dates = queries.of_series(visit.db, series_id)
    first = next((one for one in dates if one.id == values["booking"]), None)
    if values["booking"] and first is None:
        raise Problem(422, errors={"booking": [_("This booking is of another series.")]})
    meant = services.within(dates, first, "following")
    with told():
        services.cancel_series(visit.db, _some(meant), by=visit.viewer, reason=values["reason"])
    return _series(visit, series_id)


def _asked(visit: Visit, values: dict[str, Any]) -> tuple[AssetFacts, list[Time], Wish]:
    """What, when and for what. Raises Problem."""
    asset = found_asset(visit, values["asset"])
    wish = Wish(minute_of(values["starts"]), minute_of(values["ends"]), values["people"], values["note"])
    if values["dates"]:
        return asset, [Time(minute_of(one["starts"]), minute_of(one["ends"])) for one in values["dates"]], wish
    try:
        return asset, times_of(values["repeat"], wish.start, wish.end, asset.zone), wish
    except TooMany as error:
        said = _("That would be more than %(most)s dates. Please choose an earlier end.", most=MOST)
        raise Problem(422, errors={"until": [said]}) from error


def _shown(one: Occasion) -> dict[str, Any]:
    following = one.following
    return {
        "starts": moment(one.start), "ends": moment(one.end), "price": one.price.amount,
        "reasons": [{"code": why.code, "sentence": sentence(why)} for why in one.reasons],
        "next_free": {"starts": moment(following.start), "ends": moment(following.end)} if following else None,
    }  # fmt: skip


def _decide(visit: Visit, series_id: UUID, *, yes: bool, reason: str = "") -> None:
    _found(visit, series_id)
    requests = services.within(queries.of_series(visit.db, series_id), None, "all", states=["requested"])
    with told():
        services.decide_series(visit.db, _some(requests), by=visit.viewer, yes=yes, reason=reason)


def _some(bookings: list[BookingFacts]) -> list[BookingFacts]:
    if not bookings:
        raise Problem(409, _("Nothing of this series can be changed any more."))
    return bookings


def _series(visit: Visit, series_id: UUID) -> dict[str, Any]:
    found = _found(visit, series_id)
    facts = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return facts | {"bookings": queries.of_series(visit.db, series_id)}


def _found(visit: Visit, series_id: UUID) -> SeriesFacts:
    """The series, where its asset is in reach. Raises Problem."""
    found = queries.series(visit.db, series_id)
    if found is None:
        raise Problem(404)
    found_asset(visit, found.asset_id)
    return found
