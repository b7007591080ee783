"""Putting a job into the queue, in the transaction of the change that it follows from."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from quartier.tenancy.session import BIND, CompanySession

# A call and not a SELECT: the session must know that something was written.
QUEUE = "CALL queue_job(%s, %s, %s::timestamptz, %s, %s, NULL)"


def defer(
    db: CompanySession,
    job: str,
    *,
    at: datetime | None = None,
    once: str | None = None,
    alone: str | None = None,
    **arguments: Any,
) -> bool:
    """Have a job done for the session's company, if and when the session commits; True if it is in the queue now.

    `arguments` are ids and other plain values as JSON knows them, never what a person wrote: they stand in the console.
    `at` is the earliest moment. `once` names what there needs to be no second one of while one waits (then the answer
    is False); it makes other transactions wait for this one, so it is for short ones. Of jobs with the same `alone`,
    one is done at a time, in the order in which they came.
    """
    begin(db)
    return db.row(QUEUE, (job, Jsonb(arguments), at, once, alone))[0] is not None


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
    values = (job, Jsonb(arguments), None, once, alone)
    return connection.exec_driver_sql(QUEUE, values).one()[0] is not None
