"""What the form of a prospect takes."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates

from quartier.companies.hosts import refusal
from quartier.companies.schemas import FactsSchema
from quartier.contracts.schemas import MOST_UNITS
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.mail.addresses import mailbox

NAME = 200


class ProspectSchema(FactsSchema):
    """A company that is none yet: who and where they are, how large, and whom to speak to."""

    slug = fields.String(load_default="", metadata={"label": _l("Subdomain")})
    address = fields.String(load_default="", validate=validate.Length(max=250), metadata={"label": _l("Address")})
    units = fields.Integer(
        required=True, validate=validate.Range(min=1, max=MOST_UNITS), metadata={"label": _l("Units")}
    )
    given_name = fields.String(
        load_default="", validate=validate.Length(max=NAME), metadata={"label": _l("Given name")}
    )
    family_name = fields.String(
        load_default="", validate=validate.Length(max=NAME), metadata={"label": _l("Family name")}
    )
    email = fields.String(load_default="", validate=validate.Length(max=254), metadata={"label": _l("E-mail")})
    invite = fields.Boolean(load_default=False, metadata={"label": _l("Manages the team first")})

    @validates("slug")
    def _usable(self, value: str, **_options: Any) -> None:
        if value and (sentence := refusal(value)):
            raise ValidationError(sentence)

    @validates("email")
    def _reaches(self, value: str, **_options: Any) -> None:
        if value.strip() and (not value.strip().isprintable() or mailbox(value.strip()) is None):
            raise ValidationError(_("This is not an e-mail address. It looks like name@example.ch."))

    @post_load
    def _whole(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        if data["email"].strip() and data["invite"] and not data["family_name"].strip():
            raise ValidationError(_("Whoever is to manage the team needs a name."), "invite")
        texts = ("address", "given_name", "family_name", "email")
        return data | {name: "\n".join(filter(None, map(str.strip, data[name].splitlines()))) for name in texts}
