"""The studio's room of legal pages: where each stands, and how people will read it in the look that is worked at.

Documents have drafts and versions of their own (decision 20), for people agree to versions; they are written and
published at the legal desk. What is typed there is drawn here, as the page that people will open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from flask import g, request
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import COMPANY_SETTINGS, LEGAL_EDIT, LEGAL_PUBLISH
from quartier.companies.branding import changed_areas
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.i18n.voice import LANGUAGES, Language, Tone, choose_language
from quartier.legal.desk import LIST
from quartier.legal.kinds import NOTICES
from quartier.legal.models import LegalVersion
from quartier.legal.queries import Standing, draft_of, standing_of, standings
from quartier.legal.showing import shown
from quartier.legal.starting import starting_text
from quartier.legal.writing import typed_words
from quartier.studio.bar import LEGAL, doors
from quartier.studio.look_pages import standing_here
from quartier.studio.pages import cockpit
from quartier.studio.preview import LOOK, SHEET, dressed, look_of
from quartier.theming.pairs import MODES, Mode
from quartier.viewer import COMPANY
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Rehearsal, Visit

NOWHERE: Final = '<base target="_blank">'
"""In a frame that may open nothing, a link that would open a tab leads nowhere; its text can still be scrolled."""


@dataclass(frozen=True)
class Sheet:
    """A whole page for a frame."""

    html: str
    mode: Mode


@cockpit.page(LEGAL, needs=LEGAL_EDIT)
def legal_pages(visit: Visit) -> str:
    """Every document and where it stands, and one of them as people read it (`document`)."""
    found = standings(visit.db, visit.today)
    wanted = request.args.get("document")
    chosen = next((one for one in found if one.key == wanted), found[0])
    words = draft_of(chosen) or starting_text(chosen.key, visit.company)
    return render(
        "studio/legal_room.html", standings=found, chosen=chosen, notices=NOTICES, room=LEGAL, list_url=LIST,
        rooms=_doors(visit),
        may_publish=visit.viewer.may(LEGAL_PUBLISH, at=COMPANY), **_stage(visit, chosen, words),
    )  # fmt: skip


@cockpit.action(f"{LEGAL}/<key>/stage", needs=LEGAL_EDIT)
def legal_stage(visit: Visit, key: str) -> str:
    """The page that people would open, with the text as it is typed: light and dark, in the language being written."""
    standing = standing_of(visit.db, key, visit.today)
    if standing is None:
        raise NotFound
    return render("studio/legal_stage.html", **_stage(visit, standing, typed_words(visit)))


def _doors(visit: Visit) -> list[tuple[str, str, bool, bool]]:
    """The other rooms of the studio, for who may enter them."""
    standing = standing_here(visit) if visit.viewer.may(COMPANY_SETTINGS, at=COMPANY) else None
    if standing is None:
        return []
    return doors("legal", changed_areas(standing.draft, standing.in_force) if standing.draft else ())


def _stage(visit: Visit, standing: Standing, words: LocalizedText) -> dict[str, Any]:
    offered = [one for one in LANGUAGES if one in visit.company.languages]
    language = choose_language(visit.company.languages, request.values.get("language"), visit.voice.language)
    views = {"phone": _("On the phone"), "wide": _("On a computer")}
    view = request.values.get("view", "")
    worn = {mode: _worn(visit, language, mode) for mode in MODES}
    return {
        "sheets": [Sheet(_drawn(one, standing, words), mode) for mode, one in worn.items()],
        "views": views, "view": view if view in views else "phone", "language": language, "offered": offered,
        "stage_theme": shell().themes[worn["light"].company.brand.theme].attribute,
    }  # fmt: skip


def _worn(visit: Visit, language: str, mode: Mode) -> Visit:
    """The visit in the look that is worked at; in the one in force for who has no business with the other."""
    company, here, voice = visit.company, shell(), replace(visit.voice, language=cast(Language, language))
    sheet = here.sheets.url(company.brand)
    if visit.viewer.may(COMPANY_SETTINGS, at=COMPANY):
        beneath = standing_here(visit).beneath
        company, voice = dressed(company, beneath, here), replace(voice, tone=cast(Tone, beneath.tone))
        sheet = f"{SHEET}?{LOOK}={look_of(visit, here, beneath, {})}"
    return replace(
        visit,
        company=replace(company, chrome={}),
        voice=voice,
        rehearsal=Rehearsal(sheet, mode),
    )


def _drawn(visit: Visit, standing: Standing, words: Mapping[str, str]) -> str:
    """The document's own page, as if this text were in force today."""
    number = standing.latest.number + 1 if standing.latest else 1
    text = LocalizedText(words)
    version = LegalVersion(number=number, text=text, starts=visit.today, note=LocalizedText(), needs_agreement=False)
    with _seen_as(visit):
        page = render(
            "legal/document.html", standing=replace(standing, versions=(version, *standing.versions)), version=version,
            shown=shown, text=visit.text(text), heading=visit.text(standing.title), agreed=None,
        )  # fmt: skip
    return page.replace("<head>", f"<head>{NOWHERE}", 1)


@contextmanager
def _seen_as(visit: Visit) -> Iterator[None]:
    before, g.visit = g.visit, visit
    try:
        with using(visit.voice):
            yield
    finally:
        g.visit = before
