"""Keeping and dropping a company's files."""

from __future__ import annotations

import hashlib
from io import SEEK_END, BytesIO
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.files.models import StoredFile
from quartier.files.storage import Storage


def keep(
    db: Session,
    storage: Storage,
    *,
    purpose: str,
    name: str,
    content_type: str,
    body: bytes | BinaryIO,
    company_id: object = None,
) -> StoredFile:
    """Store bytes for the bound company and return their row; the same bytes for the same purpose are kept once.

    The bytes go first: a row without bytes would be a broken picture, bytes without a row are swept away later.
    """
    file_like = BytesIO(body) if isinstance(body, bytes) else body
    digest, size = _measured(file_like)
    owner = company_id or db.company_id  # type: ignore[attr-defined]
    same = select(StoredFile).filter_by(company_id=owner, purpose=purpose, digest=digest, name=name)
    if known := db.scalars(same).first():
        return known
    file = StoredFile(
        company_id=owner, id=new_id(), purpose=purpose, name=name, content_type=content_type, size=size,
        digest=digest,
    )  # fmt: skip
    return _put(db, storage, file, file_like)


def keep_attached(db: Session, storage: Storage, body: bytes | BinaryIO, file: StoredFile) -> StoredFile:
    """Store bytes for an attachment: `file` says all but size and digest, and is never shared with another."""
    file_like = BytesIO(body) if isinstance(body, bytes) else body
    file.id, (file.digest, file.size) = new_id(), _measured(file_like)
    file.company_id = db.company_id  # type: ignore[attr-defined]
    return _put(db, storage, file, file_like)


def _put(db: Session, storage: Storage, file: StoredFile, body: BinaryIO) -> StoredFile:
    storage.put_file(file.key, body, file.content_type)
    db.add(file)
    db.flush()
    return file


def _measured(file: BinaryIO) -> tuple[str, int]:
    """Digest and size; the file stands at its beginning again."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return digest, size


def drop(db: Session, storage: Storage, file: StoredFile) -> None:
    """Forget a file and its bytes."""
    storage.delete(file.key)
    db.delete(file)
