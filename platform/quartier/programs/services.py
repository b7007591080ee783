"""Issuing and revoking keys, and finding out whose key it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from quartier.accounts.visitors import hash_token, new_token
from quartier.api.limits import WINDOW
from quartier.programs.models import PlatformToken
from quartier.web.visit import Staff

PREFIX: Final = "qrp_"  # another one than companies' tokens have: nobody mistakes one for the other
LONGEST: Final = timedelta(days=365)
# Who asks, counted at once and whatever becomes of the request: one statement, true for all processes.
FIND: Final = """
    UPDATE platform_token t SET used_at = now(),
           window_at = CASE WHEN t.window_at < now() - make_interval(secs => :window) THEN now() ELSE t.window_at END,
           requests = CASE WHEN t.window_at < now() - make_interval(secs => :window) THEN 1 ELSE t.requests + 1 END
     WHERE t.token_hash = :hash AND t.revoked_at IS NULL AND t.expires_at > now()
    RETURNING id, name, role, requests, greatest(1, ceil(:window - extract(epoch FROM now() - window_at)))::int AS reset
"""


@dataclass(frozen=True)
class Program(Staff):
    """A program at the console: `session_id` is its key's id. It has a role and is no operator."""

    requests: int = 0
    reset: int = 0

    @property
    def signed_in(self) -> bool:
        """A key that is good is all it takes."""
        return True


def program_of(db: Session, header: str) -> Staff:
    """Who sends this Authorization header; nobody when the key is unknown, expired or revoked. Commits the count."""
    scheme, _space, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip().startswith(PREFIX):
        return Staff()
    row = db.execute(text(FIND), {"hash": hash_token(token.strip()), "window": WINDOW}).first()
    db.commit()
    if row is None:
        return Staff()
    return Program(session_id=row.id, name=row.name, role=row.role, requests=row.requests, reset=row.reset)


def issue(db: Session, token_id: UUID, *, name: str, role: str, until: date, zone: ZoneInfo, by: str) -> str:
    """A key that is good until the end of a day; returns its secret, the only time that anybody sees it."""
    secret = PREFIX + new_token()
    ends = datetime.combine(until + timedelta(days=1), time(), zone)
    db.add(
        PlatformToken(id=token_id, name=name, role=role, token_hash=hash_token(secret), expires_at=ends, created_by=by)
    )
    db.flush()
    return secret


def revoke(db: Session, token_id: UUID) -> bool:
    """End a key at once; False when there is none that is still good."""
    good = update(PlatformToken).where(PlatformToken.id == token_id, PlatformToken.revoked_at.is_(None))
    return db.scalar(good.values(revoked_at=func.now()).returning(PlatformToken.id)) is not None


def tokens(db: Session) -> list[PlatformToken]:
    """All keys, the newest first; dead ones stay listed, for they say who could do what until when."""
    return list(db.scalars(select(PlatformToken).order_by(PlatformToken.created_at.desc(), PlatformToken.id)))


def state_of(token: PlatformToken) -> str:
    """`revoked`, `expired` or `good`."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= datetime.now(UTC) else "good"


def last_day(token: PlatformToken, zone: ZoneInfo) -> date:
    """The last day on which the key is good."""
    return (token.expires_at.astimezone(zone) - timedelta(microseconds=1)).date()
