"""Slowing down who guesses, without locking out who owns.

Every try is counted before the password is looked at, in the database, so that parallel tries and several processes
see each other's. After a few free ones each further try has to wait twice as long as the one before, up to a quarter of
an hour; a try that comes too early is refused, not counted, and costs no hashing. Which count a try falls into depends
on where it comes from:

* **A known device** (it carries a mark from an earlier sign-in to this account) has a count of its own. Nobody else
  can add to it: whatever others try, on this network or elsewhere, the owner's phone is not slowed down.
* **A known network** (this account has signed in from it in the last half year) has, for this account, a count of its
  own, and shares the network's. Tries from the rest of the world do not slow it down.
* **Anywhere else** all tries on the account share one count, which is what stops a guess spread over many networks,
  and those of the network share another, which stops one machine trying many accounts. An owner on a new device, in a
  new place, while somebody is guessing, may have to wait for a quarter of an hour, and can reset the password by mail
  instead, which makes the new device known.

Counts are kept for addresses that nobody has as well, so that waiting tells nothing about who exists. (Who shares a
network with somebody, and has another one to try from, could learn that this address has signed in here before. We
prefer that to locking out the owner at home.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Final
from uuid import UUID

from sqlalchemy import delete, extract, func, or_, select, text
from sqlalchemy.orm import Session

from quartier.accounts.realm import Realm
from quartier.mail.addresses import address_key

LONGEST_WAIT: Final = 900  # seconds
KEPT: Final = timedelta(days=1)
REMEMBERED: Final = timedelta(days=180)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


@dataclass(frozen=True)
class Source:
    """Where a try comes from. `device` is the mark in the browser's cookie, if it has one."""

    network: str
    device: str | None = None

    @property
    def network_sign(self) -> str:
        """How the network is remembered."""
        return f"network:{self.network}"

    @property
    def device_sign(self) -> str | None:
        """How the device is remembered: by a hash, for who holds the mark passes for the device."""
        return f"device:{_digest(self.device)}" if self.device else None


@dataclass(frozen=True)
class Count:
    """One count of tries: after `free` of them within `window` the waiting begins, up to `longest` seconds."""

    subject: str
    free: int
    window: timedelta
    longest: int = LONGEST_WAIT


@dataclass(frozen=True)
class Tried:
    """A try that was let through and counted."""

    counts: tuple[Count, ...]
    ids: tuple[UUID, ...]


class TooSoon(Exception):
    """The next try is possible in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


def network_of(address: str | None) -> str:
    """The neighbourhood of an address: /24, or /48 for IPv6, because single addresses cost nothing to change."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network(f"{mapped}/{24 if mapped.version == 4 else 48}", strict=False))


def admit(realm: Realm, db: Session, purpose: str, email: str, source: Source) -> Tried:
    """Count a try, or raise TooSoon. Writes, so the caller commits: before the slow part, and whatever comes of it."""
    return admit_counts(realm, db, _counts(purpose, email, source, _known_signs(realm, db, email, source)))


def admit_counts(realm: Realm, db: Session, counts: Sequence[Count]) -> Tried:
    """The same for whatever else somebody may guess: a try falls into these counts."""
    for count in counts:
        db.execute(LOCK, {"key": f"{realm.name}:{getattr(db, 'company_id', '')}:{count.subject}"})
    if wait := max(_wait(realm, db, count) for count in counts):
        raise TooSoon(wait)
    rows = [realm.failure(subject=count.subject) for count in counts]
    db.add_all(rows)
    db.flush()
    _sweep(realm, db)
    return Tried(tuple(counts), tuple(row.id for row in rows))


def forgive(realm: Realm, db: Session, tried: Tried) -> None:
    """The try was the owner's: it does not count, and neither do the owner's earlier ones.

    The network keeps its earlier failures; else somebody with an account could wash away tries on others'.
    """
    own = [count.subject for count in tried.counts if not _is_network(count)]
    db.execute(delete(realm.failure).where(or_(realm.failure.id.in_(tried.ids), realm.failure.subject.in_(own))))


def forgive_tries(realm: Realm, db: Session, tried: Tried) -> None:
    """This try alone does not count."""
    db.execute(delete(realm.failure).where(realm.failure.id.in_(tried.ids)))


def tries(realm: Realm, db: Session, count: Count) -> int:
    """How many tries a count holds now."""
    failure = realm.failure
    within = failure.failed_at > func.clock_timestamp() - count.window
    return db.scalar(select(func.count()).where(failure.subject == count.subject, within)) or 0


def remember(realm: Realm, db: Session, account_id: UUID, source: Source) -> None:
    """The owner has been here: keep the network and the device as known, and forget what is old."""
    signs = [sign for sign in (source.network_sign, source.device_sign) if sign]
    old = realm.origin.seen_at < func.now() - REMEMBERED
    db.execute(
        delete(realm.origin).where(realm.origin.account_id == account_id, or_(realm.origin.sign.in_(signs), old))
    )
    db.add_all(realm.origin(account_id=account_id, sign=sign) for sign in signs)


def forget_origins(realm: Realm, db: Session, account_id: UUID) -> None:
    """The password may have been somebody else's as well: no device is known any more."""
    db.execute(delete(realm.origin).where(realm.origin.account_id == account_id))


def _known_signs(realm: Realm, db: Session, email: str, source: Source) -> set[str]:
    origin, account = realm.origin, realm.account
    return set(
        db.scalars(
            select(origin.sign)
            .join(account, account.id == origin.account_id)
            .where(
                account.email_key == address_key(email),
                origin.sign.in_([source.network_sign, source.device_sign or ""]),
                origin.seen_at > func.now() - REMEMBERED,
            )
        )
    )


def _counts(purpose: str, email: str, source: Source, known: set[str]) -> Sequence[Count]:
    account = f"{purpose}:account:{_digest(address_key(email))}"
    network = Count(f"{purpose}:{source.network_sign}", free=50, window=timedelta(hours=1))
    if source.device_sign in known:
        return [Count(f"{account}:{source.device_sign}", free=5, window=KEPT)]
    if source.network_sign in known:
        return [Count(f"{account}:{source.network_sign}", free=5, window=KEPT), network]
    return [Count(account, free=5, window=KEPT), network]


def _is_network(count: Count) -> bool:
    return ":account:" not in count.subject


def _wait(realm: Realm, db: Session, count: Count) -> int:
    """Seconds until this count lets a try through. The clock is the database's, and runs on inside a transaction."""
    now = func.clock_timestamp()
    failed_at = realm.failure.failed_at
    tries, age = db.execute(
        select(func.count(), extract("epoch", now - func.max(failed_at))).where(
            realm.failure.subject == count.subject, failed_at > now - count.window
        )
    ).one()
    if tries < count.free:
        return 0
    return max(0, ceil(min(count.longest, 2.0 ** min(tries - count.free, 20)) - float(age)))


def _sweep(realm: Realm, db: Session) -> None:
    db.execute(delete(realm.failure).where(realm.failure.failed_at < func.now() - KEPT))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
