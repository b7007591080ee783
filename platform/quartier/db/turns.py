"""Taking turns: whoever wants the same name at the same moment waits until the transaction before has ended."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turn(db: Session, name: str) -> None:
    """Wait for the name, and keep it until this transaction ends. A name says what it is for, and of whom."""
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
