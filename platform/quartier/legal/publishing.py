"""Putting a version into force, and what became of the versions before."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from flask import request
from marshmallow import Schema, fields
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import LEGAL_EDIT, LEGAL_PUBLISH
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText, LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import OWN_NAMES
from quartier.legal import services
from quartier.legal.desk import LIST, cockpit, done, found, home, show
from quartier.legal.kinds import NOTICES, TERMS
from quartier.legal.queries import Standing, draft_of
from quartier.legal.services import Edited, Edition, Refused
from quartier.web.differences import Piece, differences
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit

LONGEST_NOTE = 500
RESIDENTS = """
    SELECT count(*) AS people FROM account a WHERE a.is_active
       AND NOT EXISTS (SELECT FROM agent g WHERE g.company_id = a.company_id AND g.person_id = a.person_id
                          AND g.deactivated_at IS NULL)
"""


class EditionSchema(Schema):
    """From when a version holds, whether people are asked, and what they are told of the change."""

    starts = fields.Date(required=True, metadata={"label": _l("In force from")})
    needs_agreement = fields.Boolean(load_default=False, metadata={"label": _l("Agreement")})
    note = LocalizedTextField(
        max_length=LONGEST_NOTE, load_default=LocalizedText, metadata={"label": _l("What changes")}
    )


class Part(NamedTuple):
    """The text in one language, and how it differs."""

    label: str
    language: str
    pieces: list[Piece]


@cockpit.page(f"{LIST}/<key>/publish", needs=LEGAL_PUBLISH, methods=("GET", "POST"))
def publish(visit: Visit, key: str) -> Any:
    """Look at what changes and for how many, then put it into force."""
    standing = found(visit, key)
    if standing.document is None or not standing.has_draft:
        return back_to(LIST, _("There is no draft to publish."))
    if request.method != "POST":
        asks = standing.asked is not None or (key == TERMS and not standing.versions)
        start = show_form(EditionSchema(), None, starts=visit.today.isoformat(), needs_agreement=asks and "true")
        return _page(visit, standing, start)
    form = load_form(EditionSchema())
    if form.ok and request.form.get("version") != str(standing.document.version):
        form = form.wrong("_schema", _("Somebody has changed the draft meanwhile. Please look at it again."))
        return _page(visit, standing, form), 409
    if form.ok:
        try:
            edition = Edition(form.values["starts"], form.values["needs_agreement"], form.values["note"])
            services.publish(visit.db, standing, edition, by=visit.viewer.name, default=visit.company.default_language)
            return done(visit, home(), published_words(visit, form.values["starts"]))
        except Refused as refused:
            for path, said in refused.problems.items():
                form = form.wrong("_schema" if path.startswith("text.") else path, *placed(path, said))
        except Edited:
            return back_to(LIST, _("There is no draft to publish."))
    return _page(visit, standing, form), 422


@cockpit.page(f"{LIST}/<key>/history", needs=LEGAL_EDIT)
def history(visit: Visit, key: str) -> str:
    """All versions, and what the chosen one changed."""
    standing = found(visit, key)
    wanted = request.args.get("version", "")
    number = int(wanted[:6]) if wanted.isdecimal() else (standing.latest.number if standing.latest else 0)
    chosen = standing.numbered(number)
    if chosen is None:
        raise NotFound
    before = standing.numbered(number - 1)
    return show(
        visit, "history", standing=standing, chosen=chosen, parts=parts(before.text if before else {}, chosen.text)
    )


def parts(before: Any, after: Any) -> list[Part]:
    """The languages in which two texts differ."""
    return [
        Part(OWN_NAMES[one], one, differences(before.get(one, ""), after.get(one, "")))
        for one in OWN_NAMES
        if before.get(one, "") != after.get(one, "")
    ]


def _page(visit: Visit, standing: Standing, form: Form) -> str:
    last, draft = standing.latest, draft_of(standing)
    return show(
        visit, "publish", standing=standing, form=form, parts=parts(last.text, draft) if last is not None else [],
        missing=draft.missing(visit.company.languages), people=accounts(visit),
        asks=standing.key not in NOTICES, first=last is None, chosen=None,
    )  # fmt: skip


def accounts(visit: Visit) -> int:
    """How many people would be asked."""
    return int(visit.db.row(RESIDENTS).people)


def placed(path: str, said: list[str]) -> list[str]:
    """A complaint about a text, with the language that it is about: the text itself is on another page."""
    name = {f"text.{language}": name for language, name in OWN_NAMES.items()}.get(path)
    return [f"{name}: {sentence}" for sentence in said] if name else said


def published_words(visit: Visit, starts: date) -> str:
    """What is said afterwards."""
    if starts <= visit.today:
        return _("Published. It is in force now.")
    return _("Published. It is in force from %(date)s.", date=formats.format_date(starts))
