"""The form that makes a company: reading it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from quartier.companies.branding import keep_picture, publish_brand
from quartier.companies.schemas import NewCompanySchema
from quartier.companies.services import CompanyError, NewCompany, create_company
from quartier.companies.slugs import suggested
from quartier.files.storage import Storage
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.tenancy.models import Company
from quartier.theming.images import CleanImage, ImageRefused
from quartier.theming.logo import clean_logo
from quartier.theming.palette import derive
from quartier.theming.wording import ADJUSTMENTS, IMAGE_REASONS
from quartier.web.forms import Form, load_form

PICTURES = ("logo", "icon")

Pictures = dict[str, tuple[str, CleanImage]]


def read_form(
    sent: MultiDict[str, str], files: Mapping[str, FileStorage], themes: Collection[str]
) -> tuple[Form, Pictures]:
    """What was typed, with complaints of all kinds at once, pictures included.

    A subdomain left empty is made of the name. Browsers forget chosen files when a form comes back; so when something
    else is wrong, a file that was fine asks to be chosen again.
    """
    if not sent.get("slug", "").strip() and (label := suggested(sent.get("name", ""))):
        sent = MultiDict(sent)
        sent["slug"] = label
    form = load_form(NewCompanySchema(), sent)
    pictures: Pictures = {}
    if form.ok and form.values["theme"] not in themes:
        form = form.wrong("theme", _("Please choose one of the options."))
    for kind in PICTURES:
        file = files.get(kind)
        if file is None or not file.filename:
            continue
        try:
            pictures[kind] = (file.filename, clean_logo(file.read()))
        except ImageRefused as refused:
            form = form.wrong(kind, _(IMAGE_REASONS[refused.reason]))
    return (form if form.ok else _choose_again(form, pictures)), pictures


def make_company(db: Session, storage: Storage, form: Form, pictures: Pictures, *, actor: str) -> Company:
    """The company with its first brand. Raises CompanyError."""
    values = dict(form.values)
    languages = values["languages"]
    values["app_name"] = LocalizedText(dict.fromkeys(languages, values["app_name"]))
    company = create_company(db, NewCompany(**values), actor=actor)
    changes: dict[str, Any] = {}
    for kind, (name, image) in pictures.items():
        changes |= keep_picture(db, storage, company.id, kind, image, name=name)
    publish_brand(db, company.id, changes, author=actor)
    return company


def refused(form: Form, pictures: Pictures, error: CompanyError) -> Form:
    """The form with what only the database knew."""
    return _choose_again(form.wrong(error.field, str(error)), pictures)


def adjustments(colour: str, second: str | None) -> list[str]:
    """What the platform does to a colour so that people can read it, in sentences."""
    found = derive(colour, second).adjustments
    return [_(ADJUSTMENTS[one.code], used=one.used.upper()) for one in found]


def _choose_again(form: Form, pictures: Pictures) -> Form:
    for kind in pictures:
        form = form.wrong(kind, _("Please choose this file again; browsers do not keep files."))
    return form
