"""Secret addresses for calendar programs: made, shown once, and taken back."""

from __future__ import annotations

import secrets
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select

from plugins.bookings.models import Feed
from quartier.sdk import CompanySession, new_id


def make_feed(db: CompanySession, person_id: UUID, *, kind: str = "person", asset_id: UUID | None = None) -> str:
    """A new address; the one of this kind that was there before opens nothing any more. Only its hash is kept."""
    revoke_feed(db, person_id, kind=kind, asset_id=asset_id)
    secret = secrets.token_urlsafe(24)
    db.add(Feed(id=new_id(), kind=kind, person_id=person_id, asset_id=asset_id, secret_hash=_hash(secret)))
    db.flush()
    return secret


def share_feed(db: CompanySession, person_id: UUID, *, asset_id: UUID | None, names: bool) -> tuple[UUID, str]:
    """One more address, of an asset or of all that this colleague looks after; its id, and the secret shown once."""
    secret, made = secrets.token_urlsafe(24), new_id()
    kind = "asset" if asset_id else "company"
    db.add(Feed(id=made, kind=kind, person_id=person_id, asset_id=asset_id, names=names, secret_hash=_hash(secret)))
    db.flush()
    return made, secret


def end_feed(db: CompanySession, feed_id: UUID) -> None:
    """Take a shared address back."""
    db.execute(delete(Feed).filter_by(id=feed_id))


def revoke_feed(db: CompanySession, person_id: UUID, *, kind: str = "person", asset_id: UUID | None = None) -> None:
    """Take the address back."""
    db.execute(delete(Feed).filter_by(person_id=person_id, kind=kind, asset_id=asset_id))


def feed_of(db: CompanySession, secret: str) -> Feed | None:
    """Whose address this is; None for a guessed one, and for one that was taken back."""
    return db.scalars(select(Feed).filter_by(secret_hash=_hash(secret))).one_or_none()


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
