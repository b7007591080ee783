"""Everything that a module keeps for a company, in one archive: open to its staff at every level, also when locked."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Column, LargeBinary, Table, select
from sqlalchemy.dialects.postgresql import distinct_on

from quartier.db.base import Base
from quartier.files.models import Attachment, StoredFile
from quartier.files.storage import Storage
from quartier.tenancy.session import CompanySession

IN_MEMORY: Final = 8 * 2**20  # bytes; what is larger goes through a file
AT_ONCE: Final = 1_000  # rows
HIDDEN: Final = ("company_id", "search", "search_key", "sort_key")
"""Columns that say nothing to people: the company itself, and what the database searches and sorts by."""


def tables_of(slug: str) -> list[Table]:
    """The tables of a module: their names begin with its slug."""
    return [table for name, table in sorted(Base.metadata.tables.items()) if name.startswith(f"{slug}_")]


def pack(db: CompanySession, storage: Storage, slug: str) -> IO[bytes]:
    """A ZIP with a table of values (CSV, as spreadsheets read it) per table of the module, and its files in full size.

    Keys and secrets stay out: whatever is kept as bytes opens something.
    """
    archive = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it is sent, and closed with the answer
    try:
        _write(archive, db, storage, slug)
    except BaseException:
        archive.close()
        raise
    archive.seek(0)
    return archive


def _write(archive: IO[bytes], db: CompanySession, storage: Storage, slug: str) -> None:
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        for table in tables_of(slug):
            columns = [one for one in table.columns if one.name not in HIDDEN and not isinstance(one.type, LargeBinary)]
            with packed.open(f"{table.name}.csv", "w") as entry:
                for piece in _lines(db, columns):
                    entry.write(piece)
        for name, key in _files(db, slug):
            if (source := storage.fetch(key)) is not None:
                with source, packed.open(f"files/{name}", "w") as entry:
                    shutil.copyfileobj(source, entry)


def _lines(db: CompanySession, columns: list[Column[Any]]) -> Iterator[bytes]:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.name for column in columns])
    yield "\ufeff".encode()
    for rows in db.execute(select(*columns), execution_options={"yield_per": AT_ONCE}).partitions():
        writer.writerows([_plain(value) for value in row] for row in rows)
        yield _taken(written)
    yield _taken(written)


def _taken(written: io.StringIO) -> bytes:
    found = written.getvalue().encode()
    written.seek(0)
    written.truncate()
    return found


def _plain(value: Any) -> Any:
    """Values as spreadsheets read them; a text that looks like a formula is told apart from one."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def _files(db: CompanySession, slug: str) -> Iterator[tuple[str, str]]:
    """Names in the archive, and where the bytes are: of each file the largest size that is kept."""
    query = (
        select(Attachment.id, Attachment.name, StoredFile)
        .join(StoredFile, StoredFile.attachment_id == Attachment.id)
        .where(Attachment.purpose.startswith(f"{slug}.", autoescape=True), Attachment.thing_id.is_not(None))
        .ext(distinct_on(Attachment.id))
        .order_by(Attachment.id, StoredFile.fits.desc())
    )
    for one, name, stored in db.execute(query):
        yield f"{one}-{name.replace('/', '_')}", stored.key
