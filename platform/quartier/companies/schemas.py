"""What the forms about companies take."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates, validates_schema

from quartier.companies.hosts import refusal
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.i18n.zones import zones
from quartier.theming.palette import BrandColourError, parse_colour
from quartier.theming.wording import COLOUR_REASONS

NEAR = tuple("CH DE AT LI FR LU BE IT NL DK PL CZ ES PT GB IE SE NO FI".split())
NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}  # codes that Babel knows besides
SHORT_NAME = 30


class Colour(fields.String):
    """A brand colour as people write it: `#FFF`, `1f5c4a`; becomes `#rrggbb`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        try:
            return parse_colour(super()._deserialize(value, attr, data, **options))
        except BrandColourError as error:
            raise ValidationError(_(COLOUR_REASONS[error.reason])) from error


class LanguagesSchema(Schema):
    """In which languages a company speaks. They come in any order; the default one is put in front."""

    languages = fields.List(fields.String(), required=True, metadata={"label": _l("Languages")})
    default_language = fields.String(required=True, metadata={"label": _l("Default language")})

    @validates_schema(skip_on_field_errors=False)
    def _languages_fit(self, data: dict[str, Any], **_options: Any) -> None:
        chosen = data.get("languages")
        if chosen is None:
            return
        if not chosen or not set(chosen) <= set(LANGUAGES):
            raise ValidationError(_("Choose at least one language."), "languages")
        if data.get("default_language") not in chosen:
            raise ValidationError(_("The default language must be one of those offered."), "default_language")

    @post_load
    def _default_first(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        first = data.pop("default_language")
        others = (language for language in LANGUAGES if language in data["languages"] and language != first)
        data["languages"] = (first, *others)
        return data


class FactsSchema(LanguagesSchema):
    """Who a company is, and how it speaks."""

    tone = fields.String(
        required=True, validate=validate.OneOf(["formal", "informal"]), metadata={"label": _l("Form of address")}
    )
    name = fields.String(required=True, validate=validate.Length(min=1, max=120), metadata={"label": _l("Name")})
    country = fields.String(required=True, metadata={"label": _l("Country")})
    timezone = fields.String(required=True, metadata={"label": _l("Time zone")})

    @validates("country")
    def _known_country(self, value: str, **_options: Any) -> None:
        if value not in dict(_countries("en")):
            raise ValidationError(_("Please choose one of the options."))

    @validates("timezone")
    def _known_zone(self, value: str, **_options: Any) -> None:
        if value not in dict(zones()):
            raise ValidationError(_("This time zone is not known."))


class NewCompanySchema(FactsSchema):
    """A company and its first brand."""

    slug = fields.String(required=True, metadata={"label": _l("Subdomain")})
    app_name = fields.String(
        required=True, validate=validate.Length(min=1, max=SHORT_NAME), metadata={"label": _l("Name of the app")}
    )
    theme = fields.String(required=True, metadata={"label": _l("Theme")})
    colour = Colour(required=True, metadata={"label": _l("Brand colour")})
    second = Colour(allow_none=True, load_default=None, metadata={"label": _l("Second colour")})

    @validates("slug")
    def _usable(self, value: str, **_options: Any) -> None:
        if sentence := refusal(value):
            raise ValidationError(sentence)


class RenameSchema(Schema):
    """Another subdomain, and why."""

    slug = fields.String(required=True, metadata={"label": _l("Subdomain")})
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500), metadata={"label": _l("Reason")})

    @validates("slug")
    def _usable(self, value: str, **_options: Any) -> None:
        if sentence := refusal(value):
            raise ValidationError(sentence)


def countries(language: str) -> list[tuple[str, str]]:
    """(code, name) in the reader's language, the neighbours first."""
    return list(_countries(language))


@lru_cache(maxsize=8)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names: dict[str, str] = {str(code): str(name) for code, name in Locale(language).territories.items()}
    countries = {code for code in names if len(code) == 2 and code.isalpha()} - NO_COUNTRIES
    others = sorted(countries - set(NEAR), key=lambda code: names[code])
    return tuple((code, names[code]) for code in (*NEAR, *others))
