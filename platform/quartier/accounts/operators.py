"""Operators' sessions at the console: from a cookie to the person."""

from __future__ import annotations

from sqlalchemy import Integer, func, literal_column, select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator, OperatorSession
from quartier.accounts.visitors import IDLE, NOTED, hash_token
from quartier.web.origin import form_token
from quartier.web.visit import Staff

COOKIE = "__Host-quartier-console"
UNREAD = literal_column(
    "(SELECT count(*) FROM operator_alert a WHERE a.operator_id = operator.id AND a.read_at IS NULL)", Integer
)
"""How much waits at somebody's bell, asked together with who they are."""


def staff_of(db: Session, token: str) -> Staff:
    """Who holds the token; nobody when it is unknown, expired, idle for too long, or of a deactivated operator."""
    unseen = OperatorSession.seen_at < func.now() - NOTED
    found = db.execute(
        select(Operator, OperatorSession.id, unseen, UNREAD)
        .join(OperatorSession, OperatorSession.account_id == Operator.id)
        .where(
            OperatorSession.token_hash == hash_token(token),
            OperatorSession.expires_at > func.now(),
            OperatorSession.seen_at > func.now() - IDLE,
            Operator.is_active,
        )
    ).first()
    if found is None:
        return Staff()
    operator, session_id, unnoted, unread = found
    if unnoted:
        db.execute(update(OperatorSession).where(OperatorSession.id == session_id).values(seen_at=func.now()))
        db.commit()
    return Staff(
        operator_id=operator.id,
        session_id=session_id,
        name=operator.name,
        email=operator.email,
        role=operator.role,
        language=operator.language,
        formats=operator.formats,
        timezone=operator.timezone,
        form_token=form_token(token),
        unread=unread,
    )
