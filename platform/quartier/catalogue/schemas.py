"""What the forms of the catalogue take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates, validates_schema

from quartier.catalogue import expressions
from quartier.catalogue.models import CURRENCIES, MODELS, PERIODS
from quartier.catalogue.pricing import Terms, Tier
from quartier.i18n.localized import LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES

COUNTRIES: Final = ("CH", "DE", "AT", "LI", "FR", "LU", "BE", "IT")
TIERS = 5
ROWS: Final = tuple(f"row{number}" for number in range(1, TIERS + 1))
MOST = Decimal("9999999.99")
MOST_UNITS = 1_000_000
KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")
FIGURES: Final = re.compile(r"\d+(?:\.\d+)?\Z")
MOST_DIGITS = 20
MINUS: Final = "-\u2212"
PLACES = 2  # decimals


class Money(fields.Field[Decimal]):
    """An amount above 0 with at most two decimals, as people type it: `12.50`, `12,5`, `1'250`."""

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else f"{value:.2f}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        typed = str(value).strip()
        negative, plain = typed[:1] in MINUS, _plain(typed.lstrip(MINUS))
        if isinstance(value, bool) or not FIGURES.match(plain) or len(plain) > MOST_DIGITS:
            raise ValidationError(_("Please enter an amount, such as 12.50."))
        if len(plain.partition(".")[2]) > PLACES:  # also 1.250, which some mean as 1250
            raise ValidationError(_("A price has two decimals at most."))
        amount = Decimal(plain)
        if negative or not amount:
            raise ValidationError(_("A price is above 0. What costs nothing is granted, not sold."))
        if amount > MOST:
            raise ValidationError(_("This number is too large."))
        return amount.quantize(Decimal("0.01"))


def _plain(typed: str) -> str:
    """Without signs between thousands, and with a point: what stands last of point and comma parts the decimals."""
    typed = re.sub(r"[\s'’\u00a0\u202f]", "", typed)
    if "," in typed and "." in typed:
        thousands = min(",.", key=typed.rindex)
        typed = typed.replace(thousands, "")
    return typed.replace(",", ".")


class TierSchema(Schema):
    """One row of prices: from which unit on, and how much in each currency."""

    from_unit = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=2, max=MOST_UNITS),
        metadata={"label": _l("From unit")},
    )
    CHF = Money(allow_none=True, load_default=None, metadata={"label": "CHF"})
    EUR = Money(allow_none=True, load_default=None, metadata={"label": "EUR"})


class VersionSchema(Schema):
    """Everything that a version of a product says."""

    name = LocalizedTextField(required=True, required_in=LANGUAGES, max_length=60, metadata={"label": _l("Name")})
    summary = LocalizedTextField(
        required=True, required_in=LANGUAGES, max_length=300, metadata={"label": _l("What it does")}
    )
    data_used = LocalizedTextField(load_default=None, max_length=500, metadata={"label": _l("Data used")})
    needs = fields.String(load_default="", metadata={"label": _l("Needs")})
    countries = fields.List(
        fields.String(),
        load_default=list,
        validate=validate.ContainsOnly(COUNTRIES),
        metadata={"label": _l("Countries")},
    )
    model = fields.String(required=True, validate=validate.OneOf(MODELS), metadata={"label": _l("Price model")})
    period = fields.String(required=True, validate=validate.OneOf(PERIODS), metadata={"label": _l("Charged")})
    row1 = fields.Nested(TierSchema, required=True)
    row2 = fields.Nested(TierSchema, load_default=dict)
    row3 = fields.Nested(TierSchema, load_default=dict)
    row4 = fields.Nested(TierSchema, load_default=dict)
    row5 = fields.Nested(TierSchema, load_default=dict)
    note = fields.String(load_default="", validate=validate.Length(max=500), metadata={"label": _l("What is new")})

    @validates("needs")
    def _can_be_read(self, value: str, **_options: Any) -> None:
        try:
            expressions.parse(value)
        except expressions.ExpressionError as error:
            raise ValidationError(str(error)) from error

    @validates_schema
    def _prices_fit(self, data: dict[str, Any], **_options: Any) -> None:
        rows = {name: data.get(name) or {} for name in ROWS}
        if wrong := dict(_on_request(rows) if data["model"] == "ask" else _priced(data["model"], rows)):
            raise ValidationError(wrong)


class ServiceSchema(VersionSchema):
    """A new service brings its own key."""

    key = fields.String(required=True, metadata={"label": _l("Key")})

    @validates("key")
    def _is_a_key(self, value: str, **_options: Any) -> None:
        if not KEY.match(value) or value in expressions.WORDS:
            raise ValidationError(
                _("A key begins with a small letter and has small letters, digits and _ only, 2 to 31 of them.")
            )


Wrong = tuple[str, dict[str, list[str]]]


def _on_request(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[Wrong]:
    for name, row in rows.items():
        if given := [key for key, value in row.items() if value is not None]:
            yield name, {given[0]: [_("What is on request has no price here.")]}


def _priced(model: str, rows: Mapping[str, Mapping[str, Any]]) -> Iterator[Wrong]:
    first, *others = rows.items()
    chosen = [currency for currency in CURRENCIES if first[1].get(currency) is not None]
    if not chosen:
        yield first[0], {CURRENCIES[0]: [_("Please fill in a price in one of the currencies.")]}
    before, ended = 1, False
    for name, row in others:
        given = [key for key, value in row.items() if value is not None]
        if given and model != "unit":
            yield name, {given[0]: [_("Only a price per unit has tiers.")]}
        elif given and (wrong := _tier(row, chosen, before, ended)):
            yield name, wrong
        before, ended = row.get("from_unit") or before, ended or not given


def _tier(row: Mapping[str, Any], chosen: list[str], before: int, ended: bool) -> dict[str, list[str]]:
    """What is wrong with one tier, at the field where it can be put right."""
    start = row.get("from_unit")
    if start is None:
        return {"from_unit": [_("Please fill this in.")]}
    if start <= before:
        return {"from_unit": [_("Each tier begins above the one before it.")]}
    if ended:
        return {"from_unit": [_("Please leave no empty row between tiers.")]}
    for currency in CURRENCIES:
        if (row.get(currency) is None) is (currency in chosen):
            return {currency: [_("Each tier has its price in the currencies of the first one.")]}
    return {}


def terms_of(values: Mapping[str, Any]) -> Terms:
    """What a form or a file said, as terms."""
    rows = [(values.get(name) or {}) for name in ROWS]
    prices = {
        currency: tuple(Tier(row.get("from_unit") or 1, row[currency]) for row in rows if row.get(currency) is not None)
        for currency in CURRENCIES
    }
    return Terms(
        name=values["name"], summary=values["summary"], data_used=values["data_used"] or type(values["name"])(),
        needs=expressions.written(expressions.parse(values["needs"])), model=values["model"], period=values["period"],
        countries=tuple(country for country in COUNTRIES if country in values["countries"]),
        prices={currency: tiers for currency, tiers in prices.items() if tiers},
    )  # fmt: skip


def typed_of(terms: Terms) -> dict[str, Any]:
    """Terms as they stand in a form."""
    typed: dict[str, Any] = {
        "needs": terms.needs, "model": terms.model, "period": terms.period, "countries": list(terms.countries),
    }  # fmt: skip
    for name in ("name", "summary", "data_used"):
        typed |= {f"{name}.{language}": text for language, text in getattr(terms, name).items()}
    for currency, tiers in terms.prices.items():
        for row, tier in zip(ROWS, tiers, strict=False):
            typed |= {f"{row}.{currency}": f"{tier.amount:.2f}"}
            typed |= {f"{row}.from_unit": str(tier.from_unit)} if tier.from_unit > 1 else {}
    return typed
