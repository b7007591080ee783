"""Operators' sessions at the console: from a cookie to the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator, OperatorSession
from quartier.accounts.passwords import verify_password
from quartier.accounts.visitors import hash_token, new_token
from quartier.web.origin import form_token
from quartier.web.visit import Staff

COOKIE = "__Host-quartier-console"
LIFETIME = timedelta(hours=12)


def staff_of(db: Session, token: str) -> Staff:
    """Who holds the token; nobody when it is unknown, expired, or of a deactivated operator."""
    found = db.execute(
        select(Operator, OperatorSession.id)
        .join(OperatorSession, OperatorSession.operator_id == Operator.id)
        .where(
            OperatorSession.token_hash == hash_token(token),
            OperatorSession.expires_at > func.now(),
            Operator.is_active,
        )
    ).first()
    if found is None:
        return Staff()
    operator, session_id = found
    return Staff(
        operator_id=operator.id,
        session_id=session_id,
        name=operator.name,
        email=operator.email,
        role=operator.role,
        language=operator.language,
        form_token=form_token(token),
    )


def check_operator(db: Session, email: str, password: str) -> Operator | None:
    """The operator that these belong to, or None."""
    operator = db.scalars(select(Operator).filter_by(email_key=email.strip().casefold(), is_active=True)).first()
    if not verify_password(operator.password_hash if operator else None, password):
        return None
    return operator


def open_operator_session(db: Session, operator: Operator, *, device: str) -> str:
    """Begin a session at the console; operators sign in once a day."""
    token = new_token()
    until = datetime.now(UTC) + LIFETIME
    session = OperatorSession(operator_id=operator.id, token_hash=hash_token(token), expires_at=until)
    session.device = device[:200]
    db.add(session)
    return token
