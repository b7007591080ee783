"""The long steps of an import, done by a worker: each is one transaction, so a worker that dies leaves nothing half."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Error as DatabaseError
from sqlalchemy import update

from quartier.imports import reporting, services
from quartier.imports.models import ImportRun
from quartier.imports.problems import Unreadable
from quartier.imports.records import Home
from quartier.jobs.definition import Job, Work
from quartier.keys import key_of
from quartier.tenancy.session import CompanySession

log = structlog.get_logger(__name__)
KEPT: Final = timedelta(days=14)
"""For so long an import may lie about without being applied."""
OFTEN: Final = 0.5  # seconds between two moves of a progress bar


class Bar:
    """Moves a progress bar from a session of its own: what a transaction writes is not seen before its end."""

    def __init__(self, work: Work, import_id: UUID) -> None:
        self._db = CompanySession(work.house.engine, work.company.id)
        self._id, self._done, self._moved = import_id, 0, 0.0

    def expect(self, total: int) -> None:
        """How much there is to do."""
        self._write(total=max(total, 1), done=0)

    def __call__(self, rows: int) -> None:
        """So many rows more."""
        self._done += rows
        if time.monotonic() - self._moved > OFTEN:
            self._moved = time.monotonic()
            self._write(done=self._done)

    def close(self) -> None:
        """Give the connection back."""
        self._db.close()

    def _write(self, **values: int) -> None:
        self._db.execute(update(ImportRun).where(ImportRun.id == self._id).values(**values))
        self._db.commit()


def check(work: Work, *, import_id: str) -> None:
    """The dry run."""
    found = _mine(work, import_id, "checking")
    if found is None:
        return
    try:
        services.check(work.db, work.storage, found, home_of(work), on=_today(work))
        if found.choices.get("auto") and found.status == "checked":
            _report(work, found)
    except (Unreadable, DatabaseError) as error:
        _failed(work, UUID(import_id), error)


def apply(work: Work, *, import_id: str) -> None:
    """Make it true: everything, or nothing and the reason."""
    found = _mine(work, import_id, "applying")
    if found is None:
        return
    bar = Bar(work, found.id)
    bar.expect(sum(number for states in found.counts.values() for state, number in states.items() if state in WRITTEN))
    try:
        services.apply(work.db, work.storage, found, home_of(work), on=_today(work), progress=bar)
        _report(work, found)
    except (services.Refused, Unreadable, DatabaseError) as error:
        _failed(work, UUID(import_id), error)
    finally:
        bar.close()


def take_back(work: Work, *, import_id: str) -> None:
    """Undo."""
    found = _mine(work, import_id, "undoing")
    if found is None:
        return
    try:
        services.take_back(work.db, found, by=found.choices.get("undone_by", found.created_by))
    except DatabaseError as error:
        _failed(work, UUID(import_id), error)


def gave_up(work: Work, *, import_id: str) -> None:
    """The worker died under it, or something unforeseen happened. The transaction is gone, and people are told so."""
    _fail(work, UUID(import_id), "interrupted")


def forget(work: Work, *, import_id: str) -> None:
    """Delete the files of an import that is applied. Not in its transaction: no rollback brings a file back."""
    found = services.one_import(work.db, UUID(import_id), lock=True)
    if found is not None:
        services.forget_files(work.db, work.storage, found)


def tidy(work: Work) -> None:
    """Discard what nobody has gone on with: files with people's data are not kept for nothing."""
    for found in services.abandoned(work.db, datetime.now(UTC) - KEPT):
        services.discard(work.db, work.storage, found)


WRITTEN: Final = frozenset({"new", "changed", "delete"})


def home_of(work: Work) -> Home:
    """What holds where a file says nothing."""
    return Home(work.company.country, work.company.zone.key, key_of(work.house.config))


def _mine(work: Work, import_id: str, status: str) -> ImportRun | None:
    """The import, if it still waits for this step; it is not locked, so that its bar can move."""
    found = services.one_import(work.db, UUID(import_id))
    return found if found is not None and found.status == status else None


def _failed(work: Work, import_id: UUID, error: Exception) -> None:
    work.db.rollback()
    code = error.code if isinstance(error, services.Refused) else "database"
    if isinstance(error, Unreadable):
        code = error.problem.code
    log.warning("import_failed", import_id=str(import_id), why=str(error)[:500])
    _fail(work, import_id, code)


def _fail(work: Work, import_id: UUID, code: str) -> None:
    """Nobody stands by a step that nobody has asked for, or that is the last one: then the report says so."""
    found = services.one_import(work.db, import_id)
    told = found is not None and (
        found.status == "applying" or (found.status == "checking" and found.choices.get("auto"))
    )
    services.fail(work.db, import_id, code)
    if found is not None and told:
        _report(work, found)


def _report(work: Work, found: ImportRun) -> None:
    reporting.report(work.db, found, work.url(f"/cockpit/imports/{found.id}"))


def _today(work: Work) -> Any:
    return datetime.now(work.company.zone).date()


JOBS: Final = [
    Job(services.CHECK, check, attempts=1, when_stalled="fail", gave_up=gave_up),
    Job(services.APPLY, apply, attempts=1, when_stalled="fail", gave_up=gave_up),
    Job(services.UNDO, take_back, attempts=1, when_stalled="fail", gave_up=gave_up),
    Job(services.FORGET, forget),
    Job(services.TIDY, tidy, every="47 2 * * *"),
]
