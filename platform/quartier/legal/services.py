"""Writing documents: drafts that change, and versions that do not. Nothing here commits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.i18n import formats
from quartier.i18n.localized import LocalizedText
from quartier.i18n.search import fold
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.legal.kinds import EXTRA, NOTICES, TITLES
from quartier.legal.models import LegalDocument, LegalVersion
from quartier.legal.queries import Standing, place_of

GAP: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
"""What a starting text leaves open: `[[street and number]]`. Nothing with such a gap is published."""
LONGEST_KEY: Final = 60
SHOWN_GAP: Final = 80
Problems = dict[str, list[str]]


class Edited(Exception):
    """Somebody saved the draft in the meantime."""


class Refused(Exception):
    """This cannot be done; `problems` are sentences by the path of their field."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True)
class Edition:
    """How a version is published: from which day it holds, whether people must agree, and what they are told of it."""

    starts: date
    needs_agreement: bool = False
    note: LocalizedText = field(default_factory=LocalizedText)


def add_document(db: Session, title: LocalizedText, *, by: str, default: str) -> LegalDocument:
    """A document of the company's own, empty. Raises Refused."""
    documents = list(db.scalars(select(LegalDocument).with_for_update()))
    own = [one for one in documents if one.key not in TITLES]
    if not title.get(default):
        raise Refused({f"title.{default}": [_("Please fill this in.")]})
    if len(own) >= EXTRA:
        sentence = _("There are %(num)s further documents already, and more are not possible.", num=EXTRA)
        raise Refused({f"title.{default}": [sentence]})
    key = _free_key(fold(title[default]), {one.key for one in documents})
    return _new(db, key, documents, title=title, by=by)


def rename_document(db: Session, document: LegalDocument, title: LocalizedText) -> None:
    """Another title for a document of the company's own; its address stays."""
    if document.title != title:
        document.title = title
        db.flush()


def save_draft(db: Session, standing: Standing, text: LocalizedText, *, version: int, by: str) -> LegalDocument:
    """Keep what was written for the next version. Raises Edited, where somebody was quicker."""
    document = standing.document
    if document is None:
        documents = list(db.scalars(select(LegalDocument).with_for_update()))
        if any(one.key == standing.key for one in documents):
            raise Edited
        document = _new(db, standing.key, documents, title=LocalizedText(), by=by)
    else:
        db.refresh(document, with_for_update=True)
        if document.version != version:
            raise Edited
    document.draft, document.draft_at, document.draft_by = text, datetime.now(UTC), by
    document.version += 1
    db.flush()
    return document


def discard_draft(db: Session, standing: Standing) -> None:
    """Give up the next version; a document of which nothing was ever published goes with it."""
    document = standing.document
    if document is None:
        return
    if not standing.versions:
        db.execute(delete(LegalDocument).where(LegalDocument.id == document.id))
        return
    _clear(document)
    document.version += 1
    db.flush()


def publish(db: Session, standing: Standing, edition: Edition, *, by: str, default: str) -> LegalVersion:
    """Make the draft a version for good. Raises Refused, and Edited where the draft is gone meanwhile."""
    document = standing.document
    if document is None:
        raise Edited
    db.refresh(document, with_for_update=True)
    if not standing.has_draft:
        raise Edited
    if problems := {**_open_ends(document.draft, default), **_misfits(standing, edition, document.draft)}:
        raise Refused(problems)
    made = add_version(db, document, document.draft, edition, by=by)
    _clear(document)
    db.flush()
    return made


def take_up(
    db: Session, standing: Standing, chosen: LegalVersion, edition: Edition, *, seen: str, by: str
) -> LegalVersion:
    """An earlier text as the next version; a draft stays. `seen` is the document's version that was looked at.

    Raises Refused, and Edited where somebody changed the document meanwhile.
    """
    document = standing.document
    if document is None:
        raise Edited
    db.refresh(document, with_for_update=True)
    if str(document.version) != seen:
        raise Edited
    if problems := _misfits(standing, edition, chosen.text):
        raise Refused(problems)
    return add_version(db, document, chosen.text, edition, by=by)


def add_version(
    db: Session, document: LegalDocument, words: LocalizedText, edition: Edition, *, by: str
) -> LegalVersion:
    """The next version of a document; its draft is left alone."""
    last = db.scalar(select(func.max(LegalVersion.number)).filter_by(
        company_id=document.company_id, document_id=document.id))  # fmt: skip
    version = LegalVersion(
        company_id=document.company_id, id=new_id(), document_id=document.id, number=(last or 0) + 1, text=words,
        note=edition.note, starts=edition.starts, needs_agreement=edition.needs_agreement, published_by=by,
    )  # fmt: skip
    document.version, document.ended_at = document.version + 1, None
    db.add(version)
    db.flush()
    return version


def _clear(document: LegalDocument) -> None:
    document.draft, document.draft_at, document.draft_by = LocalizedText(), None, ""


def end_document(db: Session, standing: Standing) -> None:
    """Take a document of the company's own out of force; its versions stay readable where they were."""
    if standing.document is None or standing.key in TITLES:
        raise Refused({"_schema": [_("This document belongs to every portal.")]})
    standing.document.ended_at = datetime.now(UTC)
    standing.document.version += 1
    db.flush()


def gaps(text: str) -> list[str]:
    """What a starting text has left open, as it stands there."""
    return [" ".join(found.split())[:SHOWN_GAP] for found in GAP.findall(text)]


def _open_ends(draft: LocalizedText, default: str) -> Problems:
    """What is missing before anybody may be bound by it, at the text of each language."""
    problems: Problems = {}
    if default not in draft:
        problems[f"text.{default}"] = [_("The text is missing in the company’s first language.")]
    for language, text in draft.items():
        if left := gaps(text):
            sentence = ngettext(
                "One gap is still open: “%(first)s”",
                "%(num)s gaps are still open, the first is “%(first)s”",
                len(left),
                first=left[0],
            )
            problems[f"text.{language}"] = [sentence]
    return problems


def _misfits(standing: Standing, edition: Edition, words: LocalizedText) -> Problems:
    """A day that cannot be, and an agreement that would be worth nothing."""
    problems: Problems = {}
    last = standing.latest
    if last is not None and edition.starts < max(standing.today, last.starts):
        day = formats.format_date(max(standing.today, last.starts))
        problems["starts"] = [_("A new version holds from %(day)s at the earliest.", day=day)]
    if edition.needs_agreement and standing.key in NOTICES:
        problems["needs_agreement"] = [_("Nobody agrees to a notice: people are told of it.")]
    if last is not None and last.text == words and not standing.is_over:
        problems["_schema"] = [_("Nothing is different from the version that was published last.")]
    return problems


def _new(db: Session, key: str, documents: Sequence[LegalDocument], *, title: LocalizedText, by: str) -> LegalDocument:
    document = LegalDocument(
        id=new_id(), key=key, title=title, position=place_of(key, documents), draft=LocalizedText(),
        draft_at=datetime.now(UTC), draft_by=by, version=1,
    )  # fmt: skip
    db.add(document)
    db.flush()
    return document


def _free_key(title: str, taken: set[str]) -> str:
    """The end of the address, made of the title."""
    words = re.sub(r"[^a-z0-9]+", "-", title).strip("-")[:LONGEST_KEY].strip("-") or "document"
    key, number = words, 2
    while key in taken or key in TITLES:
        key, number = f"{words}-{number}", number + 1
    return key
