"""Invitations in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from quartier.api.paging import PageArguments
from quartier.invitations.reaching import WAYS

MOST = 1_000
STATES = ("open", "expired", "accepted", "withdrawn")


class InvitationSchema(Schema):
    """A person may register. Code and link are not in lists: ask for the one invitation."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    state = fields.String(required=True, metadata={"description": "`open`, `expired`, `accepted` or `withdrawn`."})
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True, metadata={"description": "Empty for those that the portal sent itself."})
    expires_at = fields.DateTime(required=True, allow_none=True)
    accepted_at = fields.DateTime(required=True, allow_none=True)
    withdrawn_at = fields.DateTime(required=True, allow_none=True)


class FullInvitationSchema(InvitationSchema):
    """An invitation with what opens a registration, while it is open; null afterwards."""

    code = fields.String(required=True, allow_none=True, metadata={"description": "To be typed, for example by hand."})
    url = fields.String(
        required=True, allow_none=True, metadata={"description": "The link, for example for a QR code."}
    )


class InvitationArguments(PageArguments):
    """Filters of invitations."""

    person_id = fields.UUID(load_default=None, metadata={"description": "Only this person's."})
    live = fields.Boolean(
        load_default=None,
        metadata={"description": "Only those that are neither accepted nor withdrawn, or the others."},
    )


class NewInvitationsSchema(Schema):
    """Whom to invite, and how."""

    person_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))
    way = fields.String(
        load_default="mail",
        validate=validate.OneOf([*WAYS, "phone"]),
        metadata={
            "description": "`mail`; `letter`, which somebody prints in the Cockpit; `auto` for mail where it arrives, "
            "else a letter; `phone` sends nothing: you hand the code over yourself."
        },
    )


class LeftSchema(Schema):
    """Somebody who was not invited, and why."""

    person_id = fields.UUID(required=True)
    reason = fields.String(
        required=True,
        metadata={
            "description": "`unknown`, `registered`, `invited`, `moved_out`, `archived`, `no_email`, `bad_email`, "
            "`bounced`, `no_address` or `name_only`."
        },
    )


class InvitedSchema(Schema):
    """What came of it."""

    invitations = fields.List(fields.Nested(InvitationSchema), required=True)
    left = fields.List(fields.Nested(LeftSchema), required=True)


class WithdrawalSchema(Schema):
    """Whose code and link are to open nothing any more."""

    invitation_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))


class UntouchedSchema(Schema):
    """An invitation that stays as it was, and why."""

    invitation_id = fields.UUID(required=True)
    reason = fields.String(required=True, metadata={"description": "`unknown`, `accepted` or `withdrawn`."})


class WithdrawnSchema(Schema):
    """What came of it."""

    withdrawn = fields.List(fields.UUID(), required=True)
    left = fields.List(fields.Nested(UntouchedSchema), required=True)
