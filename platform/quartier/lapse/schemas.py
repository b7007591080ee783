"""How long what has ended is graced, and can be read."""

from __future__ import annotations

from typing import Final

from marshmallow import fields, validate

from quartier.contracts.schemas import ReasonSchema
from quartier.i18n.texts import lazy_gettext as _l

LONGEST: Final = 3650  # days


class TermsSchema(ReasonSchema):
    """Days after an end."""

    grace_days = fields.Integer(
        required=True, validate=validate.Range(0, LONGEST), metadata={"label": _l("Days in which everything works")}
    )
    read_only_days = fields.Integer(
        required=True, validate=validate.Range(0, LONGEST), metadata={"label": _l("Days of reading after that")}
    )
