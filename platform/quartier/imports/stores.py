"""Where an import's files lie: what was sent, and what the dry run has read of it. Both go together."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, Final
from uuid import UUID

from psycopg import Error as DatabaseError
from sqlalchemy import select

from quartier.files.models import StoredFile
from quartier.files.services import drop, keep
from quartier.files.storage import Storage
from quartier.imports.driver import Driver, driver_of
from quartier.imports.kept import Spool, fingerprint
from quartier.imports.models import ImportRun
from quartier.imports.planning import Asked, Read, kept, restage, stage
from quartier.imports.problems import Problem, Unreadable
from quartier.imports.reading import Source, from_upload
from quartier.imports.records import Home
from quartier.tenancy.session import CompanySession

PURPOSE: Final = "import"
READING: Final = "reading"


@contextmanager
def sources_of(db: CompanySession, storage: Storage, found: ImportRun) -> Iterator[list[Source]]:
    """The files as they were sent, to be gone through. Raises Unreadable when they are not there any more."""
    with ExitStack() as stack:
        sources = []
        for file in _stored(db, found):
            content = storage.fetch(file.key)
            if content is None:
                raise Unreadable(Problem("damaged", file.name))
            sources += from_upload(file.name, stack.enter_context(content))
        yield sources


def _stored(db: CompanySession, found: ImportRun) -> list[StoredFile]:
    wanted = [UUID(file["id"]) for file in found.files]
    by_id = {file.id: file for file in db.scalars(select(StoredFile).where(StoredFile.id.in_(wanted)))}
    return [by_id[one] for one in wanted if one in by_id]


def drop_files(db: CompanySession, storage: Storage, found: ImportRun) -> None:
    """Delete what was sent and what was read of it: nobody needs a second copy of people's data any more."""
    _drop_reading(db, storage, found)
    for file in _stored(db, found):
        drop(db, storage, file)
    found.choices = {name: chosen for name, chosen in found.choices.items() if name != "reading"}


def read_and_keep(db: CompanySession, storage: Storage, found: ImportRun, asked: Asked, home: Home) -> Read:
    """Read the files, and keep what was read for the application."""
    spool = Spool()
    with sources_of(db, storage, found) as sources:
        read = stage(driver_of(db), sources, asked, home, spool)
    _drop_reading(db, storage, found)
    of, purpose = fingerprint(found.files, asked, home), purpose_of(found.id)
    with kept(read, spool) as packed:
        file = keep(db, storage, purpose=purpose, name=READING, content_type="application/zlib", body=packed)
    found.choices = {**found.choices, "reading": {"id": str(file.id), "of": of}}
    return read


def _drop_reading(db: CompanySession, storage: Storage, found: ImportRun) -> None:
    known = found.choices.get("reading")
    if known and (file := db.get(StoredFile, (db.company_id, UUID(known["id"])))):
        drop(db, storage, file)


def reading(db: CompanySession, storage: Storage, found: ImportRun, asked: Asked, home: Home) -> Read:
    """What the dry run has read, if it would read the same today; else the files once more."""
    driver, known = driver_of(db), found.choices.get("reading")
    if known and known["of"] == fingerprint(found.files, asked, home):
        file = db.get(StoredFile, (db.company_id, UUID(known["id"])))
        packed = storage.fetch(file.key) if file else None
        if packed is not None and (read := _restaged(driver, packed)) is not None:
            return read
    with sources_of(db, storage, found) as sources:
        return stage(driver, sources, asked, home)


def _restaged(driver: Driver, packed: BinaryIO) -> Read | None:
    """None for a stream that is damaged: then the files are read once more."""
    try:
        with packed, driver.transaction():
            return restage(driver, packed)
    except (ValueError, zlib.error, DatabaseError):
        return None


def purpose_of(import_id: UUID) -> str:
    """Files of two imports are never shared, even when they are the same: one may go while the other stays."""
    return f"{PURPOSE}:{import_id}"
