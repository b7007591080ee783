"""Who is forgotten takes along what they wrote to neighbours; what they wrote for the company stays, unsigned."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, update

from plugins.pinboard.models import (
    Agreed,
    Ballot,
    Case,
    Comment,
    Event,
    Follow,
    Guest,
    Post,
    Reaction,
    Report,
    Revision,
)
from quartier.sdk import CompanySession


def forget(db: CompanySession, account_id: UUID) -> None:
    """Erase everything of this account."""
    for kind in (Reaction, Follow, Report, Agreed, Guest, Ballot):
        db.execute(delete(kind).filter_by(account_id=account_id))
    db.execute(delete(Event).filter_by(author_id=account_id))
    for written in (Comment, Post):
        db.execute(delete(written).filter_by(author_id=account_id, by_staff=False))
        db.execute(update(written).filter_by(author_id=account_id).values(author_id=None))
    db.execute(delete(Case).filter_by(author_id=account_id))
    db.execute(update(Case).filter_by(decided_by=account_id).values(decided_by=None))
    db.execute(update(Revision).filter_by(author_id=account_id).values(author_id=None))
