"""What the forms of leads take."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from quartier.i18n.texts import lazy_gettext as _l
from quartier.leads.models import STATES
from quartier.leads.services import LONGEST


class LeadSchema(Schema):
    """A lead as sales changes it."""

    title = fields.String(load_default="", validate=validate.Length(max=120), metadata={"label": _l("Subject")})
    contact = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": _l("Contact")})
    owner = fields.UUID(allow_none=True, load_default=None, metadata={"label": _l("Responsible")})
    due = fields.Date(allow_none=True, load_default=None, metadata={"label": _l("Due")})
    state = fields.String(load_default="open", validate=validate.OneOf(STATES), metadata={"label": _l("State")})
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST), metadata={"label": _l("Note")})


class NewLeadSchema(LeadSchema):
    """A lead that sales opens by itself."""

    who = fields.String(required=True, validate=validate.Length(2, 120), metadata={"label": _l("Company or prospect")})
    title = fields.String(required=True, validate=validate.Length(2, 120), metadata={"label": _l("Subject")})
