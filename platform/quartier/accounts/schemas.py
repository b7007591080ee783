"""What people send to accounts."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from quartier.i18n.texts import lazy_gettext as _l


class NewTokenSchema(Schema):
    """A token to be issued. Which scopes and days are possible depends on who asks and when: see `tokens`."""

    name = fields.String(required=True, validate=validate.Length(1, 80), metadata={"label": _l("Name")})
    scopes = fields.List(
        fields.String(), required=True, validate=validate.Length(min=1), metadata={"label": _l("What it may do")}
    )
    expires = fields.Date(required=True, metadata={"label": _l("Valid until")})
