"""Batches: taken in at once, worked off by a job, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO
from uuid import UUID

from quartier.db.base import new_id
from quartier.erp.fields import NOUNS
from quartier.erp.models import ErpBatch
from quartier.erp.packing import packed, unpacked
from quartier.erp.reading import Problem, Reading
from quartier.erp.upserts import MOST_PROBLEMS, Counts, Upsert
from quartier.estate.history import acting
from quartier.estate.services import much_written
from quartier.jobs.queue import defer
from quartier.people.services import tell_of_addresses, tell_of_leavers
from quartier.tenancy.session import CompanySession

JOB = "erp.upsert"


def take_in(db: CompanySession, noun: str, body: BinaryIO, *, lines: bool, sent_by: str) -> ErpBatch:
    """Keep what was sent and queue the work. Batches of a company are worked off in the order in which they came."""
    batch = ErpBatch(id=new_id(), noun=noun, body=packed(body), lines=lines, sent_by=sent_by, status="waiting")
    db.add(batch)
    db.flush()
    defer(db, JOB, alone="erp", batch=str(batch.id))
    return batch


def work_off(db: CompanySession, batch_id: UUID, *, zone: str, key: bytes) -> None:
    """Write all rows of a batch, or none and say why. The caller commits; a batch that is finished stays as it is.

    `key` is the installation's.
    """
    batch = db.get(ErpBatch, (db.company_id, batch_id))
    if batch is None or batch.body is None:
        return
    batch.status = "running"
    db.commit()
    noun = NOUNS[batch.noun]
    found, upsert = Reading(noun), Upsert(db, noun, zone=zone, key=key)
    with acting(db, batch.sent_by, "api", batch.id):
        with unpacked(batch.body) as body:
            upsert.stage(found.rows(body, lines=batch.lines))
        problems = [*found.problems, *upsert.problems()]
        counts = None if problems else upsert.apply()
        problems += upsert.hints() if counts else []
    batch.received = found.received
    if counts:
        much_written(db, counts.created + counts.updated)
    if counts and noun.table == "person":
        tell_of_addresses(db)
    if counts and noun.table in {"person", "occupancy"}:
        tell_of_leavers(db)
    _finish(batch, counts, problems)


def give_up(db: CompanySession, batch_id: UUID, reason: str) -> None:
    """The batch cannot be worked off, for a reason that is not in its rows."""
    batch = db.get(ErpBatch, (db.company_id, batch_id))
    if batch is not None and batch.body is not None:
        _finish(batch, None, [Problem(0, "", reason)])


def _finish(batch: ErpBatch, counts: Counts | None, problems: Sequence[Problem]) -> None:
    batch.status = "done" if counts else "failed"
    if counts:
        batch.created, batch.updated, batch.unchanged = counts.created, counts.updated, counts.unchanged
    ordered = sorted(problems, key=lambda one: one.line)
    batch.problems, batch.problem_count = [one.plain() for one in ordered[:MOST_PROBLEMS]], len(problems)
    batch.body, batch.finished_at = None, datetime.now(UTC)
