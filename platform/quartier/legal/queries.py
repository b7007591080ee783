"""Reading documents and their versions. Who agreed is read in `agreements`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.i18n.localized import LocalizedText
from quartier.legal.kinds import TITLES, path_of, place_in, title_of
from quartier.legal.models import LegalDocument, LegalVersion


@dataclass(frozen=True)
class Standing:
    """A document as its editors see it; without a row where nobody has written any of it yet.

    `versions` come newest first. `holds` is the version in force today, `coming` the one that will be next.
    """

    key: str
    title: LocalizedText
    document: LegalDocument | None
    versions: Sequence[LegalVersion]
    today: date

    @property
    def path(self) -> str:
        """Where it is read."""
        return path_of(self.key)

    @property
    def latest(self) -> LegalVersion | None:
        """The version published last."""
        return self.versions[0] if self.versions else None

    @property
    def holds(self) -> LegalVersion | None:
        """The version in force."""
        return None if self.is_over else next((one for one in self.versions if one.starts <= self.today), None)

    @property
    def coming(self) -> LegalVersion | None:
        """The version that will be in force next."""
        later = [one for one in self.versions if one.starts > self.today]
        return later[-1] if later and not self.is_over else None

    @property
    def asked(self) -> LegalVersion | None:
        """The version that people must have agreed to, or a later one."""
        holding = (one for one in self.versions if one.starts <= self.today and one.needs_agreement)
        return None if self.is_over else next(holding, None)

    @property
    def is_over(self) -> bool:
        """Whether the document was taken out of force."""
        return self.document is not None and self.document.ended_at is not None

    @property
    def has_draft(self) -> bool:
        """Whether somebody is at work on the next version."""
        return self.document is not None and self.document.draft_at is not None

    def numbered(self, number: int) -> LegalVersion | None:
        """One of the versions."""
        return next((one for one in self.versions if one.number == number), None)


def standings(db: Session, today: date) -> list[Standing]:
    """All documents in the order of their links, those that every company should have first, written or not."""
    found = {one.key: one for one in db.scalars(select(LegalDocument))}
    versions: dict[UUID, list[LegalVersion]] = {}
    for one in db.scalars(select(LegalVersion).order_by(LegalVersion.number.desc())):
        versions.setdefault(one.document_id, []).append(one)
    own = sorted((key for key in found if key not in TITLES), key=lambda key: (found[key].position, key))
    return [_standing(key, found.get(key), versions, today) for key in (*TITLES, *own)]


def standing_of(db: Session, key: str, today: date) -> Standing | None:
    """One document; None when the company has none of this name and the product does not know it either."""
    document = db.scalars(select(LegalDocument).filter_by(key=key.replace("\0", ""))).one_or_none()
    if document is None:
        return _standing(key, None, {}, today) if key in TITLES else None
    newest = select(LegalVersion).filter_by(document_id=document.id).order_by(LegalVersion.number.desc())
    return _standing(key, document, {document.id: list(db.scalars(newest))}, today)


def _standing(
    key: str, document: LegalDocument | None, versions: dict[UUID, list[LegalVersion]], today: date
) -> Standing:
    own = versions.get(document.id, []) if document else []
    return Standing(key, title_of(key, document.title if document else LocalizedText()), document, own, today)


def draft_of(standing: Standing) -> LocalizedText:
    """What an editor goes on from: the draft, or else the version published last."""
    if standing.document is not None and standing.has_draft:
        return standing.document.draft
    return standing.latest.text if standing.latest else LocalizedText()


def place_of(key: str, documents: Sequence[LegalDocument]) -> int:
    """Where a new document stands among the others."""
    return place_in((), key) if key in TITLES else 1 + max([len(TITLES), *(one.position for one in documents)])
