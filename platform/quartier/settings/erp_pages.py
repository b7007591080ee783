"""The page on which a company says which system it has, and which fields are that system's own."""

from __future__ import annotations

from flask import make_response, request
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.locks.fields import OWNABLE
from quartier.locks.models import ErpLink
from quartier.locks.services import drop_link, link_of, save_link
from quartier.settings.pages import ERP, cockpit
from quartier.web.flash import back_to
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.visit import Visit

NOUNS = {
    "property": _l("Property"),
    "building": _l("Building"),
    "unit": _l("Unit"),
    "occupancy": _l("Period of use"),
    "person": _l("Person"),
}
FIELDS = {
    "name": _l("Name"),
    "timezone": _l("Time zone"),
    "owner": _l("Owner"),
    "note": _l("Note"),
    "street": _l("Street"),
    "house_number": _l("House number"),
    "postal_code": _l("Postal code"),
    "city": _l("City"),
    "country": _l("Country"),
    "kind": _l("Kind"),
    "is_commercial": _l("Private or commercial"),
    "floor": _l("Floor"),
    "rooms": _l("Rooms"),
    "area_m2": _l("Area"),
    "position": _l("Position in the list"),
    "starts": _l("Begin"),
    "ends": _l("End"),
    "contract_number": _l("Contract number"),
    "salutation": _l("Salutation"),
    "title": _l("Title"),
    "given_name": _l("Given name"),
    "family_name": _l("Family name"),
    "company_name": _l("Business name"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "mobile": _l("Mobile phone"),
    "language": _l("Language"),
}


class ErpSchema(Schema):
    """`owned` are fields such as "unit.area_m2"."""

    system = fields.String(required=True, validate=validate.Length(1, 80), metadata={"label": _l("Name of the system")})
    correction_email = fields.Email(
        allow_none=True, load_default=None, metadata={"label": _l("Address for corrections")}
    )
    owned = fields.List(fields.String(), load_default=list, metadata={"label": _l("Fields of the system")})


@cockpit.page(ERP, needs=COMPANY_SETTINGS)
def erp(visit: Visit) -> str:
    """Which system, and what is its own."""
    return _page(link_of(visit.db), Form(typed=_typed(link_of(visit.db)), labels=labels_of(ErpSchema())))


@cockpit.action(ERP, needs=COMPANY_SETTINGS)
def save_erp(visit: Visit) -> Response:
    """Take the form; the fields are locked from the next page on."""
    if "drop" in request.form:
        drop_link(visit.db)
        return back_to(ERP, _("Removed. Everything can be changed here again."))
    form = load_form(ErpSchema())
    if not form.ok:
        return make_response(_page(link_of(visit.db), form), 422)
    save_link(visit.db, **form.values)
    return back_to(ERP, _("Saved. It is in force everywhere."))


def _typed(link: ErpLink | None) -> dict[str, object]:
    if link is None:
        return {"system": "", "correction_email": "", "owned": []}
    return {"system": link.system, "correction_email": link.correction_email or "", "owned": list(link.owned)}


def _page(link: ErpLink | None, form: Form) -> str:
    return render("settings/erp.html", link=link, form=form, nouns=NOUNS, fields=FIELDS, ownable=OWNABLE)
