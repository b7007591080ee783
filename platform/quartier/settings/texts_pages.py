"""The page of the company's own sentences and languages."""

from __future__ import annotations

from typing import Any

from flask import make_response
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from quartier.accounts.models import Account
from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES, OWN_NAMES
from quartier.settings.pages import TEXTS, cockpit, done, stored_company
from quartier.settings.texts_form import TextsSchema, clashes, missing_texts, save_texts, typed_of
from quartier.tenancy.models import Company
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.visit import Visit


@cockpit.page(TEXTS, needs=COMPANY_SETTINGS)
def texts(visit: Visit) -> str:
    """What the company says, in each of its languages."""
    company = stored_company(visit)
    return _page(visit, company, Form(typed=typed_of(company), labels=labels_of(TextsSchema())))


@cockpit.action(TEXTS, needs=COMPANY_SETTINGS)
def save_texts_page(visit: Visit) -> Response:
    """Take the form. Two people at once: the second sees both versions and decides."""
    company, form = stored_company(visit), load_form(TextsSchema())
    if not form.ok:
        return make_response(_page(visit, company, form), 422)
    if save_texts(visit.db, company, form, actor=visit.viewer.name):
        return done(visit, TEXTS, _("Saved. It is in force everywhere."))
    visit.db.rollback()
    company = stored_company(visit)
    found = clashes(company, form)
    again = Form(typed={**form.typed, "version": company.version}, labels=form.labels)
    return make_response(_page(visit, company, again, clashes=found), 409)


def _page(visit: Visit, company: Company, form: Form, **more: Any) -> str:
    offered = [language for language in LANGUAGES if language in company.languages]
    return render(
        "settings/texts.html",
        form=form,
        offered=offered,
        languages=[(language, OWN_NAMES[language]) for language in LANGUAGES],
        readers=_readers(visit),
        missing=missing_texts(company, offered),
        **{"clashes": [], **more},
    )


def _readers(visit: Visit) -> dict[str, int]:
    """How many people have chosen each language: whoever takes one away should know whom it concerns."""
    query = select(Account.language, func.count()).where(Account.is_active, Account.language.is_not(None))
    return {language: count for language, count in visit.db.execute(query.group_by(Account.language)) if language}
