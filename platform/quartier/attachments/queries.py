"""Reading files of things, and one's own drafts."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from quartier.files.models import Attachment, StoredFile
from quartier.files.purposes import ATTACHED
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer


def sent_by(viewer: Viewer) -> ColumnElement[bool]:
    """That this viewer sent it: a person, or a program by its token. Whoever is nobody has sent nothing."""
    if viewer.account_id is not None:
        return Attachment.account_id == viewer.account_id
    return (Attachment.token_id == viewer.session_id) & Attachment.account_id.is_(None)


def drafts(db: CompanySession, by: Viewer, *, purpose: str | None = None) -> list[Attachment]:
    """What somebody sent and has not used yet, in the order of sending."""
    wanted = select(Attachment).where(sent_by(by), Attachment.thing_id.is_(None)).order_by(Attachment.id)
    return list(db.scalars(wanted.filter_by(purpose=purpose) if purpose else wanted))


def usable(
    db: CompanySession, by: Viewer, purpose: str, thing_id: UUID | None, ids: Collection[UUID] = ()
) -> dict[UUID, Attachment]:
    """What a form about a thing may name: files of the thing, and one's own drafts for it that are named in `ids`."""
    mine = sent_by(by) & Attachment.thing_id.is_(None) & Attachment.id.in_(ids)
    here = Attachment.thing_id == thing_id
    wanted = select(Attachment).where(or_(mine, here) if thing_id else mine).filter_by(purpose=purpose)
    return {row.id: row for row in db.scalars(wanted.order_by(Attachment.position, Attachment.id))}


def of_things(db: CompanySession, purpose: str, things: Collection[UUID]) -> list[Attachment]:
    """Files of these things, in the order in which somebody put them."""
    wanted = select(Attachment).where(Attachment.thing_id.in_(things)).filter_by(purpose=purpose)
    return list(db.scalars(wanted.order_by(Attachment.position, Attachment.id)))


def digests(db: CompanySession, row: Attachment) -> set[str]:
    """SHA-256 in hex of what was sent as this file, and of what is handed out."""
    kept = db.scalars(select(StoredFile.digest).filter_by(attachment_id=row.id))
    return {row.digest, *kept}


def stored(db: CompanySession, attachment_id: UUID, fits: int) -> StoredFile | None:
    """The bytes that are handed out, in this size; never those in quarantine."""
    wanted = select(StoredFile).filter_by(attachment_id=attachment_id, purpose=ATTACHED, fits=fits)
    return db.scalars(wanted).first()
