"""Housekeeping: what has ended by time is also gone from the tables."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, or_
from sqlalchemy.orm import Session

from quartier.accounts.models import (
    AccountSession,
    OperatorQuestion,
    OperatorReset,
    OperatorSession,
    PasskeyQuestion,
    PasswordReset,
)
from quartier.accounts.visitors import IDLE
from quartier.jobs.definition import Chore, House

SPENT = timedelta(days=1)
"""A reset link is kept for a day after its end, so that whoever comes late reads that it is too late."""


def sweep(_house: House, db: Session) -> None:
    """Drop sessions, reset links and questions that nobody can use any more, of all companies and of the console."""
    for session in (AccountSession, OperatorSession):
        ended = or_(session.expires_at < func.now(), session.seen_at < func.now() - IDLE)
        db.execute(delete(session).where(ended))
    for reset in (PasswordReset, OperatorReset):
        db.execute(delete(reset).where(reset.expires_at < func.now() - SPENT))
    for question in (PasskeyQuestion, OperatorQuestion):
        db.execute(delete(question).where(question.expires_at < func.now()))


CHORES = [Chore("accounts.sweep", sweep, every="17 * * * *")]
