"""What programs read and send about the team. Ends are the first day on which something does not hold any more."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from quartier.i18n.localized import LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES
from quartier.team.queries import LEVELS

NAME = 200
PLACES = ("company", *LEVELS)


class GrantSchema(Schema):
    """Permissions at a place; an end is the first day on which they do not hold."""

    id = fields.UUID(required=True)
    permissions = fields.List(fields.String(), required=True)
    level = fields.String(required=True, metadata={"description": "company, property, building or unit."})
    place_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Empty for the whole company."})
    starts = fields.Date(required=True, allow_none=True)
    ends = fields.Date(required=True, allow_none=True)
    holds = fields.Boolean(required=True, metadata={"description": "Whether it holds today."})
    given_by = fields.String(required=True)
    given_at = fields.DateTime(required=True)


class AgentSchema(Schema):
    """Somebody of the team. Somebody of another company has its name as `employer`, and an end."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    job = LocalizedTextField(required=True)
    hours = LocalizedTextField(required=True)
    is_public = fields.Boolean(required=True, metadata={"description": "Whether residents see them as a contact."})
    employer = fields.String(required=True)
    ends = fields.Date(required=True, allow_none=True)
    state = fields.String(
        required=True, metadata={"description": "active, invited, late (the link is too old), withdrawn, over or off."}
    )
    seen_at = fields.DateTime(required=True, allow_none=True)
    grants = fields.List(fields.Nested(GrantSchema), required=True)


class TeamSchema(Schema):
    """All of the team; it has no pages."""

    items = fields.List(fields.Nested(AgentSchema), required=True)


class PlaceArguments(Schema):
    """A place, and a day."""

    level = fields.String(load_default="company", validate=validate.OneOf(PLACES))
    place_id = fields.UUID(load_default=None, metadata={"description": "Not for the whole company."})
    day = fields.Date(load_default=None, metadata={"description": "Today, if empty."})


class RightOriginSchema(Schema):
    """A grant that gives a right at a place: of this very place, or of one above."""

    grant_id = fields.UUID(required=True)
    level = fields.String(required=True)
    place_id = fields.UUID(required=True, allow_none=True)
    starts = fields.Date(required=True, allow_none=True)
    ends = fields.Date(required=True, allow_none=True)
    preset = fields.String(
        required=True, allow_none=True,
        metadata={"description": "The preset that gives it and that is wholly in the grant; null if it is by itself."},
    )  # fmt: skip


class HeldRightSchema(Schema):
    """A right that somebody has at the place, and where it comes from."""

    permission = fields.String(required=True)
    origins = fields.List(fields.Nested(RightOriginSchema), required=True)


class RightHolderSchema(Schema):
    """Somebody who may do something at the place."""

    agent_id = fields.UUID(required=True)
    name = fields.String(required=True)
    rights = fields.List(fields.Nested(HeldRightSchema), required=True)


class RightHoldersSchema(Schema):
    """Who may do what at a place on a day."""

    day = fields.Date(required=True)
    items = fields.List(fields.Nested(RightHolderSchema), required=True)


class PresetSchema(Schema):
    """The rights that people of a job usually get, among those that can be given here today."""

    key = fields.String(required=True)
    name = LocalizedTextField(required=True)
    permissions = fields.List(fields.String(), required=True)


class PresetsSchema(Schema):
    """All presets."""

    items = fields.List(fields.Nested(PresetSchema), required=True)


class GiveSchema(Schema):
    """Rights to be given at a place, or in the whole company."""

    permissions = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    level = fields.String(load_default="company", validate=validate.OneOf(PLACES))
    place_id = fields.UUID(allow_none=True, load_default=None)
    starts = fields.Date(allow_none=True, load_default=None)
    ends = fields.Date(allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def _in_order(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            raise ValidationError(_("The last day is before the first one."), "ends")


class AgentChangeSchema(Schema):
    """Facts of somebody of the team; what is left out stays. Somebody of another company needs an end."""

    job = LocalizedTextField()
    hours = LocalizedTextField()
    is_public = fields.Boolean()
    employer = fields.String(validate=validate.Length(max=NAME))
    ends = fields.Date(allow_none=True)


class NewAgentSchema(Schema):
    """Somebody to be invited, with the first rights."""

    given_name = fields.String(load_default="", validate=validate.Length(max=NAME))
    family_name = fields.String(required=True, validate=validate.Length(1, NAME))
    email = fields.Email(required=True, validate=validate.Length(max=254))
    phone = fields.String(allow_none=True, load_default=None)
    language = fields.String(allow_none=True, load_default=None, validate=validate.OneOf(LANGUAGES))
    job = LocalizedTextField(load_default=dict)
    employer = fields.String(load_default="", validate=validate.Length(max=NAME))
    ends = fields.Date(allow_none=True, load_default=None)
    grant = fields.Nested(GiveSchema, required=True)


class JobRoleSchema(Schema):
    """What somebody answers for, in the company's own words."""

    id = fields.UUID(required=True)
    key = fields.String(required=True)
    name = LocalizedTextField(required=True)


class NewJobRoleSchema(Schema):
    """A role in the company's own words, in one language at least."""

    name = LocalizedTextField(required=True, max_length=NAME, validate=validate.Length(min=1))


class JobRoleHolderSchema(Schema):
    """Who has a role in a property."""

    role_id = fields.UUID(required=True)
    property_id = fields.UUID(required=True)
    agent_id = fields.UUID(required=True, allow_none=True)


class JobRolesSchema(Schema):
    """All roles, and who has them where; it has no pages."""

    items = fields.List(fields.Nested(JobRoleSchema), required=True)
    assigned = fields.List(fields.Nested(JobRoleHolderSchema), required=True)


class NewRoleHolderSchema(Schema):
    """Who is to have a role; `null` for nobody."""

    agent_id = fields.UUID(required=True, allow_none=True)
