"""The module for machines, below `/api/v1/bookings`. Any token reads what can be booked; bookings take a scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema, ValidationError, fields, validate

from plugins.bookings import policies, queries, services
from plugins.bookings.manifest import ASSETS, FILES, MANAGE, VIEW
from plugins.bookings.models import STATES
from plugins.bookings.queries import AssetFacts, BookingFacts, BookingFilters
from plugins.bookings.rules import free_days, local, minute_of, moment, sentence
from plugins.bookings.schemas import (
    NAME,
    AssetFileSchema,
    AssetSchema,
    BookingSchema,
    DecisionSchema,
    SlotSchema,
    WishSchema,
    rules_facts,
)
from plugins.bookings.services import Changed, EditConflict, InTheWay, NotFound, Party, Refused, Wish
from quartier.sdk import (
    SIGNED_IN,
    ApiBlueprint,
    AttachedFile,
    Audience,
    LocalizedTextField,
    PageArguments,
    Problem,
    Visit,
    etag,
    files_of,
    gettext,
    make_page,
    may_choose,
    next_link,
    ngettext,
    page_of,
    read_cursor,
    require_match,
)

_ = gettext
api = ApiBlueprint("bookings", __name__, module="bookings", description="What can be booked, and who has it when.")


class FreeArguments(Schema):
    """Of which days."""

    since = fields.AwareDateTime(load_default=None, metadata={"description": "Now, when it is left out."})
    days = fields.Integer(load_default=7, validate=validate.Range(1, 31))


class ListArguments(PageArguments):
    """Filters of the list."""

    state = fields.String(load_default=None, validate=validate.OneOf([one for one in STATES if one != "block"]))
    asset = fields.UUID(load_default=None)
    since = fields.AwareDateTime(load_default=None)
    until = fields.AwareDateTime(load_default=None)


class AssetChangeSchema(AssetSchema):
    """What is to be different about an asset; rules are replaced as a whole."""

    name = LocalizedTextField(max_length=NAME)
    hits = fields.Integer(
        load_only=True, validate=validate.Range(0, 10_000),
        metadata={"description": "How many bookings in times that are closed from now on may be cancelled."},
    )  # fmt: skip


@contextmanager
def told() -> Iterator[None]:
    """What services raise, as problem documents."""
    try:
        yield
    except NotFound as error:
        raise Problem(404) from error
    except ValidationError as error:
        raise Problem(422, errors=dict(error.messages_dict)) from error
    except EditConflict as error:
        raise Problem(412, headers={"ETag": etag(error.version)}) from error
    except Changed as error:
        raise Problem(409, _("The booking is not in a state in which this can be done.")) from error
    except Refused as error:
        raise Problem(409, " ".join(sentence(one) for one in error.reasons), errors=_explained(error)) from error


def in_the_time(count: int) -> Problem:
    """So many bookings would be given up: the number is what has to be sent along."""
    said = ngettext("%(num)s booking lies in this time.", "%(num)s bookings lie in this time.", count)
    return Problem(409, said, errors={"hits": [str(count)]})


def _explained(error: Refused) -> dict[str, list[str]]:
    found = {one.code: [sentence(one)] for one in error.reasons}
    if error.following is not None:
        found["next_free"] = [f"{moment(part).isoformat()}" for part in error.following[:2]]
    return found


@api.operation("GET", "/assets", needs=SIGNED_IN)
@api.response(200, AssetSchema(many=True))
def assets(visit: Visit) -> Any:
    """Everything that can be booked, in the company's order."""
    found = [one for one in _known(visit) if not one.archived]
    files = files_of(visit, FILES, [one.id for one in found if one.has_files])
    return [_shown(one, files.get(one.id, ())) for one in found]


@api.operation("GET", "/assets/<uuid:asset_id>", needs=SIGNED_IN, versioned=True)
@api.response(200, AssetSchema)
def asset(visit: Visit, asset_id: UUID) -> Any:
    """One asset with its rules; its ETag is needed to change it."""
    found = found_asset(visit, asset_id)
    return _one(visit, found), 200, {"ETag": etag(found.version)}


@api.operation("POST", "/assets", needs=ASSETS)
@api.arguments(AssetSchema)
@api.response(201, AssetSchema)
def add_asset(visit: Visit, values: dict[str, Any]) -> Any:
    """Something new to book."""
    _placed(visit, values, new=True)
    with told():
        made = services.create_asset(visit.db, by=visit.viewer, values=values)
    visit.db.flush()
    return _one(visit, queries.assets_of(visit.db, made.id)[0])


@api.operation("PUT", "/assets/<uuid:asset_id>", needs=ASSETS, versioned=True)
@api.arguments(AssetChangeSchema)
@api.response(200, AssetSchema)
def change_asset(visit: Visit, values: dict[str, Any], asset_id: UUID) -> Any:
    """Change what is given, with If-Match. Bookings that are there keep the rules under which they were made.

    409 says how many lie in times that are closed from now on: send it again with that number to cancel them.
    """
    known = found_asset(visit, asset_id)
    _placed(visit, values, new=False)
    if "linked" in values:  # links to what the token does not reach stay
        reach = {one.id for one in queries.staff_assets(visit)}
        values["linked"] += [one for one in known.linked if one not in reach]
    hit = services.closed_out(visit.db, known, values["rules"]) if "rules" in values else []
    if len(hit) != values.pop("hits", 0) and hit:
        raise in_the_time(len(hit))
    try:
        with told():
            require_match(services.find_asset(visit.db, asset_id).version)
            services.save_asset(visit.db, asset_id, by=visit.viewer, values=values)
            services.cancel_closed(visit.db, hit, by=visit.viewer, reason=values["rules"].closed_because if hit else "")
    except InTheWay as error:
        raise Problem(409, errors={"linked": [_("Both are booked at the same time already.")]}) from error
    found = queries.assets_of(visit.db, asset_id)[0]
    return _one(visit, found), 200, {"ETag": etag(found.version)}


@api.operation("DELETE", "/assets/<uuid:asset_id>", needs=ASSETS)
@api.response(204)
def delete_asset(visit: Visit, asset_id: UUID) -> None:
    """Delete what was never booked; 409 for anything else, which is archived."""
    found_asset(visit, asset_id)
    try:
        with told():
            services.delete_asset(visit.db, asset_id, by=visit.viewer)
    except InTheWay as error:
        raise Problem(409, _("There are bookings of it. Archive it instead.")) from error


@api.operation("POST", "/assets/<uuid:asset_id>/archive", needs=ASSETS)
@api.response(204)
def archive_asset(visit: Visit, asset_id: UUID) -> None:
    """Nobody can book it any more; what is booked takes place."""
    found_asset(visit, asset_id)
    with told():
        services.archive(visit.db, asset_id, by=visit.viewer)


@api.operation("GET", "/assets/<uuid:asset_id>/free", needs=SIGNED_IN)
@api.arguments(FreeArguments, location="query")
@api.response(200, SlotSchema(many=True))
def free(visit: Visit, asked: dict[str, Any], asset_id: UUID) -> Any:
    """What is free: slots and nights, or stretches of free time."""
    found, now = found_asset(visit, asset_id), minute_of(visit.now)
    first = local(minute_of(asked["since"]) if asked["since"] else now, found.zone).date()
    days = [first + timedelta(days=number) for number in range(asked["days"])]
    busy = queries.busy_of(visit.db, found, *queries.bounds(found, days[0], days[-1]))
    slots = free_days(found.rules, found.zone, busy, days, now=now)
    return [{"starts": moment(s.start), "ends": moment(s.end)} for day in days for s in slots[day] if s.free]


@api.operation("GET", "/bookings", needs=VIEW)
@api.arguments(ListArguments, location="query")
@api.response(200, page_of(BookingSchema))
def bookings(visit: Visit, asked: dict[str, Any]) -> Any:
    """Bookings in the order of their beginning."""
    limit = queries.limit_of(visit)
    if asked["asset"]:
        limit = [asked["asset"]] if limit is None or asked["asset"] in limit else []
    filters = BookingFilters(asked["state"], limit, asked["since"], asked["until"])
    cursor = read_cursor(asked["after"], str, UUID)
    after = (_instant(cursor[0]), cursor[1]) if cursor else None
    rows = queries.listed(visit.db, filters, after, limit=asked["limit"] + 1)
    page = make_page(rows, asked["limit"], lambda row: (row.starts.isoformat(), row.id), lambda row: row)
    return page, 200, next_link(page)


@api.operation("POST", "/bookings", needs=MANAGE)
@api.arguments(WishSchema)
@api.response(201, BookingSchema)
def add_booking(visit: Visit, values: dict[str, Any]) -> Any:
    """Book on behalf of somebody; 409 names each rule that stands against it, and the next free time."""
    found = found_asset(visit, values["asset"])
    party = party_for(visit, found, values)
    wish = Wish(minute_of(values["starts"]), minute_of(values["ends"]), values["people"], values["note"])
    with told():
        made = services.book(visit.db, found, wish, party)
    return found_booking(visit, made.id)


@api.operation("GET", "/bookings/<uuid:booking_id>", needs=VIEW)
@api.response(200, BookingSchema)
def booking(visit: Visit, booking_id: UUID) -> Any:
    """One booking."""
    return found_booking(visit, booking_id)


@api.operation("POST", "/bookings/<uuid:booking_id>/confirm", needs=MANAGE)
@api.response(200, BookingSchema)
def confirm(visit: Visit, booking_id: UUID) -> Any:
    """Say yes to a request."""
    found_booking(visit, booking_id)
    with told():
        services.confirm(visit.db, booking_id, by=visit.viewer)
    return found_booking(visit, booking_id)


@api.operation("POST", "/bookings/<uuid:booking_id>/decline", needs=MANAGE)
@api.arguments(DecisionSchema)
@api.response(200, BookingSchema)
def decline(visit: Visit, values: dict[str, Any], booking_id: UUID) -> Any:
    """Say no to a request; its time is free again."""
    found_booking(visit, booking_id)
    with told():
        services.decline(visit.db, booking_id, by=visit.viewer, reason=values["reason"])
    return found_booking(visit, booking_id)


@api.operation("POST", "/bookings/<uuid:booking_id>/cancel", needs=MANAGE)
@api.arguments(DecisionSchema)
@api.response(200, BookingSchema)
def cancel(visit: Visit, values: dict[str, Any], booking_id: UUID) -> Any:
    """Give a booking up on behalf of whoever has it; it costs them nothing."""
    found = found_booking(visit, booking_id)
    with told():
        services.cancel(visit.db, found, by=visit.viewer, reason=values["reason"])
    return found_booking(visit, booking_id)


def party_for(visit: Visit, asset: AssetFacts, values: dict[str, Any]) -> Party:
    """Whose booking it is to be: somebody of the houses that the token reaches, and why the rules do not count."""
    if not visit.db.row("SELECT 1 FROM person WHERE id = %s AND archived_at IS NULL", (values["person"],)):
        raise Problem(422, errors={"person": [_("There is no such person.")]})
    if not queries.may_book_for(visit, values["person"], asset):
        raise Problem(422, errors={"person": [_("Please choose somebody who lives or works in this property.")]})
    override = values.get("override", "")
    if override and not policies.may_override(visit.viewer, asset.stands):
        raise Problem(403)
    household, groups = queries.household_of_person(visit, values["person"])
    return Party(values["person"], household, groups, made_by=visit.viewer.name, override=override)


def _known(visit: Visit) -> list[AssetFacts]:
    """Assets in reach of the token: by the operation's right, or where any token will do, by any right."""
    if visit.needs != SIGNED_IN:
        return queries.staff_assets(visit)
    return [one for one in queries.all_assets(visit) if policies.works_at(visit.viewer, one.stands)]


def found_asset(visit: Visit, asset_id: UUID) -> AssetFacts:
    """The asset, where it is in reach. Raises Problem."""
    for found in _known(visit):
        if found.id == asset_id:
            return found
    raise Problem(404)


def found_booking(visit: Visit, booking_id: UUID) -> BookingFacts:
    """The booking, where its asset is in reach; blocked times are none. Raises Problem."""
    found = queries.booking(visit.db, booking_id)
    if found is None or found.state == "block" or found.asset_id not in {one.id for one in _known(visit)}:
        raise Problem(404)
    return found


def _placed(visit: Visit, values: dict[str, Any], *, new: bool) -> None:
    """Who has the right in some properties only keeps to them. Raises Problem."""
    if (new or "property_id" in values) and not visit.viewer.may(
        ASSETS, at=policies.place_of(values.get("property_id"))
    ):
        raise Problem(422, errors={"property_id": [_("Please choose a property that you look after.")]})
    within, audience = visit.viewer.within(ASSETS), values.get("audience") or Audience()
    if (new or "audience" in values) and not may_choose(visit.db, audience, within=within):
        raise Problem(422, errors={"audience": [_("Please choose places that you look after.")]})
    reach = {one.id for one in queries.staff_assets(visit)}
    if unknown := [one for one in values.get("linked", ()) if one not in reach]:
        raise Problem(422, errors={"linked": [_("There is no such asset.") for _each in unknown]})


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem(422, errors={"after": [_("This place in the list is not one of ours.")]}) from error


def _one(visit: Visit, asset: AssetFacts) -> dict[str, Any]:
    return _shown(asset, files_of(visit, FILES, [asset.id])[asset.id] if asset.has_files else ())


def _shown(one: AssetFacts, files: Iterable[AttachedFile]) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in AssetSchema().dump_fields if hasattr(one, name)}
    ready = [_file(file) for file in files if file.is_ready]
    return facts | {"rules": rules_facts(one.rules), "audience": one.audience.to_json(), "linked": one.linked,
                    "files": ready}  # fmt: skip


def _file(file: AttachedFile) -> dict[str, Any]:
    facts = {name: getattr(file, name) for name in AssetFileSchema().dump_fields}
    return facts | {"url": f"{request.host_url}api/v1/files/{file.id}/content"}
