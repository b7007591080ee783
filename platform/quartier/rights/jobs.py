"""Making copies of people's data, and deleting them after some days."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Account
from quartier.attachments.attached import saved_as
from quartier.deliveries.readers import readers_of
from quartier.deliveries.services import deliver
from quartier.files.models import StoredFile
from quartier.files.purposes import RIGHTS
from quartier.files.services import drop, keep
from quartier.i18n import formats
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.people.queries import picture_of
from quartier.rights.explaining import explained
from quartier.rights.gathering import everything
from quartier.rights.letters import READY, ready_letter
from quartier.rights.models import DataExport
from quartier.tenancy.session import CompanySession

EXPORT: Final = "rights.export"
KEPT: Final = timedelta(days=7)
"""How long a copy can be fetched."""


SENT: Final = """
    SELECT DISTINCT ON (t.id) t.id, t.name, t.content_type, f.company_id || '/' || f.id AS key
    FROM attachment t JOIN account a ON a.id = t.account_id JOIN stored_file f ON f.attachment_id = t.id
    WHERE a.person_id = %(person)s AND f.purpose = 'attached' ORDER BY t.id, f.fits DESC
"""
"""What somebody sent, of pictures the largest size."""


def make_export(work: Work, *, export: str) -> None:
    """Gather, pack, keep, and tell the owner; a second run finds it done."""
    wanted = work.db.get(DataExport, (work.company.id, UUID(export)))
    if wanted is None or wanted.state != "waiting":
        return
    account = work.db.get_one(Account, (work.company.id, wanted.account_id))
    with _packed(work, account) as body:
        file = keep(
            work.db, work.storage, purpose=RIGHTS, name=f"{wanted.id}.zip", content_type="application/zip", body=body
        )
    wanted.file_id, wanted.state, wanted.ended_at = file.id, "ready", datetime.now(UTC)
    work.db.flush()
    _tell(work, wanted, account.person_id)


def gave_up(work: Work, *, export: str) -> None:
    """It cannot be made; the owner sees that and may ask again."""
    wanted = work.db.get(DataExport, (work.company.id, UUID(export)))
    if wanted is not None and wanted.state == "waiting":
        wanted.state, wanted.ended_at = "failed", datetime.now(UTC)
        work.db.flush()


def sweep(house: House, db: Session) -> None:
    """Delete copies whose time is over, of all companies."""
    over = select(DataExport).where(DataExport.state == "ready", DataExport.ended_at < datetime.now(UTC) - KEPT)
    for one in db.scalars(over).all():
        forget(db, house, one)


def forget(db: Session, house: House, one: DataExport) -> None:
    """Delete a copy with its bytes."""
    file = db.get(StoredFile, (one.company_id, one.file_id)) if one.file_id else None
    one.state, one.file_id = "gone", None
    db.flush()
    if file is not None:
        drop(db, house.storage, file)
        db.flush()


def _packed(work: Work, account: Account) -> BinaryIO:
    """On the disk: what somebody sent over the years may be more than a process should hold."""
    person_id = account.person_id
    parts = everything(work.db, work.house.plugins, person_id, work.house.plugins.serving)
    out = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 - the caller closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(*explained(work, account, parts))
        for name, part in parts.items():
            packed.writestr(f"{name}.json", orjson.dumps(part, option=orjson.OPT_INDENT_2, default=str))
        for name, key in _files(work.db, work, person_id):
            _copy(work, packed, name, key)
    return out


def _copy(work: Work, packed: zipfile.ZipFile, name: str, key: str) -> None:
    """A stored file into the copy, a piece at a time."""
    if file := work.storage.fetch(key):
        with file, packed.open(name, "w") as place:
            shutil.copyfileobj(file, place)


def _files(db: CompanySession, work: Work, person_id: UUID) -> Iterator[tuple[str, str]]:
    """(name in the copy, key in the storage): the picture, and what the person sent for things of modules."""
    file_id = picture_of(db, person_id)
    if file_id and (file := db.get(StoredFile, (work.company.id, file_id))):
        yield f"files/picture.{file.content_type.rpartition('/')[2]}", file.key
    for row in db.rows(SENT, {"person": person_id}):
        yield f"files/{row.id}/{saved_as(row.name, row.content_type)}", row.key


def _tell(work: Work, wanted: DataExport, person_id: UUID) -> None:
    for reader in readers_of(work.db, [person_id]):

        def write(name: str = reader.name) -> Any:
            until = formats.format_date(datetime.now(UTC) + KEPT, zone=formats.zone_of_reader(work.company.zone))
            return ready_letter(name, work.url("/account/data"), until)

        deliver(work.db, READY, reader, write, event=f"rights.ready:{wanted.id}")


JOBS = [Job(EXPORT, make_export, attempts=4, gave_up=gave_up)]
CHORES = [Chore("rights.sweep", sweep, every="41 * * * *")]
