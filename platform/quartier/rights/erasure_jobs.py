"""Carrying out what was decided: a person is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from quartier.jobs.definition import Job, Work
from quartier.rights.erasing import erase
from quartier.rights.models import ErasureRequest

ERASE: Final = "rights.erase"


class ModuleRefused(Exception):
    """A module could not forget somebody; the job comes again."""


def forget_person(work: Work, *, request: str) -> None:
    """Ask all modules, on or off, to forget; then the core does. A second run finds it done.

    The request loses its person with the person's row, in one transaction with everything else.
    """
    wanted = work.db.get(ErasureRequest, (work.company.id, UUID(request)))
    if wanted is None or wanted.state != "erasing" or wanted.person_id is None:
        return
    person_id, plugins = wanted.person_id, work.house.plugins
    before = sum(plugins.failures.values())
    for _answer in plugins.call("erase_person", on=plugins.serving, db=work.db, person_id=person_id):
        pass  # to forget is all there is to it
    if sum(plugins.failures.values()) > before:
        raise ModuleRefused
    work.db.commit()
    with Session(work.house.platform) as db:
        erase(db, work.storage, work.company.id, person_id)
        done = db.get_one(ErasureRequest, (work.company.id, wanted.id))
        done.state, done.reason, done.until, done.ended_at = "done", "", None, datetime.now(UTC)
        db.commit()


def gave_up(work: Work, *, request: str) -> None:
    """It could not be done; staff see it on their list again."""
    wanted = work.db.get(ErasureRequest, (work.company.id, UUID(request)))
    if wanted is not None and wanted.state == "erasing":
        wanted.state = "open"
        work.db.flush()


JOBS = [Job(ERASE, forget_person, attempts=5, gave_up=gave_up)]
