"""More units than the contract covers: ask sales, without writing a letter."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from quartier.contracts.growth import ask_for_units, open_request
from quartier.estate.policies import EDIT
from quartier.estate.quota import usage
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.masterdata.area import HOME, cockpit, page
from quartier.web.flash import back_to
from quartier.web.forms import load_form, show_form
from quartier.web.visit import Visit

MOST = 10_000_000


class MoreUnitsSchema(Schema):
    """How many units the company will have in all; `covered` is what it may have now."""

    def __init__(self, covered: int, **options: Any) -> None:
        self.covered = covered
        super().__init__(**options)

    wanted = fields.Integer(required=True, metadata={"label": _l("Units that you will need")})
    note = fields.String(
        load_default="", validate=validate.Length(max=1000), metadata={"label": _l("What sales should know")}
    )

    @validates_schema(skip_on_field_errors=True)
    def _grows(self, data: dict[str, Any], **_options: Any) -> None:
        if not self.covered < data["wanted"] <= MOST:
            count = formats.format_number(self.covered)
            raise ValidationError(_("A number above the %(count)s that your contract covers.", count=count), "wanted")


@cockpit.page(f"{HOME}more-units", needs=EDIT, methods=("GET", "POST"))
def more_units(visit: Visit) -> Any:
    """The wish for a larger contract; it stays open until sales has changed one."""
    now = usage(visit.db, visit.today)
    if now.quota is None:
        return back_to(HOME, _("Your contract covers as many units as you like."))
    wish = open_request(visit.db, visit.company.id)
    schema = MoreUnitsSchema(now.quota)
    if request.method == "GET":
        return page(visit, "more_units", form=show_form(schema, wanted=""), usage=now, wish=wish)
    form = load_form(schema)
    if not form.ok:
        return page(visit, "more_units", form=form, usage=now, wish=wish), 422
    ask_for_units(
        visit.db, wanted=form.values["wanted"], note=form.values["note"], actor=visit.viewer.name, today=visit.today
    )
    return back_to(HOME, _("Sales has your wish and gets in touch with you."))
