"""Putting a job into the queue, in the transaction of the change that it follows from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from quartier.tenancy.session import BIND, CompanySession

# A call and not a SELECT: the session must know that something was written.
QUEUE = "CALL queue_job(%s, %s, %s::timestamptz, %s, %s, %s, NULL)"
SUMMON = """
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', %s, 0, NULL, NULL, %s::jsonb, %s)
        ::procrastinate_job_to_defer_v1])
"""
FIRST = 10
"""The priority of what is urgent; all else has 0."""


def defer(
    db: CompanySession,
    job: str,
    *,
    at: datetime | None = None,
    once: str | None = None,
    alone: str | None = None,
    urgent: bool = False,
    **arguments: Any,
) -> bool:
    """Have a job done for the session's company, if and when the session commits; True if it is in the queue now.

    `arguments` are ids and other plain values as JSON knows them, never what a person wrote: they stand in the console.
    `at` is the earliest moment. `once` names what there needs to be no second one of while one waits (then the answer
    is False); it makes other transactions wait for this one, so it is for short ones. Of jobs with the same `alone`,
    one is done at a time, in the order in which they came. What is `urgent` goes before what is not.
    """
    begin(db)
    return db.row(QUEUE, (job, Jsonb(arguments), at, once, alone, FIRST if urgent else 0))[0] is not None


def begin(db: CompanySession) -> None:
    """Let the ORM know of the transaction: a session that has used it commits nothing else once it has committed."""
    if not db.in_transaction():
        db.connection()


def defer_for(
    db: Session, company_id: UUID, job: str, *, once: str | None = None, alone: str | None = None, **arguments: Any
) -> bool:
    """The same for one company of many, from the platform's own session."""
    connection = db.connection()
    connection.exec_driver_sql(BIND, (str(company_id),))
    values = (job, Jsonb(arguments), None, once, alone, 0)
    return connection.exec_driver_sql(QUEUE, values).one()[0] is not None


def summon(db: Session, chore: str, *, at: datetime | None = None) -> None:
    """Have a chore done when the platform's own session commits, or later `at` a moment, and not only by the clock."""
    arguments = Jsonb({"timestamp": int(datetime.now(UTC).timestamp())})
    db.connection().exec_driver_sql(SUMMON, (chore, arguments, at))
