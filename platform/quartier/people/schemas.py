"""People in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from quartier.api.paging import PageArguments


class PersonSchema(Schema):
    """Somebody the company knows, or a business."""

    id = fields.UUID(required=True)
    external_id = fields.String(required=True, allow_none=True)
    salutation = fields.String(required=True, metadata={"description": "`ms`, `mr` or `none`."})
    title = fields.String(required=True)
    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    company_name = fields.String(required=True, metadata={"description": "For a business; else empty."})
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    mobile = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    contact_channel = fields.String(
        required=True, allow_none=True,
        metadata={"description": "`online`; `paper` is serial letters by post as well; null, the company's default."},
    )  # fmt: skip
    lives_here = fields.Boolean(required=True, allow_none=True, metadata={"description": "Said by the person."})
    contact_confirmed_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When the person last looked at these data."}
    )
    street = fields.String(required=True)
    postal_code = fields.String(required=True)
    city = fields.String(required=True)
    country = fields.String(required=True)
    note = fields.String(required=True, metadata={"description": "For the team only."})
    archived_at = fields.DateTime(required=True, allow_none=True)
    version = fields.Integer(required=True, metadata={"description": "Counts up with each change."})


class PersonArguments(PageArguments):
    """Filters of people."""

    external_id = fields.String(
        load_default=None, metadata={"description": "Only the one with this number in the company's own system."}
    )


class OccupantSchema(Schema):
    """A person on a period."""

    id = fields.UUID(required=True)
    occupancy_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    role = fields.String(required=True)


class OccupantArguments(PageArguments):
    """Filters of people on periods."""

    occupancy_id = fields.UUID(load_default=None, metadata={"description": "Only those on this period."})
    person_id = fields.UUID(load_default=None, metadata={"description": "Only this person's."})
