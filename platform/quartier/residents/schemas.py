"""Addresses that do not work, and important messages with their proof, in JSON."""

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


class ReachedSchema(Schema):
    """How many an important message reached, by each way."""

    people = fields.Integer(required=True, metadata={"description": "Those whom it meant."})
    read = fields.Integer(required=True, metadata={"description": "Who has opened it in the portal."})
    sent = fields.Integer(required=True, metadata={"description": "Mails that a mail server took."})
    rung = fields.Integer(required=True, metadata={"description": "Those of whom a device rang."})
    letters = fields.Integer(required=True, metadata={"description": "Those for whom a letter was made."})
    unreached = fields.Integer(
        required=True, metadata={"description": "Those without account, address and letter: nothing brings it to them."}
    )


class ImportantSchema(Schema):
    """Something that was sent as important."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"description": "Which kind of notification it is."})
    title = fields.String(required=True, metadata={"description": "In the language of the request."})
    about = fields.String(required=True, metadata={"description": "What it is about, in the best language there is."})
    sent_by = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    told_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When people were told; null while it is on its way."}
    )
    reached = fields.Nested(ReachedSchema, required=True)


class ReceiptSchema(Schema):
    """What became of an important message for one person."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    registered = fields.Boolean(required=True, metadata={"description": "Whether they have an account now."})
    read_at = fields.DateTime(required=True, allow_none=True)
    rung_at = fields.DateTime(required=True, allow_none=True, metadata={"description": "When a device rang."})
    address = fields.String(required=True, allow_none=True, metadata={"description": "Where the mail went."})
    mail_state = fields.String(
        required=True, allow_none=True,
        metadata={"description": "What became of the mail, as on the list of mails; null where none was written."},
    )  # fmt: skip
    mail_reason = fields.String(required=True, metadata={"description": "Why, in words; often empty."})
    mail_ended_at = fields.DateTime(required=True, allow_none=True)
    letter_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When a letter was made for them."}
    )
    letter_by = fields.String(required=True, allow_none=True, metadata={"description": "Who made it."})


class MessageLettersSchema(Schema):
    """Letters of an important message that were made together."""

    id = fields.UUID(required=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)
    letters = fields.Integer(required=True, metadata={"description": "How many they are."})
    state = fields.String(
        required=True,
        metadata={"description": "`waiting`, `ready`, `failed`, or `gone`: the file is not kept any more."},
    )
    printed_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When the file was opened last; null: not yet."}
    )
    printed_by = fields.String(required=True, metadata={"description": "Who opened it; empty: nobody yet."})
