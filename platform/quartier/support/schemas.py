"""What the forms of support take."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from quartier.i18n.texts import lazy_gettext as _l
from quartier.support.services import LONGEST


class AskSchema(Schema):
    """Why support wants to look, and for how long."""

    reason = fields.String(required=True, validate=validate.Length(10, 500), metadata={"label": _l("Reason")})
    hours = fields.Integer(
        required=True, validate=validate.Range(min=1, max=LONGEST), metadata={"label": _l("For how many hours")}
    )


class AgreeSchema(Schema):
    """For how long the company agrees: as was asked, or less."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.load_fields["hours"].validators.append(validate.Range(min=1, max=most))

    hours = fields.Integer(required=True, metadata={"label": _l("For how many hours")})
