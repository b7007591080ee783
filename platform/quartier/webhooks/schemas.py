"""Webhooks in forms and in JSON."""

from __future__ import annotations

from typing import Any

import orjson
from marshmallow import Schema, fields, validate

from quartier.api.paging import PageArguments
from quartier.i18n.texts import lazy_gettext as _l
from quartier.webhooks.delivering import message_id
from quartier.webhooks.messages import CHANGED, TEST
from quartier.webhooks.models import DELIVERY_STATES, PAUSES
from quartier.webhooks.policies import READS
from quartier.webhooks.queries import version_of

ABOUT = {"description": "Nouns of whose changes it tells."}


class WebhookFormSchema(Schema):
    """What somebody says of a webhook."""

    name = fields.String(required=True, validate=validate.Length(1, 80), metadata={"label": _l("Name")})
    url = fields.String(required=True, validate=validate.Length(1, 2000), metadata={"label": _l("Address")})
    nouns = fields.List(
        fields.String(), required=True, metadata={"label": _l("Of what it tells")},
        validate=[validate.Length(1),
                  validate.ContainsOnly(list(READS), error=_l("Please choose one of the options."))],
    )  # fmt: skip
    with_api = fields.Boolean(load_default=False, metadata={"label": _l("Also tell of changes that came over the API")})


class NewWebhookSchema(WebhookFormSchema):
    """A webhook that is to be."""

    nouns = fields.List(
        fields.String(validate=validate.OneOf(list(READS))), required=True, validate=validate.Length(1), metadata=ABOUT
    )
    with_api = fields.Boolean(
        load_default=True,
        metadata={"description": "Whether changes that came over the API are told too; `false` spares an ERP its echo"},
    )


class WebhookChangeSchema(Schema):
    """What is left out stays as it is."""

    name = fields.String(validate=validate.Length(1, 80))
    url = fields.String(validate=validate.Length(1, 2000))
    nouns = fields.List(fields.String(validate=validate.OneOf(list(READS))), validate=validate.Length(1))
    with_api = fields.Boolean()
    paused = fields.Boolean(metadata={"description": "While it is paused, changes are not collected for it."})


class WebhookSchema(Schema):
    """Where a program hears of changes."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    nouns = fields.List(fields.String(validate=validate.OneOf(list(READS))), required=True, metadata=ABOUT)
    with_api = fields.Boolean(
        required=True, metadata={"description": "Whether changes that came over the API are told too."}
    )
    paused = fields.String(
        required=True, validate=validate.OneOf(PAUSES),
        metadata={"description": "Empty while it works. `agent`: by somebody of the team or a program. `gone`: the "
                  "receiver said 410. `failing`: nothing but failures for seven days. `backlog`: more than "
                  "50,000 changes waited for a receiver that is away. `key`: the secret cannot be read any more, and "
                  "a new one is needed."},
    )  # fmt: skip
    failing_since = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "The first failure since the last success."}
    )
    delivered_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "The last success."})
    created_at = fields.AwareDateTime(required=True)
    version = fields.Function(
        version_of, required=True, metadata={"type": "string", "description": "As in the header ETag."}
    )


class WebhookWithSecretSchema(WebhookSchema):
    """A webhook with its secret, this once."""

    secret = fields.String(
        required=True,
        attribute="shown_secret",
        metadata={"description": "Signs the messages: `whsec_` and 32 bytes in Base64. It is never shown again."},
    )


class ThingSchema(Schema):
    """What changed, or what it belongs to."""

    type = fields.String(required=True, validate=validate.OneOf(list(READS)))
    id = fields.UUID(required=True)
    external_id = fields.String(allow_none=True, metadata={"description": "The number in the company's own system."})


class SourceSchema(Schema):
    """Whence a change came."""

    kind = fields.String(required=True, validate=validate.OneOf(["agent", "import", "api", "system"]))
    id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The import, or the job of `POST /erp/…`; else null."}
    )


class ChangeSchema(Schema):
    """One change."""

    id = fields.UUID(required=True, metadata={"description": "Later changes have greater ids."})
    type = fields.String(required=True, metadata={"description": "The noun and `created`, `updated` or `deleted`."})
    at = fields.AwareDateTime(required=True)
    source = fields.Nested(SourceSchema, required=True)
    object = fields.Nested(ThingSchema, required=True)
    links = fields.Dict(
        keys=fields.String(), values=fields.Nested(ThingSchema), required=True,
        metadata={"description": "What it belongs to, by noun: the unit's building, the period's unit …"},
    )  # fmt: skip
    before = fields.Dict(
        required=True, allow_none=True,
        metadata={"description": "As the API shows it: all fields when it was deleted, those that changed when it was "
                  "updated, null when it is new."},
    )  # fmt: skip
    after = fields.Dict(required=True, allow_none=True, metadata={"description": "The same afterwards."})


class BatchOfChangesSchema(Schema):
    """Changes that were made together; many of them come in several messages."""

    batch = fields.UUID(required=True)
    page = fields.Integer(required=True, metadata={"description": "Counts from 1."})
    last = fields.Boolean(required=True, metadata={"description": "Whether it is the last message of the batch."})
    changes = fields.List(fields.Nested(ChangeSchema), required=True, metadata={"description": "At most 500."})


class MessageSchema(Schema):
    """The body of a message."""

    type = fields.String(required=True, validate=validate.OneOf([CHANGED, TEST]))
    timestamp = fields.AwareDateTime(required=True, metadata={"description": "When the message was made."})
    data = fields.Nested(BatchOfChangesSchema, required=True)


class DeliverySchema(Schema):
    """A message, and what became of it. The last try is told."""

    id = fields.UUID(required=True)
    message_id = fields.Function(
        lambda one: message_id(one.id), required=True,
        metadata={"type": "string", "description": "The header `webhook-id`: the same with each try."},
    )  # fmt: skip
    status = fields.String(required=True, validate=validate.OneOf(DELIVERY_STATES))
    nouns = fields.List(fields.String(), required=True)
    changes = fields.Integer(
        required=True,
        metadata={
            "description": "How many; 0 in a test message. With status `missed` there is no message: so many changes "
            "were not collected while the webhook was paused, from `due_at` on."
        },
    )
    attempts = fields.Integer(required=True)
    answer = fields.Integer(required=True, allow_none=True, metadata={"description": "The status of the answer."})
    error = fields.String(
        required=True,
        metadata={"description": "Why there was no answer: `timeout`, `connection`, `tls`, `protocol`, or `address:` "
                  "and why it is refused. Else empty."},
    )  # fmt: skip
    took_ms = fields.Integer(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    tried_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, metadata={"description": "The next try, while it is waiting."})


class AsSent(fields.Nested):
    """A message is kept as it was signed, and is shown so."""

    def _serialize(self, nested_obj: Any, attr: str | None, obj: Any, **_options: Any) -> Any:  # type: ignore[override]
        return orjson.loads(nested_obj)


class FullDeliverySchema(DeliverySchema):
    """A message with its body."""

    reply = fields.String(required=True, metadata={"description": "The beginning of what the receiver answered."})
    message = AsSent(MessageSchema, required=True, allow_none=True, attribute="body")


class DeliveryArguments(PageArguments):
    """Filters of the log."""

    status = fields.String(load_default=None, validate=validate.OneOf(DELIVERY_STATES))
    noun = fields.String(load_default=None, validate=validate.OneOf(list(READS)))


class ReplaySchema(Schema):
    """What is sent again."""

    messages = fields.Integer(required=True, metadata={"description": "How many messages."})
