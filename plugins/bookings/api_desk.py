"""What else a desk does, for machines: blocking, moving, who came and who did not, addresses for calendars."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema, fields, validate

from plugins.bookings import policies, queries, services
from plugins.bookings.api import api, found_asset, found_booking, in_the_time, told
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.rules import minute_of
from plugins.bookings.schemas import NOTE, BookingSchema
from plugins.bookings.services import InTheWay, Wish
from quartier.sdk import Problem, Visit
from quartier.sdk import gettext as _

__all__ = ["api"]


class BlockSchema(Schema):
    """A time that is kept from use. `hits` is how many bookings in it may be cancelled, with the reason."""

    asset = fields.UUID(required=True)
    starts = fields.AwareDateTime(required=True)
    ends = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, NOTE))
    hits = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))


class MoveSchema(Schema):
    """Another time, and why the rules do not count for it."""

    starts = fields.AwareDateTime(required=True)
    ends = fields.AwareDateTime(required=True)
    override = fields.String(load_default="", validate=validate.Length(max=NOTE))


class PlanArguments(Schema):
    """Of which days."""

    since = fields.AwareDateTime(load_default=None, metadata={"description": "Now, when it is left out."})
    days = fields.Integer(load_default=31, validate=validate.Range(1, 366))


class FeedWishSchema(Schema):
    """An address for calendar programs: of an asset, or (null) of all that its maker looks after."""

    asset = fields.UUID(load_default=None, allow_none=True)
    names = fields.Boolean(load_default=False, metadata={"description": "Whether it says who has booked."})


class FeedSchema(Schema):
    """An address that is read."""

    id = fields.UUID()
    asset = fields.UUID(attribute="asset_id", allow_none=True)
    names = fields.Boolean()
    maker = fields.String()
    created_at = fields.AwareDateTime()


class NewFeedSchema(FeedSchema):
    """An address with its secret, which is told once, to whoever makes it."""

    address = fields.Url()


@api.operation("GET", "/blocks", needs=VIEW)
@api.arguments(PlanArguments, location="query")
@api.response(200, BookingSchema(many=True))
def blocks(visit: Visit, asked: dict[str, Any]) -> Any:
    """Times that are kept from use."""
    since = asked["since"] or visit.now
    reach = [one.id for one in queries.staff_assets(visit)]
    return queries.between(visit.db, reach, since, since + timedelta(days=asked["days"]), "block")


@api.operation("POST", "/blocks", needs=MANAGE)
@api.arguments(BlockSchema)
@api.response(201, BookingSchema)
def add_block(visit: Visit, values: dict[str, Any]) -> Any:
    """Keep a time from use. 409 says how many bookings lie in it: send it again with that number to cancel them."""
    asset, start, end = found_asset(visit, values["asset"]), minute_of(values["starts"]), minute_of(values["ends"])
    if not 0 < end - start <= 366 * 1440:
        raise Problem(422, errors={"ends": [_("The end must lie after the beginning.")]})
    try:
        with told():
            made = services.block(
                visit.db, asset, start, end, by=visit.viewer, reason=values["reason"], hits=values["hits"]
            )
    except InTheWay as hit:
        raise in_the_time(hit.count) from hit
    return queries.booking(visit.db, made)


@api.operation("DELETE", "/blocks/<uuid:block_id>", needs=MANAGE)
@api.response(204)
def end_block(visit: Visit, block_id: UUID) -> None:
    """Open a blocked time again."""
    found = queries.booking(visit.db, block_id)
    if found is None or found.state != "block":
        raise Problem(404)
    found_asset(visit, found.asset_id)
    with told():
        services.unblock(visit.db, block_id)


@api.operation("POST", "/bookings/<uuid:booking_id>/move", needs=MANAGE)
@api.arguments(MoveSchema)
@api.response(200, BookingSchema)
def move(visit: Visit, values: dict[str, Any], booking_id: UUID) -> Any:
    """To another time; the price stays. 409 names each rule that stands against it, and the next free time."""
    found = found_booking(visit, booking_id)
    asset = found_asset(visit, found.asset_id)
    if values["override"] and not policies.may_override(visit.viewer, asset.stands):
        raise Problem(403)
    wish = Wish(minute_of(values["starts"]), minute_of(values["ends"]), people=found.people)
    with told():
        services.move(visit.db, found, asset, wish, by=visit.viewer, override=values["override"])
    return found_booking(visit, booking_id)


@api.operation("POST", "/bookings/<uuid:booking_id>/arrive", needs=MANAGE)
@api.response(200, BookingSchema)
def arrive(visit: Visit, booking_id: UUID) -> Any:
    """Somebody is there, so nothing is released; said again, it changes nothing."""
    found_booking(visit, booking_id)
    services.arrive(visit.db, booking_id, by=visit.viewer.name)
    return found_booking(visit, booking_id)


@api.operation("POST", "/bookings/<uuid:booking_id>/missed", needs=MANAGE)
@api.response(200, BookingSchema)
def missed(visit: Visit, booking_id: UUID) -> Any:
    """Nobody came: the rest of the time is free for others. 409 before it has begun."""
    found = found_booking(visit, booking_id)
    if found.starts > visit.now:
        raise Problem(409, _("It has not begun yet."))
    with told():
        services.miss(visit.db, booking_id, by=visit.viewer.name)
    return found_booking(visit, booking_id)


@api.operation("GET", "/feeds", needs=VIEW)
@api.response(200, FeedSchema(many=True))
def feeds(visit: Visit) -> Any:
    """Addresses for calendar programs that are read now."""
    return queries.shared_feeds(visit)


@api.operation("POST", "/feeds", needs=VIEW)
@api.arguments(FeedWishSchema)
@api.response(201, NewFeedSchema)
def add_feed(visit: Visit, values: dict[str, Any]) -> Any:
    """One more address. It shows what the token's maker may see, as long as they may."""
    if visit.viewer.person_id is None:
        raise Problem(403, _("This token belongs to nobody of the team."))
    asset_id = found_asset(visit, values["asset"]).id if values["asset"] else None
    made, secret = services.share_feed(visit.db, visit.viewer.person_id, asset_id=asset_id, names=values["names"])
    (found,) = (one for one in queries.shared_feeds(visit) if one.id == made)
    address = f"{request.host_url}bookings/feed/{secret}.ics"
    return {**asdict(found), "address": address}


@api.operation("DELETE", "/feeds/<uuid:feed_id>", needs=VIEW)
@api.response(204)
def end_feed(visit: Visit, feed_id: UUID) -> None:
    """It opens nothing any more."""
    if feed_id not in {one.id for one in queries.shared_feeds(visit)}:
        raise Problem(404)
    services.end_feed(visit.db, feed_id)
