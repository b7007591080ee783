"""The form of a company's look: what it takes, what it shows, and what two people at once did differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates

from quartier.companies.models import PICTURES, BrandDraft, BrandVersion
from quartier.companies.schemas import Colour
from quartier.i18n.localized import LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.studio.words import shape_words
from quartier.theming.shape import AS_DRAWN, CHOICES
from quartier.web.clash import Clash
from quartier.web.forms import Form

LONGEST_NAME = 30
LONGEST_HEADER, LONGEST_FOOTER = 80, 500
LONGEST_ICON_NAME = 12  # about so many characters stand below an icon on a phone
FACTS = ("theme", "colour", "second", "cover_at", *CHOICES)


class BrandSchema(Schema):
    """`seen` is the `seal_of` what the form was filled from. Pictures are read apart: they are files.

    `publish_at` is asked for only by who plans a publication: see `publishing`.
    """

    colour = Colour(required=True, metadata={"label": _l("Brand colour")})
    second = Colour(allow_none=True, load_default=None, metadata={"label": _l("Second colour")})
    theme = fields.String(required=True, metadata={"label": _l("Character")})
    app_name = LocalizedTextField(max_length=LONGEST_NAME, metadata={"label": _l("Name of the app")})
    cover_at = fields.Integer(
        load_default=50, validate=validate.Range(0, 100), metadata={"label": _l("What stays of the background picture")}
    )
    corners = fields.String(load_default=AS_DRAWN, metadata={"label": _l("Corners")})
    density = fields.String(load_default=AS_DRAWN, metadata={"label": _l("Density")})
    seen = fields.UUID(required=True)
    publish_at = fields.String(load_default="", metadata={"label": _l("Publish at")})

    def __init__(self, themes: Sequence[str], languages: Sequence[str]) -> None:
        """`languages` are those of the company, the default one first: in that one the app must have a name."""
        super().__init__()
        self.themes = themes
        self.fields["app_name"].required_in = languages[:1]  # type: ignore[attr-defined]  # one of ours, see above

    @validates("theme")
    def _installed(self, value: str, **_options: Any) -> None:
        if value not in self.themes:
            raise ValidationError(_("Please choose one of the options."))

    @validates(*CHOICES)
    def _offered(self, value: str, data_key: str, **_options: Any) -> None:
        if value not in CHOICES[data_key]:
            raise ValidationError(_("Please choose one of the options."))


Beneath = BrandVersion | BrandDraft
"""What a form is filled from: the draft, or where there is none, the version in force."""


def seal_of(brand: Beneath) -> UUID:
    """Another one as soon as somebody saved or published."""
    return brand.mark if isinstance(brand, BrandDraft) else brand.id


def typed_of(brand: Beneath) -> dict[str, Any]:
    """What the inputs show before anything was typed, by path."""
    names = {f"app_name.{language}": text for language, text in brand.app_name.items()}
    colours = {"colour": brand.colour.upper(), "second": (brand.second or "").upper()}
    plain = {name: getattr(brand, name) for name in ("theme", "cover_at", *CHOICES)}
    return {**names, **colours, **plain, "seen": str(seal_of(brand))}


def changes_of(form: Form, brand: Beneath) -> dict[str, Any]:
    """The columns of the version that the form asks for; names in a language not offered any more stay."""
    names = {lang: text for lang, text in brand.app_name.items() if f"app_name.{lang}" not in form.typed}
    facts = {name: form.values[name] for name in FACTS}
    return {**facts, "app_name": type(brand.app_name)({**names, **form.values["app_name"]})}


def clashes(brand: Beneath, form: Form, pictures: Mapping[str, Any], themes: Callable[[str], str]) -> list[Clash]:
    """Both versions of everything that is different now; `themes` says how a theme is called."""
    wanted, found = changes_of(form, brand), list[Clash]()
    for name in FACTS:
        if wanted[name] != getattr(brand, name):
            pair = [_shown(name, value, themes) for value in (getattr(brand, name), wanted[name])]
            found.append(Clash(form.labels[name], *pair))
    for language in LANGUAGES:
        theirs, yours = (names.get(language, "") for names in (brand.app_name, wanted["app_name"]))
        if theirs != yours:
            found.append(Clash(form.labels[f"app_name.{language}"], theirs, yours))
    if any(pictures[kind] != getattr(brand, f"{kind}_id") for kind in PICTURES):
        found.append(Clash(_("Pictures"), _("other pictures"), _("the pictures shown below")))
    return found


def _shown(name: str, value: Any, themes: Callable[[str], str]) -> str:
    if name == "theme":
        return themes(value)
    if name in CHOICES:
        return shape_words(name)[value]
    return f"{value} %" if name == "cover_at" else str(value or "").upper()
