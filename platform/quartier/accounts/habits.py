"""Whose dates and numbers somebody reads, and where their clock is: at a company and at the console alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import request
from marshmallow import Schema, ValidationError, fields, validate, validates
from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.accounts.pages import OPERATORS_ZONE, AnyVisit, account_of, page, realm_of, show
from quartier.accounts.realm import AnyAccount
from quartier.i18n.countries import COUNTRIES, SWISS
from quartier.i18n.formats import format_date, format_moment, format_money, format_number
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice
from quartier.i18n.zones import zones
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import SIGNED_IN
from quartier.web.visit import Visit

FORMATS: Final = "/account/formats"
AMOUNT: Final = Decimal("1234.5")


class HabitsSchema(Schema):
    """A country and a time zone; nothing is as the company has it."""

    formats = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(list(COUNTRIES)),
        metadata={"label": _l("Dates and numbers as in")},
    )  # fmt: skip
    timezone = fields.String(allow_none=True, load_default=None, metadata={"label": _l("Time zone")})

    @validates("timezone")
    def _known(self, value: str | None, **_options: Any) -> None:
        if value is not None and value not in dict(zones()):
            raise ValidationError(_("This time zone is not known."))


@page(FORMATS, needs=SIGNED_IN, methods=("GET", "POST"))
def formats(visit: AnyVisit) -> Any:
    """Choose, with an example beside each country."""
    if request.method != "POST":
        return _page(visit, left_at(FORMATS).over(show_form(HabitsSchema(), visit.viewer)))
    form = load_form(HabitsSchema())
    if not form.ok:
        return again(FORMATS, *HabitsSchema().fields, errors=form.errors)
    choose_habits(realm_of(visit).account, visit.db, account_of(visit), form.values)
    return back_to("/account", _("Saved. Pages and mails follow it from now on."))


def choose_habits(account: type[AnyAccount], db: Session, account_id: Any, values: Mapping[str, Any]) -> None:
    """Remember the choice; nothing chosen follows the company, also where it changes its mind."""
    db.execute(update(account).where(account.id == account_id).values(**values))


def example(voice: Voice, zone: ZoneInfo) -> str:
    """This moment and an amount as the voice writes them."""
    with using(voice):
        return f"{format_moment(datetime.now(UTC), zone, 'short')} · {_amount(voice)}"


def _short(voice: Voice) -> str:
    """The same without the hour and the currency, for an option on a phone."""
    with using(voice):
        return f"{format_date(datetime.now(UTC), 'short', zone=UTC)} · {format_number(AMOUNT, 2)}"


def _amount(voice: Voice) -> str:
    return format_money(AMOUNT, "CHF" if voice.region in SWISS else "EUR")


def _page(visit: AnyVisit, form: Form) -> str:
    voice, zone = visit.voice, visit.company.zone if isinstance(visit, Visit) else OPERATORS_ZONE
    names, usual = voice.locale.territories, replace(voice, formats=None)
    countries = [(code, f"{names[code]} · {_short(replace(voice, formats=code))}") for code in COUNTRIES]
    return show(
        visit, "formats", frame="page", form=form, countries=countries, usual=_short(usual), zones=zones(),
        usual_zone=str(zone).replace("_", " "),
    )  # fmt: skip
