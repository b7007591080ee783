"""Signed-in devices: begun, renewed, listed and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import AccountSession, OperatorSession
from quartier.accounts.realm import Realm
from quartier.accounts.visitors import hash_token, new_token

DAY: Final = timedelta(hours=12)  # of a device that is not to stay signed in


@dataclass(frozen=True)
class Key:
    """What the browser gets to keep: for `seconds`, or until it is closed."""

    token: str
    seconds: int | None


def open_session(realm: Realm, db: Session, account_id: UUID, *, stays: bool, device: str, network: str) -> Key:
    """Begin a session under a new token; the account's expired ones are swept on the way."""
    lasts = realm.stay if stays else DAY
    token = new_token()
    expired = realm.session.expires_at < func.now()
    db.execute(delete(realm.session).where(realm.session.account_id == account_id, expired))
    db.add(
        realm.session(
            account_id=account_id,
            token_hash=hash_token(token),
            expires_at=datetime.now(UTC) + lasts,
            stays=stays,
            device=_printable(device),
            network=network,
        )
    )
    return Key(token, int(lasts.total_seconds()) if stays else None)


def renew_session(realm: Realm, db: Session, session_id: UUID) -> Key:
    """A new token for the same device: who knew the old one is out. It ends when it would have ended."""
    token = new_token()
    renewed = update(realm.session).where(realm.session.id == session_id).values(token_hash=hash_token(token))
    ends, stays = db.execute(renewed.returning(realm.session.expires_at, realm.session.stays)).one()
    left = int((ends - datetime.now(UTC)).total_seconds())
    return Key(token, left if stays else None)


def close_session(realm: Realm, db: Session, session_id: UUID) -> None:
    """Sign this device out."""
    db.execute(delete(realm.session).where(realm.session.id == session_id))


def close_by_token(realm: Realm, db: Session, token: str) -> None:
    """End whatever session a browser still had when it signed in anew."""
    db.execute(delete(realm.session).where(realm.session.token_hash == hash_token(token)))


def end_session(realm: Realm, db: Session, account_id: UUID, session_id: UUID) -> bool:
    """End one of the account's own sessions; False when it has no such."""
    mine = delete(realm.session).where(realm.session.account_id == account_id, realm.session.id == session_id)
    return db.execute(mine.returning(realm.session.id)).first() is not None


def end_sessions(realm: Realm, db: Session, account_id: UUID, *, but: UUID | None = None) -> None:
    """End all sessions of an account, but perhaps this one."""
    ended = delete(realm.session).where(realm.session.account_id == account_id)
    db.execute(ended.where(realm.session.id != but) if but else ended)


def sessions_of(realm: Realm, db: Session, account_id: UUID) -> list[AccountSession | OperatorSession]:
    """An account's open sessions, the last used first."""
    mine = select(realm.session).where(realm.session.account_id == account_id, realm.session.expires_at > func.now())
    return list(db.scalars(mine.order_by(realm.session.seen_at.desc())))


def _printable(device: str) -> str:
    return "".join(character for character in device if character.isprintable())[:300]
