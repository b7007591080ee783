"""Addresses that do not work, in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields


class UnreachedSchema(Schema):
    """Somebody whose e-mail address is to be mended, and how they are reached meanwhile."""

    person_id = fields.UUID(required=True)
    external_id = fields.String(required=True, allow_none=True, metadata={"description": "In your own system."})
    email = fields.String(required=True, allow_none=True, metadata={"description": "The address in the books."})
    trouble = fields.String(
        required=True,
        metadata={
            "description": "`bounced`: mail comes back; `no_address`: it is none; `asked`: not confirmed by the "
            "person yet; `unconfirmed`: refused, not answered, or somebody else’s."
        },
    )
    address = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address that is meant: of `bounced` the dead one."},
    )
    since = fields.DateTime(required=True, allow_none=True, metadata={"description": "Since when that is known."})
    reason = fields.String(
        required=True, metadata={"description": "What the mail server said when mail came back; empty otherwise."}
    )
    reached_by = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "`mail` at the address of their account, `letter`, or null: nothing is known."},
    )
