"""Rows and bytes that have lost each other: bytes that no row knows, and rows whose bytes are gone.

Both are listed in the order of their keys, and read side by side: neither is ever in memory as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quartier.files.models import Attachment, StoredFile
from quartier.files.storage import Storage

ABANDONED: Final = timedelta(days=1)
"""Bytes are written before their row, so only after a day they are certainly nobody's."""
AT_ONCE: Final = 1000
OURS: Final = re.compile(r"[0-9a-f-]{36}/[0-9a-f-]{36}(\.\d+)?")
"""A key of ours, or what a process that died had half written; everything else in a bucket is somebody else's."""


@dataclass(frozen=True)
class Lost:
    """A row whose bytes are gone."""

    company_id: UUID
    file_id: UUID
    purpose: str
    name: str
    attachment_id: UUID | None

    @property
    def key(self) -> str:
        """Where its bytes should be; a backup has them under the same."""
        return f"{self.company_id}/{self.file_id}"


@dataclass
class Found:
    """What there is: keys of bytes that belong to no row, rows without bytes, and how many belong together."""

    stray: list[str] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    paired: int = 0

    @property
    def is_foreign(self) -> bool:
        """Not one file of the database lies in this storage: one of the two is the wrong one, so nothing is removed."""
        return not self.paired and bool(self.stray or self.lost)


def look(db: Session, storage: Storage) -> Found:
    """Compare all rows with all bytes, of all companies. Raises StorageDown."""
    found, old = Found(), datetime.now(UTC) - ABANDONED
    rows, row = _rows(db), None
    row = next(rows, None)
    for key, when in storage.listed():
        if OURS.fullmatch(key) is None:
            continue
        while row is not None and row.key < key:
            found.lost.append(row)
            row = next(rows, None)
        if row is not None and row.key == key:
            found.paired += 1
            row = next(rows, None)
        elif when < old:
            found.stray.append(key)
    found.lost += [*([row] if row else []), *rows]
    found.lost = [one for one in found.lost if _is_lost(db, storage, one)]
    return found


def remove_stray(storage: Storage, found: Found) -> int:
    """Drop bytes that belong to no row; how many. A storage that is not ours stays as it is."""
    if found.is_foreign:
        return 0
    for key in found.stray:
        storage.delete(key)
    return len(found.stray)


def remove_lost(db: Session, found: Found) -> int:
    """Drop rows whose bytes are gone; how many. A file of a thing is said to have failed, so that its author sends it
    again; what something else needs, as a company its logo, stays until that is changed."""
    return 0 if found.is_foreign else sum(_removed(db, one) for one in found.lost)


def _removed(db: Session, one: Lost) -> bool:
    try:
        with db.begin_nested():
            db.execute(delete(StoredFile).filter_by(company_id=one.company_id, id=one.file_id))
            if one.attachment_id:
                same = {"company_id": one.company_id, "id": one.attachment_id}
                db.execute(update(Attachment).filter_by(**same).values(state="failed"))
    except IntegrityError:
        return False
    return True


def _rows(db: Session) -> Iterator[Lost]:
    columns: Any = (
        StoredFile.company_id, StoredFile.id, StoredFile.purpose, StoredFile.name, StoredFile.attachment_id,
    )  # fmt: skip
    wanted = select(*columns).order_by(StoredFile.company_id, StoredFile.id).execution_options(yield_per=AT_ONCE)
    for row in db.execute(wanted):
        yield Lost(*row)


def _is_lost(db: Session, storage: Storage, one: Lost) -> bool:
    """Whether it still is: a file may have come or gone while the two lists were read."""
    if db.scalar(select(StoredFile.id).filter_by(company_id=one.company_id, id=one.file_id)) is None:
        return False
    file = storage.fetch(one.key)
    if file is None:
        return True
    file.close()
    return False
