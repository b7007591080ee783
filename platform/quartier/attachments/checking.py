"""The check of what was sent, by the worker: is it harmless, and what becomes of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import BinaryIO, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.attachments import pdf, pictures, viruses
from quartier.attachments.kinds import PDF
from quartier.attachments.refusals import FileRefused
from quartier.attachments.services import CHECK, DROP, EXPIRES, forget_bytes
from quartier.files.models import Attachment, StoredFile
from quartier.files.purposes import ATTACHED, QUARANTINE
from quartier.files.services import drop, keep_attached
from quartier.jobs.definition import Chore, House, Job, Work

DRAWN: Final = "image/webp"
SETTLE: Final = "attachments.settle"


def check(work: Work, *, attachment: str) -> None:
    """Look at a file, draw a picture anew, let it out of quarantine; a second run finds it done."""
    row = work.db.get(Attachment, (work.company.id, UUID(attachment)))
    held = work.db.scalars(select(StoredFile).filter_by(attachment_id=UUID(attachment), purpose=QUARANTINE)).first()
    if row is None or held is None or row.state != "waiting":
        return
    file = work.storage.fetch(held.key)
    if file is None:
        row.state = "failed"
        return
    with file:
        try:
            viruses.refuse_infected(file, work.house.config.clamd)
            _let_out(work, row, held, file)
        except FileRefused as refusal:
            row.state, row.reason, row.size = "refused", refusal.reason, 0
            forget_bytes(work.db, [held])
    work.db.flush()


def _let_out(work: Work, row: Attachment, held: StoredFile, file: BinaryIO) -> None:
    """A document stays as it is; of a picture nothing stays but its pixels."""
    if row.content_type.startswith("image/"):
        for one in pictures.draw(file, row.content_type):
            size = StoredFile(purpose=ATTACHED, name=row.name, content_type=DRAWN, attachment_id=row.id, fits=one.fits)
            row.size = keep_attached(work.db, work.storage, one.body, size).size
            row.width, row.height = one.width, one.height
        row.content_type = DRAWN
        forget_bytes(work.db, [held])
    else:
        if row.content_type == PDF:
            pdf.refuse_programs(file)
        held.purpose = ATTACHED
    row.state = "ready"


def settle(work: Work, *, attachment: str, source: str = "") -> None:
    """Give a file that a module kept by itself what files have that were sent: bytes of its own, a picture its sizes.

    `source` is the stored file that it shared with another one. A second run finds it done.
    """
    row = work.db.get(Attachment, (work.company.id, UUID(attachment)), with_for_update=True)  # two runs draw it once
    if row is None or row.width:
        return
    held = work.db.scalars(select(StoredFile).filter_by(attachment_id=row.id)).first()
    file = work.storage.fetch(held.key if held else f"{work.company.id}/{UUID(source)}")
    if file is None:
        row.state = "failed"
        return
    with file:
        held = held or _of_its_own(work, row, file)
        row.state = "ready"
        if row.content_type.startswith("image/") and not row.width:
            with suppress(FileRefused):  # it stays as it is, in one size
                _let_out(work, row, held, file)
    work.db.flush()


def _of_its_own(work: Work, row: Attachment, file: BinaryIO) -> StoredFile:
    fits = pictures.SIZES[-1] if row.content_type.startswith("image/") else 0
    held = StoredFile(purpose=ATTACHED, name=row.name, content_type=row.content_type, attachment_id=row.id, fits=fits)
    return keep_attached(work.db, work.storage, file, held)


def gave_up(work: Work, *, attachment: str) -> None:
    """Nothing could be found out, for hours: the file stays in quarantine until somebody removes it."""
    row = work.db.get(Attachment, (work.company.id, UUID(attachment)))
    if row is not None and row.state == "waiting":
        row.state = "failed"
        work.db.flush()


def drop_bytes(work: Work, *, keys: list[str]) -> None:
    """Drop what rows that are gone have kept."""
    for key in keys:
        if key.startswith(f"{work.company.id}/"):
            work.storage.delete(key)


def expire(house: House, db: Session) -> None:
    """Drop drafts that nobody used, of all companies."""
    old = select(Attachment).where(Attachment.thing_id.is_(None), Attachment.created_at < datetime.now(UTC) - EXPIRES)
    for row in db.scalars(old).all():
        same = {"company_id": row.company_id, "attachment_id": row.id}
        for file in db.scalars(select(StoredFile).filter_by(**same)).all():
            drop(db, house.storage, file)
        db.flush()  # the bytes' rows first: the database would take them along with the draft
        db.delete(row)
    db.flush()


JOBS = [Job(CHECK, check, gave_up=gave_up), Job(DROP, drop_bytes), Job(SETTLE, settle)]
CHORES = [Chore("attachments.expire", expire, every="11 * * * *")]
