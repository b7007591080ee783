"""Looks whose time is over are written down as ended, and who looked is told, as when the company ends one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.alerts.jobs import ring_for
from quartier.jobs.definition import Chore, House

OVER: Final = """
    UPDATE support_access SET ended_at = ends_at, token_hash = NULL, ticket_hash = NULL
     WHERE ended_at IS NULL AND ends_at BETWEEN now() - interval '1 day' AND now() RETURNING company_id, id
"""
"""What was over for longer when this began to be told is no news."""


def end_in_time(_house: House, db: Session) -> None:
    """Each of them once: what is written down as ended is not found again."""
    for row in db.execute(text(OVER)).all():
        ring_for(db, row.company_id, "support", access=str(row.id), state="over")
    db.commit()


CHORES: Final = [Chore("support.end_in_time", end_in_time, every="*/5 * * * *")]
