"""The waiting list for machines: who waits for what, putting somebody on it, and taking them off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from plugins.bookings import queries, services
from plugins.bookings.api import found_asset, party_for, told
from plugins.bookings.api_series import api
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.rules import minute_of
from plugins.bookings.schemas import DecisionSchema, WaiterSchema, WaitingWishSchema
from plugins.bookings.services import NotOpen, Wish
from quartier.sdk import Problem, Visit
from quartier.sdk import gettext as _

__all__ = ["api"]


class WaitingArguments(Schema):
    """Of which asset; of all, if it is left out."""

    asset = fields.UUID(load_default=None)


@api.operation("GET", "/waiting", needs=VIEW)
@api.arguments(WaitingArguments, location="query")
@api.response(200, WaiterSchema(many=True))
def waiting(visit: Visit, asked: dict[str, Any]) -> Any:
    """Who waits or has an offer, by asset and time, in the order in which they came; a thousand at most."""
    limit = [found_asset(visit, asked["asset"]).id] if asked["asset"] else queries.limit_of(visit)
    return queries.waiters(visit.db, limit)


@api.operation("POST", "/waiting", needs=MANAGE)
@api.arguments(WaitingWishSchema)
@api.response(201, WaiterSchema)
def add_waiter(visit: Visit, values: dict[str, Any]) -> Any:
    """Put somebody on the list behind all others; 409 where the time is free, or could never be theirs."""
    asset = found_asset(visit, values["asset"])
    party = party_for(visit, asset, values)
    wish = Wish(minute_of(values["starts"]), minute_of(values["ends"]), values["people"], values["note"])
    with told():
        made = services.join(visit.db, asset, wish, party)
    return queries.waiter(visit.db, made)


@api.operation("POST", "/waiting/<uuid:waiter_id>/remove", needs=MANAGE)
@api.arguments(DecisionSchema)
@api.response(200, WaiterSchema)
def remove_waiter(visit: Visit, values: dict[str, Any], waiter_id: UUID) -> Any:
    """Take somebody off the list, who is told why; what was held for them goes to the next."""
    found = queries.waiter(visit.db, waiter_id)
    if found is None:
        raise Problem(404)
    found_asset(visit, found.asset_id)
    try:
        services.remove(visit.db, waiter_id, reason=values["reason"])
    except NotOpen as error:
        raise Problem(409, _("They are not on the list any more.")) from error
    return queries.waiter(visit.db, waiter_id)
