"""Taking an earlier version up again: a new version with its text, and the question whether people agree anew."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import LEGAL_PUBLISH
from quartier.i18n.texts import gettext as _
from quartier.legal import services
from quartier.legal.desk import LIST, cockpit, done, found, home, show
from quartier.legal.kinds import NOTICES
from quartier.legal.models import LegalVersion
from quartier.legal.publishing import EditionSchema, accounts, parts, placed, published_words
from quartier.legal.queries import Standing
from quartier.legal.services import Edited, Edition, Refused
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit


@cockpit.page(f"{LIST}/<key>/versions/<int:number>/restore", needs=LEGAL_PUBLISH, methods=("GET", "POST"))
def restore(visit: Visit, key: str, number: int) -> Any:
    """Look at what changes and for how many, then put the earlier text into force again. A draft stays a draft."""
    standing = found(visit, key)
    chosen = standing.numbered(number)
    if chosen is None or standing.document is None:
        raise NotFound
    if request.method != "POST":
        asks = standing.asked is not None and chosen.needs_agreement
        start = show_form(EditionSchema(), None, starts=visit.today.isoformat(), needs_agreement=asks and "true")
        return _page(visit, standing, chosen, start)
    form = load_form(EditionSchema())
    if not form.ok:
        return _page(visit, standing, chosen, form), 422
    edition = Edition(form.values["starts"], form.values["needs_agreement"], form.values["note"])
    try:
        services.take_up(
            visit.db, standing, chosen, edition, seen=request.form.get("version", ""), by=visit.viewer.name
        )
    except Refused as refused:
        for path, said in refused.problems.items():
            form = form.wrong(path, *placed(path, said))
        return _page(visit, standing, chosen, form), 422
    except Edited:
        visit.db.rollback()
        form = form.wrong("_schema", _("Somebody has changed this document meanwhile. Please look at it again."))
        return _page(visit, found(visit, key), chosen, form), 409
    return done(visit, home(), published_words(visit, form.values["starts"]))


def _page(visit: Visit, standing: Standing, chosen: LegalVersion, form: Form) -> str:
    last = standing.latest
    return show(
        visit, "publish", standing=standing, form=form, parts=parts(last.text if last else {}, chosen.text),
        missing=chosen.text.missing(visit.company.languages), people=accounts(visit), chosen=chosen,
        asks=standing.key not in NOTICES, first=False,
    )  # fmt: skip
