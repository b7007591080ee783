"""The estate in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from quartier.api.paging import PageArguments
from quartier.estate.models import OCCUPANCY_KINDS, UNIT_KINDS

EXTERNAL = "The number in the company's own system; null when it has none."


def _external_id() -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"description": EXTERNAL})


def _archived() -> fields.DateTime:
    description = "Since when it is in the archive; null while it is in use."
    return fields.DateTime(required=True, allow_none=True, metadata={"description": description})


def _note() -> fields.String:
    return fields.String(required=True, metadata={"description": "For the team only."})


def _version() -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": "Counts up with each change."})


class PropertySchema(Schema):
    """A piece of the estate that is managed as one."""

    id = fields.UUID(required=True)
    external_id = _external_id()
    name = fields.String(required=True)
    timezone = fields.String(required=True, metadata={"description": "IANA name, such as `Europe/Zurich`."})
    owner = fields.String(required=True, metadata={"description": "Whom it belongs to, in the company's words."})
    note = _note()
    archived_at = _archived()
    version = _version()


class BuildingSchema(Schema):
    """A house with an address."""

    id = fields.UUID(required=True)
    external_id = _external_id()
    property_id = fields.UUID(required=True)
    name = fields.String(required=True)
    street = fields.String(required=True)
    house_number = fields.String(required=True)
    postal_code = fields.String(required=True)
    city = fields.String(required=True)
    country = fields.String(required=True, metadata={"description": "ISO 3166-1, two letters."})
    note = _note()
    archived_at = _archived()
    version = _version()


class UnitSchema(Schema):
    """What is let or owned: a flat, a shop, a parking space."""

    id = fields.UUID(required=True)
    external_id = _external_id()
    building_id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(UNIT_KINDS))
    is_commercial = fields.Boolean(required=True, metadata={"description": "Business premises, not private ones."})
    floor = fields.String(required=True, allow_none=True)
    rooms = fields.Float(required=True, allow_none=True)
    area_m2 = fields.Float(required=True, allow_none=True, metadata={"description": "Square metres."})
    position = fields.Integer(required=True, metadata={"description": "Units of a building stand in this order."})
    note = _note()
    archived_at = _archived()
    version = _version()


class OccupancySchema(Schema):
    """Who uses a unit from when to when. Tenancies of a unit never overlap."""

    id = fields.UUID(required=True)
    external_id = _external_id()
    unit_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(OCCUPANCY_KINDS))
    starts = fields.Date(required=True, metadata={"description": "The first day."})
    ends = fields.Date(
        required=True, allow_none=True, metadata={"description": "The first day after it; null while it is open."}
    )
    contract_number = fields.String(required=True, allow_none=True)
    note = _note()
    version = _version()


class EstateArguments(PageArguments):
    """Filters that all levels have."""

    external_id = fields.String(
        load_default=None, metadata={"description": "Only the one with this number in the company's own system."}
    )


class BuildingArguments(EstateArguments):
    """Filters of buildings."""

    property_id = fields.UUID(load_default=None, metadata={"description": "Only those of this property."})


class UnitArguments(EstateArguments):
    """Filters of units."""

    building_id = fields.UUID(load_default=None, metadata={"description": "Only those of this building."})
    kind = fields.String(
        load_default=None, validate=validate.OneOf(UNIT_KINDS), metadata={"description": "Only those of this kind."}
    )


class OccupancyArguments(EstateArguments):
    """Filters of periods."""

    unit_id = fields.UUID(load_default=None, metadata={"description": "Only those of this unit."})
    kind = fields.String(
        load_default=None,
        validate=validate.OneOf(OCCUPANCY_KINDS),
        metadata={"description": "Only tenancies, or only ownerships."},
    )
