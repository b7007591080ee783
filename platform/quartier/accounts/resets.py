"""A forgotten password: a link by mail, good for an hour and for one use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from quartier.accounts.realm import Known, Realm
from quartier.accounts.visitors import hash_token, new_token
from quartier.db.base import new_id

LIFETIME: Final = timedelta(hours=1)
NOBODY: Final = UUID(int=0)


def new_link(realm: Realm, db: Session, known: Known | None) -> str:
    """The token of a new link. For nobody the same statements run and store nothing: the work must not tell.

    Earlier links stay good for their hour, or somebody else's asking could spoil the one just opened.
    """
    token, now = new_token(), datetime.now(UTC)
    account_id = known.account.id if known else NOBODY
    mine = realm.reset.account_id == account_id
    db.execute(delete(realm.reset).where(mine, realm.reset.expires_at < func.now() - timedelta(days=1)))
    values = select(literal(new_id()), realm.account.id, literal(hash_token(token)), literal(now + LIFETIME))
    columns = [realm.reset.id, realm.reset.account_id, realm.reset.token_hash, realm.reset.expires_at]
    db.execute(insert(realm.reset).from_select(columns, values.where(realm.account.id == account_id)))
    return token


def owner_of(realm: Realm, db: Session, token: str) -> Known | None:
    """Whose link this is, while it can be used. Takes a lock on it: of two who use it at once, one comes too late."""
    link = select(realm.reset.account_id).where(
        realm.reset.token_hash == hash_token(token),
        realm.reset.used_at.is_(None),
        realm.reset.expires_at > func.now(),
    )
    account_id = db.scalars(link.with_for_update()).first()
    return realm.by_id(db, account_id) if account_id else None


def use_up(realm: Realm, db: Session, account_id: UUID) -> None:
    """The password is a new one: every link that was sent for the old one has done its work."""
    unused = update(realm.reset).where(realm.reset.account_id == account_id, realm.reset.used_at.is_(None))
    db.execute(unused.values(used_at=func.now()))
