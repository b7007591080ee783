"""Writing the next version of a document, in all languages of the company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import request
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import LEGAL_EDIT
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.legal import services
from quartier.legal.desk import LIST, cockpit, done, found, show, tail
from quartier.legal.queries import Standing, draft_of
from quartier.legal.services import Edited, gaps
from quartier.legal.starting import starting_text
from quartier.web.differences import Piece, differences
from quartier.web.forms import Errors, Form
from quartier.web.visit import Visit

LONGEST = 100_000
DEEDS = ("save", "publish", "preview", "start")


class Tab(NamedTuple):
    """A language of the text: whether it is written, has a mistake, and how many gaps it has."""

    code: str
    written: bool
    wrong: bool
    gaps: int


class Other(NamedTuple):
    """What a colleague saved meanwhile in one language, against what stands in the form."""

    language: str
    pieces: list[Piece]


@cockpit.page(f"{LIST}/<key>/edit", needs=LEGAL_EDIT, methods=("GET", "POST"))
def edit(visit: Visit, key: str) -> Any:
    """The writing desk: begins with the draft, the version in force, or a text to start from."""
    standing = found(visit, key)
    if request.method != "POST":
        return _desk(visit, standing, draft_of(standing) or _start(visit, key))
    words, wish = typed_words(visit), request.form.get("do", "save")
    if wish not in DEEDS:
        raise NotFound
    if wish in ("preview", "start"):
        return _desk(visit, standing, words if wish == "preview" else _start(visit, key), changed=True)
    if errors := _too_long(words):
        return _desk(visit, standing, words, errors=errors, changed=True), 422
    kept = {language: text for language, text in draft_of(standing).items() if language not in visit.company.languages}
    try:
        services.save_draft(
            visit.db, standing, LocalizedText({**kept, **words}), version=_version(), by=visit.viewer.name
        )
    except Edited:
        visit.db.rollback()
        theirs = found(visit, key)
        return _desk(visit, theirs, words, others=_others(visit, theirs, words), changed=True), 409
    more = "&from=studio" if tail() else ""
    next_page = f"publish{tail()}" if wish == "publish" else f"edit?language={_language(visit)}{more}"
    return done(visit, f"{LIST}/{key}/{next_page}", "" if wish == "publish" else _("The draft is saved."))


def _desk(
    visit: Visit,
    standing: Standing,
    words: LocalizedText,
    *,
    errors: Errors | None = None,
    others: list[Other] | None = None,
    changed: bool = False,
) -> str:
    errors = errors or {}
    typed = {f"text.{language}": text for language, text in words.items()}
    labels = {f"text.{language}": f"{_('Text')} ({language.upper()})" for language in visit.company.languages}
    tabs = [
        Tab(one, one in words, f"text.{one}" in errors, len(gaps(words.get(one, ""))))
        for one in visit.company.languages
    ]
    return show(
        visit, "edit", standing=standing, form=Form(typed=typed, errors=errors, labels=labels), languages=tabs,
        shown=_language(visit, errors), preview=_preview(visit, words), changed=changed, others=others or [],
        version=standing.document.version if standing.document else 0,
        is_start=not standing.has_draft and not standing.versions, gaps=sum(tab.gaps for tab in tabs),
    )  # fmt: skip


def _start(visit: Visit, key: str) -> LocalizedText:
    return starting_text(key, visit.company)


def typed_words(visit: Visit) -> LocalizedText:
    """The text in each language, with line ends of one kind and nothing that cannot be stored."""
    texts = {one: request.form.get(f"text.{one}", "") for one in visit.company.languages}
    return LocalizedText({one: text.replace("\r\n", "\n").replace("\0", "").strip() for one, text in texts.items()})


def _version() -> int:
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _too_long(words: Mapping[str, str]) -> Errors:
    most = formats.format_number(LONGEST)
    return {
        f"text.{language}": [_("At most %(most)s characters; now there are %(now)s.", most=most,
                               now=formats.format_number(len(text)))]
        for language, text in words.items()
        if len(text) > LONGEST
    }  # fmt: skip


def _language(visit: Visit, errors: Errors | None = None) -> str:
    """The tab to show: the first with a mistake, the one that was open, the company's default."""
    offered = visit.company.languages
    wrong = [path.removeprefix("text.") for path in errors or ()]
    asked = request.values.get("language", "")
    return next(code for code in (*wrong, asked, visit.company.default_language) if code in offered)


def _preview(visit: Visit, words: LocalizedText) -> tuple[str, str]:
    """Language and text of the tab that is open."""
    language = _language(visit)
    text = words.get(language, "")[:LONGEST]
    return language, text


def _others(visit: Visit, theirs: Standing, mine: LocalizedText) -> list[Other]:
    saved = draft_of(theirs)
    pairs = ((one, saved.get(one, ""), mine.get(one, "")) for one in visit.company.languages)
    return [Other(one, differences(before, after)) for one, before, after in pairs if before != after]
