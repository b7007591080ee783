"""Devices that ring: switched on in a browser by who is signed in there, and gone with that session."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete

from quartier.config import Config
from quartier.db.base import new_id
from quartier.notifications.models import PushDevice
from quartier.notifications.sealing import check, decoded
from quartier.outbound.addresses import Resolve, checked, read, resolve
from quartier.tenancy.session import CompanySession

MOST: Final = 20
"""Devices of one account; who switches one on more loses the oldest."""
KEPT: Final = """
    INSERT INTO push_device (id, account_id, session_id, endpoint, endpoint_hash, public_key, secret)
    VALUES (%(id)s, %(account)s, %(session)s, %(endpoint)s, %(hash)s, %(public_key)s, %(secret)s)
    ON CONFLICT (company_id, endpoint_hash) DO UPDATE SET account_id = excluded.account_id, failures = 0,
        session_id = excluded.session_id, public_key = excluded.public_key, secret = excluded.secret RETURNING id
"""
OTHERS: Final = """
    DELETE FROM push_device WHERE account_id = %(account)s AND id <> %(kept)s AND (session_id = %(session)s OR id IN (
        SELECT id FROM push_device WHERE account_id = %(account)s ORDER BY id DESC OFFSET %(most)s)) RETURNING id
"""
LISTED: Final = """
    SELECT d.id, d.session_id, d.created_at, d.failures, s.device, s.seen_at
      FROM push_device d JOIN account_session s ON s.company_id = d.company_id AND s.id = d.session_id
     WHERE d.account_id = %(account)s AND s.expires_at > now() ORDER BY s.seen_at DESC
"""


@dataclass(frozen=True)
class Subscription:
    """What a browser hands over (Push API): where it is rung, and the keys that it reads with."""

    endpoint: str
    public_key: bytes
    secret: bytes


def subscription(
    endpoint: str, public_key: str, secret: str, config: Config, *, resolver: Resolve = resolve
) -> Subscription:
    """Look at what a browser sent: it can be anything. Raises Refused for the address, Unusable for the keys."""
    checked(read(endpoint, config), config, resolver=resolver)
    found = Subscription(endpoint, decoded(public_key), decoded(secret))
    check(found.public_key, found.secret)
    return found


def switch_on(db: CompanySession, account_id: UUID, session_id: UUID, wanted: Subscription) -> UUID:
    """Ring this browser for this account, for as long as the session lasts; each browser rings for one account."""
    values = {
        "id": new_id(), "account": account_id, "session": session_id, "endpoint": wanted.endpoint,
        "hash": sha256(wanted.endpoint.encode()).digest(), "public_key": wanted.public_key, "secret": wanted.secret,
        "most": MOST,
    }  # fmt: skip
    found: UUID = db.row(KEPT, values).id
    db.rows(OTHERS, {**values, "kept": found})
    return found


def switch_off(db: CompanySession, account_id: UUID, device_id: UUID) -> bool:
    """Ring this one no more; False when the account has no such device."""
    gone = delete(PushDevice).filter_by(id=device_id, account_id=account_id).returning(PushDevice.id)
    return db.scalar(gone) is not None


def devices_of(db: CompanySession, account_id: UUID) -> list[Any]:
    """An account's devices that ring, the last used first: `session_id`, `created_at`, `device`, `seen_at`.

    `failures` counts messages in a row that did not arrive.
    """
    return db.rows(LISTED, {"account": account_id})
