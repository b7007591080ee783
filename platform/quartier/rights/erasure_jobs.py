"""Carrying out what was decided: somebody is forgotten, at once or part by part, and the rest when its day comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.deliveries.jobs import send
from quartier.jobs.definition import Job, Later, Work
from quartier.jobs.queue import defer
from quartier.keys import key_of
from quartier.rights.erasing import erase, leave_out_from_now_on
from quartier.rights.models import ErasureRequest
from quartier.rights.partial import erase_part
from quartier.rights.retention import Reason, free_from, has
from quartier.rights.telling import done_event, reasons_of, tell_done, tell_kept

ERASE: Final = "rights.erase"
FINISH: Final = "rights.finish"
PATIENCE: Final = timedelta(days=1)
"""So long the last mail may wait for the mail server; then the person is erased without it."""


class ModuleRefused(Exception):
    """A module could not forget somebody; the job comes again."""


def forget_person(work: Work, *, request: str) -> None:
    """Write a last time, ask all modules to forget, then erase what may go. A second run finds it done.

    A request that is done loses its person with the person's row, in one transaction with everything else.
    """
    wanted = work.db.get(ErasureRequest, (work.company.id, UUID(request)))
    if wanted is None or wanted.state != "erasing" or wanted.person_id is None:
        return
    person_id, found = wanted.person_id, reasons_of(work, wanted)
    if has(found, "team"):
        wanted.state, wanted.until = "kept", None
        return
    _say_so(work, wanted, found)
    _ask_modules(work, person_id)
    with Session(work.house.platform) as db:
        if found:
            erase_part(db, work.storage, work.company.id, person_id, running=has(found, "running"))
        else:
            leave_out_from_now_on(db, key_of(work.house.config), work.company.id, person_id)
            erase(db, work.storage, work.company.id, person_id)
        done = db.get_one(ErasureRequest, (work.company.id, UUID(request)))
        done.state, done.until = ("partly", free_from(found)) if found else ("done", None)
        done.with_contact = has(found, "running")
        if not found:
            done.own_reason, done.own_until, done.ended_at = "", None, datetime.now(UTC)
        db.commit()


def _say_so(work: Work, wanted: ErasureRequest, found: list[Reason]) -> None:
    """The last mail goes before the address does: a server that does not answer is waited for, for a day."""
    since, event = wanted.decided_at or datetime.now(UTC), done_event(wanted)
    if mails := tell_done(work, wanted, found):
        send(work, deliveries=[str(one) for one in mails])
    work.db.commit()
    states = {row.state for row in work.db.rows("SELECT state FROM mail_delivery WHERE event = %s", (event,))}
    lost = bool(mails) and not states  # the server was not there, and the mail went with its transaction
    if (lost or "waiting" in states) and datetime.now(UTC) < since + PATIENCE:
        raise Later(timedelta(minutes=10))


def _ask_modules(work: Work, person_id: UUID) -> None:
    plugins = work.house.plugins
    before = sum(plugins.failures.values())
    for _answer in plugins.call("erase_person", on=plugins.serving, db=work.db, person_id=person_id):
        pass  # to forget is all there is to it
    if sum(plugins.failures.values()) > before:
        raise ModuleRefused
    work.db.commit()


def gave_up(work: Work, *, request: str) -> None:
    """It could not be done; staff see it on their list again."""
    wanted = work.db.get(ErasureRequest, (work.company.id, UUID(request)))
    if wanted is not None and wanted.state == "erasing":
        wanted.state = "review"
        work.db.flush()


def finish(work: Work) -> None:
    """Each night: what was kept goes when its day has come, and a day that became known is written down.

    Staff have decided when they read what has to be kept; nobody has to remember it years later.
    """
    waiting = select(ErasureRequest).where(ErasureRequest.state.in_(("kept", "partly")))
    for wanted in work.db.scalars(waiting.with_for_update(skip_locked=True)).all():
        _look_again(work, wanted)


def _look_again(work: Work, wanted: ErasureRequest) -> None:
    if wanted.state == "partly" and work.db.rows("SELECT 1 FROM account WHERE person_id = %s", (wanted.person_id,)):
        wanted.state, wanted.ended_at = "withdrawn", datetime.now(UTC)  # whoever registers again has come back
        return
    found = reasons_of(work, wanted)
    free = free_from(found)
    if wanted.state == "partly" and has(found, "running"):
        wanted.with_contact = True  # there is a contract again, and for it the person is reached
    if not found or (wanted.with_contact and not has(found, "running")):
        wanted.state, wanted.decided_at = "erasing", datetime.now(UTC)
        work.db.flush()
        defer(work.db, ERASE, request=str(wanted.id))
    elif free != wanted.until:
        wanted.until = free
        work.db.flush()
        tell_kept(work, wanted)


JOBS = [Job(ERASE, forget_person, attempts=5, gave_up=gave_up), Job(FINISH, finish, every="13 2 * * *")]
