"""A new e-mail address to sign in with: proposed, confirmed by a link that went there, and only then in force.

Until then the old address goes on working. Who proposes again replaces what was proposed before: the earlier link opens
nothing any more. The old address gets a link of its own, with which its owner stops the change without signing in.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import delete, func, select, update

from quartier.accounts.models import Account, AddressChange
from quartier.accounts.visitors import hash_token, new_token
from quartier.db.base import new_id
from quartier.jobs.queue import begin
from quartier.keys import derive
from quartier.mail.addresses import address_key
from quartier.tenancy.session import CompanySession

LASTS: Final = timedelta(days=30)
"""How long a link waits; mails of the management are not always read at once."""
WRONG_CODES: Final = 5
"""So many tries a code of six figures has; then another one is sent."""
PROPOSE: Final = """
    INSERT INTO address_change (id, account_id, origin, email, token_hash, stop_hash, expires_at)
    SELECT r.id, r.account_id, %(origin)s, r.email, decode(r.token, 'hex'), decode(r.stop, 'hex'), %(until)s
      FROM jsonb_to_recordset(%(rows)s) AS r(id uuid, account_id uuid, email text, key text, token text, stop text)
      JOIN account a ON a.id = r.account_id AND a.is_active
     WHERE %(origin)s = 'person' OR NOT EXISTS (SELECT FROM account o WHERE o.email_key = r.key AND o.id <> a.id)
     ORDER BY r.account_id
        ON CONFLICT (company_id, account_id) DO UPDATE
       SET id = excluded.id, origin = excluded.origin, email = excluded.email, token_hash = excluded.token_hash,
           stop_hash = excluded.stop_hash, expires_at = excluded.expires_at, created_at = now(), code_hash = NULL,
           wrong_codes = 0
     WHERE lower(address_change.email) <> lower(excluded.email) OR address_change.expires_at < now()
        OR excluded.origin = 'person' OR address_change.origin <> excluded.origin
    RETURNING id, account_id
"""
ACCEPT: Final = """
    UPDATE account SET email = %(email)s, email_key = %(key)s WHERE id = %(id)s
       AND NOT EXISTS (SELECT FROM account o WHERE o.email_key = %(key)s AND o.id <> %(id)s) RETURNING id
"""
FOLLOW: Final = """
    UPDATE mail_address n SET paces = n.paces || o.paces FROM mail_address o
     WHERE n.address_key = %(key)s AND o.address_key = %(old)s AND n.id <> o.id RETURNING n.id
"""
"""What somebody chose to be written about holds for the mailbox that is theirs now; the new one has had a mail."""


@dataclass(frozen=True)
class Proposed:
    """A change that is new: `token` opens it at the new address, `stop` ends it from the old one."""

    id: UUID
    token: str
    stop: str


def propose(db: CompanySession, addresses: Mapping[UUID, str], *, origin: str = "books") -> dict[UUID, Proposed]:
    """Have accounts go to other addresses, if their owners confirm; account → what to send.

    `origin` is "books" (the company's data) or "person" (who signs in wishes it). Of the books are left out those to
    whom this very address is proposed already, and addresses with which somebody else signs in. A person is told
    nothing of that: the wish waits like any other (`accept` refuses it), and no mail carries its token.
    """
    begin(db)
    made = {one: Proposed(new_id(), new_token(), new_token()) for one in addresses}
    rows = [
        {
            "id": str(each.id), "account_id": str(one), "email": addresses[one].strip(),
            "key": address_key(addresses[one]),
            "token": hash_token(each.token).hex(), "stop": hash_token(each.stop).hex(),
        }
        for one, each in made.items()
    ]  # fmt: skip
    values = {"rows": Jsonb(rows), "origin": origin, "until": datetime.now(UTC) + LASTS}
    return {row.account_id: made[row.account_id] for row in db.rows(PROPOSE, values)} if rows else {}


def set_code(db: CompanySession, key: bytes, account_id: UUID) -> str:
    """Six figures that confirm what this account wishes, for who reads the mail on another device; `key` is the
    installation's."""
    change = db.scalars(select(AddressChange).filter_by(account_id=account_id)).one()
    code = f"{secrets.randbelow(1_000_000):06}"
    change.code_hash, change.wrong_codes = _code_hash(key, change, code), 0
    db.flush()
    return code


def try_code(db: CompanySession, key: bytes, change: AddressChange, typed: str) -> bool:
    """Whether these are the figures. Each try counts, so the caller commits, whatever comes of it."""
    counted = update(AddressChange).where(AddressChange.id == change.id, AddressChange.wrong_codes < WRONG_CODES)
    tried = counted.values(wrong_codes=AddressChange.wrong_codes + 1).returning(AddressChange.id)
    if db.scalar(tried) is None:
        return False
    code = "".join(figure for figure in typed[:40] if figure.isdigit())
    db.refresh(change)
    return change.code_hash is not None and compare_digest(_code_hash(key, change, code), change.code_hash)


def proposed(db: CompanySession, account_id: UUID) -> AddressChange | None:
    """What an account is asked to confirm."""
    query = select(AddressChange).filter_by(account_id=account_id)
    return db.scalars(query.where(AddressChange.expires_at > func.now())).one_or_none()


def by_token(db: CompanySession, token: str) -> AddressChange | None:
    """The change that the new address's link confirms. Locked: of two who use it, or replace it, one comes too late."""
    query = select(AddressChange).filter_by(token_hash=hash_token(token)).where(AddressChange.expires_at > func.now())
    return db.scalars(query.with_for_update()).one_or_none()


def by_stop(db: CompanySession, token: str) -> AddressChange | None:
    """The change that the old address's link ends."""
    return db.scalars(select(AddressChange).filter_by(stop_hash=hash_token(token)).with_for_update()).one_or_none()


def accept(db: CompanySession, change: AddressChange) -> bool:
    """The account has the new address from now on; False when somebody else signs in with it by now."""
    values = {"id": change.account_id, "email": change.email, "key": address_key(change.email)}
    old = db.scalar(select(Account.email_key).filter_by(id=change.account_id))
    taken = db.row(ACCEPT, values) is None
    if not taken:
        db.row(FOLLOW, {**values, "old": old})
    db.delete(change)
    db.flush()
    for account in db.scalars(select(Account).filter_by(id=change.account_id)):
        db.refresh(account)
    return not taken


def is_taken(db: CompanySession, account_id: UUID, email: str) -> bool:
    """Whether somebody else here signs in with an address. Never say so to who asks."""
    other = select(Account.id).where(Account.email_key == address_key(email), Account.id != account_id)
    return db.scalar(other) is not None


def forget(db: CompanySession, accounts: Collection[UUID]) -> None:
    """Nothing is asked of them any more: what links there were open nothing."""
    db.execute(delete(AddressChange).where(AddressChange.account_id.in_(accounts)))


def _code_hash(key: bytes, change: AddressChange, code: str) -> bytes:
    return derive(key, "address.code", change.company_id.bytes, change.id.bytes, code)
