"""The company's own sentences, and the languages they are written in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validate, validates
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from quartier.companies.schemas import LanguagesSchema
from quartier.contracts.events import record
from quartier.i18n.localized import LocalizedText, LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.tenancy.models import Company
from quartier.web.clash import Clash
from quartier.web.forms import Form

LENGTHS = {"greeting": 40, "emergency_note": 200}
LOCALIZED = tuple(LENGTHS)
TOLD = ("languages",)
"""What the operator wants to know of as well, as it stands in the company's facts."""

PHONE = re.compile(r"\+?[0-9][0-9 ()./-]*", re.ASCII)
LEAST_DIGITS = 3


class TextsSchema(LanguagesSchema):
    """In which languages a company speaks and what it says. `version` is that of the company when shown."""

    greeting = LocalizedTextField(max_length=LENGTHS["greeting"], metadata={"label": _l("Greeting")})
    emergency_phone = fields.String(
        allow_none=True, load_default=None, validate=validate.Length(max=40), metadata={"label": _l("Emergency number")}
    )
    emergency_note = LocalizedTextField(
        max_length=LENGTHS["emergency_note"], metadata={"label": _l("When to call there")}
    )
    version = fields.Integer(required=True)

    @validates("emergency_phone")
    def _can_be_dialled(self, value: str | None, **_options: Any) -> None:
        if value is None:
            return
        if not PHONE.fullmatch(value) or sum(character.isdigit() for character in value) < LEAST_DIGITS:
            raise ValidationError(_("This cannot be dialled. Write it like +41 44 555 01 99."))


def typed_of(company: Company) -> dict[str, Any]:
    """What the inputs show before anything was typed, by path."""
    typed: dict[str, Any] = {
        "languages": list(company.languages),
        "default_language": company.languages[0],
        "emergency_phone": company.emergency_phone or "",
        "version": company.version,
    }
    for name in LOCALIZED:
        typed |= {f"{name}.{language}": getattr(company, name).get(language, "") for language in LANGUAGES}
    return typed


def save_texts(db: Session, company: Company, form: Form, *, actor: str) -> bool:
    """Write the form, unless somebody saved since it was filled; then nothing happens and the answer is False.

    A text in a language that is not offered any more stays where it is: the language may come back.
    """
    values = {name: value for name, value in form.values.items() if name != "version"}
    for name in LOCALIZED:
        kept = {lang: text for lang, text in getattr(company, name).items() if f"{name}.{lang}" not in form.typed}
        values[name] = LocalizedText({**kept, **values.get(name, {})})
    before = {name: getattr(company, name) for name in TOLD}
    mine = (Company.id == company.id, Company.version == form.values["version"])
    statement = update(Company).where(*mine).values(**values, version=Company.version + 1, changed_at=func.now())
    if db.connection().execute(statement).rowcount != 1:
        return False
    _tell(db, company, before, values, actor=actor)
    return True


def clashes(company: Company, form: Form) -> list[Clash]:
    """Both versions of everything that is different in the database and in the form."""
    stored, found = typed_of(company), list[Clash]()
    for name, theirs in stored.items():
        if name == "version" or name not in form.typed:
            continue
        one, other = _plain(name, theirs), _plain(name, form.typed[name])
        if one != other:
            found.append(Clash(form.labels.get(name, name), one, other))
    return found


def missing_texts(company: Company, languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Texts that people will read in another language than their own, or not at all, by name."""
    found = {name: getattr(company, name).missing(languages) for name in LOCALIZED}
    return {name: languages for name, languages in found.items() if languages}


def _plain(name: str, value: Any) -> str:
    """As people compare it: languages in one order, whether one was sent or several, and line ends of one kind."""
    if name == "languages":
        chosen = [value] if isinstance(value, str) else value
        return ", ".join(language.upper() for language in LANGUAGES if language in chosen)
    return str(value).replace("\r\n", "\n").strip()


def _tell(db: Session, company: Company, before: Mapping[str, Any], after: Mapping[str, Any], *, actor: str) -> None:
    changed = [name for name in TOLD if before[name] != after[name]]
    if changed:
        record(
            db, company.id, kind="company.changed", subject=company.slug, actor=actor,
            before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip
