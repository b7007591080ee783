"""Signing in and out at a company."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from quartier.accounts.models import Account, AccountSession
from quartier.accounts.passwords import hash_password, needs_rehash, verify_password
from quartier.accounts.visitors import hash_token, new_token
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

LIFETIME = timedelta(days=90)


def email_key(email: str) -> str:
    """How addresses are compared."""
    return email.strip().casefold()


def check_credentials(db: CompanySession, email: str, password: str) -> Account | None:
    """The account that these belong to, or None; takes as long for an address that nobody has."""
    account = db.scalars(select(Account).filter_by(email_key=email_key(email), is_active=True)).first()
    if not verify_password(account.password_hash if account else None, password) or account is None:
        return None
    if account.password_hash and needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    return account


def open_session(db: CompanySession, account: Account, *, device: str, network: str) -> str:
    """Begin a session and return its token, which is known to the browser only."""
    token = new_token()
    db.add(
        AccountSession(
            account_id=account.id,
            token_hash=hash_token(token),
            expires_at=datetime.now(UTC) + LIFETIME,
            device=device[:200],
            network=network,
        )
    )
    return token


def close_session(db: CompanySession, viewer: Viewer) -> None:
    """Sign this device out."""
    db.execute(delete(AccountSession).where(AccountSession.id == viewer.session_id))
