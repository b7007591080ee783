"""Signing in, and changing a password. All of it takes the realm: a company's people, or the platform's operators."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.accounts import resets, sessions, throttle
from quartier.accounts.passwords import hash_password, needs_rehash, verify_password
from quartier.accounts.realm import Known, Realm
from quartier.accounts.throttle import Source


def check_credentials(
    realm: Realm, db: Session, email: str, password: str, source: Source, *, purpose: str = "sign-in"
) -> Known | None:
    """The account that these belong to, or None; the same work for an address that nobody has. Raises TooSoon.

    The try is committed before the password is looked at: a wrong one must count although nothing else is written.
    """
    tried = throttle.admit(realm, db, purpose, email, source)
    known = realm.by_email(db, email)
    db.commit()
    if not verify_password(known.account.password_hash if known else None, password) or known is None:
        return None
    throttle.forgive(realm, db, tried)
    if known.account.password_hash and needs_rehash(known.account.password_hash):
        known.account.password_hash = hash_password(password)
    return known


def sign_in(realm: Realm, db: Session, account_id: UUID, source: Source, *, stays: bool, device: str) -> sessions.Key:
    """Begin a session here, and know this place from now on."""
    throttle.remember(realm, db, account_id, source)
    return sessions.open_session(realm, db, account_id, stays=stays, device=device, network=source.network)


def set_password(realm: Realm, db: Session, account_id: UUID, password: str, *, keep: UUID | None = None) -> None:
    """Replace the password. All sessions end but the one to keep, links and known places are worth nothing any more."""
    account = realm.account
    db.execute(update(account).where(account.id == account_id).values(password_hash=hash_password(password)))
    sessions.end_sessions(realm, db, account_id, but=keep)
    throttle.forget_origins(realm, db, account_id)
    resets.use_up(realm, db, account_id)


def choose_language(realm: Realm, db: Session, account_id: UUID, language: str) -> None:
    """The language of this person's pages and mail, on every device that has no choice of its own."""
    db.execute(update(realm.account).where(realm.account.id == account_id).values(language=language))
