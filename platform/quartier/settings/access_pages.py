"""The page on which a company says from when to when its people see the portal."""

from __future__ import annotations

from typing import Any

from flask import make_response
from marshmallow import Schema, fields, validate
from sqlalchemy import func, update
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.contracts.events import record
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.settings.clash import Clash
from quartier.settings.pages import ACCESS, cockpit, done, stored_company
from quartier.tenancy.access import AFTER, BEFORE, LONGEST, days
from quartier.tenancy.models import Company
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.visit import Visit

IN_DAYS = validate.Range(min=0, max=LONGEST, error=_l("A number of days from 0 to {max}."))


class AccessSchema(Schema):
    """Days around a period. `version` is that of the company when shown."""

    access_before = fields.Integer(required=True, validate=IN_DAYS, metadata={"label": _l("Days before the first day")})
    access_after = fields.Integer(required=True, validate=IN_DAYS, metadata={"label": _l("Days after the last day")})
    version = fields.Integer(required=True)


@cockpit.page(ACCESS, needs=COMPANY_SETTINGS)
def access(visit: Visit) -> str:
    """How early and how long people see what concerns their home."""
    company = stored_company(visit)
    return _page(Form(typed=_typed(company), labels=labels_of(AccessSchema())))


@cockpit.action(ACCESS, needs=COMPANY_SETTINGS)
def save_access(visit: Visit) -> Response:
    """Take the form. Two people at once: the second sees both versions and decides."""
    form = load_form(AccessSchema())
    if not form.ok:
        return make_response(_page(form), 422)
    if _saved(visit, form):
        return done(visit, ACCESS, _("Saved. It is in force everywhere."))
    visit.db.rollback()
    stored = _typed(stored_company(visit))
    found = [
        Clash(form.labels[name], str(stored[name]), str(form.values[name]))
        for name in (BEFORE, AFTER)
        if stored[name] != form.values[name]
    ]
    again = Form(typed={**form.typed, "version": stored["version"]}, labels=form.labels)
    return make_response(_page(again, clashes=found), 409)


def _saved(visit: Visit, form: Form) -> bool:
    company = stored_company(visit)
    values = {name: form.values[name] for name in (BEFORE, AFTER)}
    before = {name: days(company.settings, name) for name in values}
    statement = (
        update(Company)
        .where(Company.id == company.id, Company.version == form.values["version"])
        .values(settings={**company.settings, **values}, version=Company.version + 1, changed_at=func.now())
    )
    if visit.db.connection().execute(statement).rowcount != 1:
        return False
    if before != values:
        record(
            visit.db, company.id, kind="company.changed", subject=company.slug, actor=visit.viewer.name,
            before=before, after=values,
        )  # fmt: skip
    return True


def _typed(company: Company) -> dict[str, Any]:
    return {name: days(company.settings, name) for name in (BEFORE, AFTER)} | {"version": company.version}


def _page(form: Form, **more: Any) -> str:
    return render("settings/access.html", form=form, longest=LONGEST, **{"clashes": [], **more})
