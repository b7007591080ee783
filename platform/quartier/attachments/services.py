"""Taking files, giving them to things, forgetting them. None of it commits."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any, BinaryIO, Final
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import delete, func, select

from quartier.attachments import queries
from quartier.attachments.kinds import clean_name, look
from quartier.attachments.naming import name_plainly, plain_name
from quartier.attachments.pictures import refuse_huge
from quartier.attachments.quota import space_of
from quartier.attachments.refusals import FileRefused
from quartier.attachments.wording import kinds, refused
from quartier.db.base import new_id
from quartier.files.models import Attachment, StoredFile
from quartier.files.purposes import QUARANTINE, FilePurpose
from quartier.files.services import keep_attached
from quartier.files.storage import Storage
from quartier.i18n import formats
from quartier.jobs.queue import defer
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

CHECK: Final = "attachments.check"
DROP: Final = "attachments.drop"
MOST_DRAFTS: Final = 100
"""Of one person: more than any form takes, and no way to fill the disk."""
EXPIRES: Final = timedelta(days=1)
"""How long a draft waits for its thing."""
LONGEST_ALT: Final = 300


def receive(
    db: CompanySession, storage: Storage, purpose: FilePurpose, *, by: Viewer, name: str, file: BinaryIO
) -> Attachment:
    """Take a file into quarantine, as a draft of whoever sends it, and have it checked.

    What can be said at once is said at once: raises FileRefused for its size, kind or pixels and for a full quota, and
    StorageDown while nothing can be kept.
    """
    seen = look_at(purpose, file)
    if db.scalar(select(func.count()).where(queries.sent_by(by), Attachment.thing_id.is_(None))) >= MOST_DRAFTS:  # type: ignore[operator]
        raise FileRefused("many_drafts")
    if not space_of(db).has_room(seen.size):
        raise FileRefused("quota_full")
    row = Attachment(
        id=new_id(), purpose=purpose.key, account_id=by.account_id, token_id=None if by.account_id else by.session_id,
        name=clean_name(name, seen.content_type), content_type=seen.content_type, size=seen.size,
    )  # fmt: skip
    db.add(row)
    db.flush()
    held = StoredFile(purpose=QUARANTINE, name=row.name, content_type=row.content_type, attachment_id=row.id)
    row.digest = keep_attached(db, storage, file, held).digest
    defer(db, CHECK, attachment=str(row.id))
    return row


def look_at(purpose: FilePurpose, file: BinaryIO) -> Any:
    """What a file is, where the purpose takes it. Raises FileRefused."""
    try:
        seen = look(file)
    except FileRefused as refusal:
        if refusal.reason == "wrong_type":
            raise FileRefused("wrong_type", kinds=kinds(purpose)) from refusal
        raise
    if seen.kind not in purpose.kinds:
        raise FileRefused("wrong_type", kinds=kinds(purpose))
    if seen.size > purpose.largest:
        raise FileRefused("too_large", most=formats.format_size(purpose.largest))
    if seen.kind == "picture":
        refuse_huge(file, seen.content_type)
    return seen


def arrange(
    db: CompanySession,
    thing_id: UUID,
    rows: Sequence[Attachment],
    *,
    alts: Mapping[UUID, str],
    gone: Sequence[Attachment],
    in_text: bool = False,
) -> None:
    """Make these the files of a thing, in this order; `gone` are those that it had and has no more."""
    if in_text:
        name_plainly(rows)
    for position, row in enumerate(rows):
        row.thing_id, row.position = thing_id, position
        row.alt = alts.get(row.id, row.alt)[:LONGEST_ALT]
    db.flush()
    forget(db, [row.id for row in gone])


def add_file(
    db: CompanySession, storage: Storage, purpose: FilePurpose, thing_id: UUID, *, by: Viewer, name: str, body: bytes,
    alt: str = "",
) -> bool:  # fmt: skip
    """Give a thing one file more, in the place of the one that has its name; False where it has just this one already.

    It is checked as whatever is sent. Raises ValidationError, at `files`, and StorageDown.
    """
    try:
        seen, file = look_at(purpose, BytesIO(body)), BytesIO(body)
        called = plain_name(name, seen.content_type) if purpose.in_text else clean_name(name, seen.content_type)
        have = queries.of_things(db, purpose.key, [thing_id])
        before = [row for row in have if row.name == called]
        if any(hashlib.sha256(body).hexdigest() in queries.digests(db, row) for row in before):
            return False
        rows = [row for row in have if row.name != called]
        if len(rows) >= purpose.most:
            raise FileRefused("too_many", most=purpose.most)
        row = receive(db, storage, purpose, by=by, name=name, file=file)
    except FileRefused as refusal:
        raise ValidationError({"files": [f"{name}: {refused(refusal)}"]}) from refusal
    row.name = called
    arrange(db, thing_id, [*rows, row], alts={row.id: alt} if alt else {}, gone=before)
    return True


def forget(db: CompanySession, ids: Collection[UUID]) -> None:
    """Drop files; their bytes go by a job, once it is certain that the rows are gone."""
    if not ids:
        return
    forget_bytes(db, db.scalars(select(StoredFile).where(StoredFile.attachment_id.in_(ids))).all())
    db.execute(delete(Attachment).where(Attachment.id.in_(ids)))


def forget_of_things(db: CompanySession, purpose: str, things: Collection[UUID]) -> None:
    """Drop all files of these things."""
    forget(db, [row.id for row in queries.of_things(db, purpose, things)])


def forget_bytes(db: CompanySession, files: Sequence[StoredFile]) -> None:
    """Drop stored files, and have the worker drop what they kept."""
    if files:
        defer(db, DROP, keys=[file.key for file in files])
    for file in files:
        db.delete(file)
    db.flush()
