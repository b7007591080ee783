"""From an invitation to an account. Nothing here commits; what lets somebody in is one statement (`accept`)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from quartier.accounts.models import Account
from quartier.accounts.names import account_of_person
from quartier.accounts.realm import Known
from quartier.accounts.visitors import hash_token, new_token
from quartier.db.base import new_id
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.estate.history import acting
from quartier.estate.services import Edited, EstateError
from quartier.invitations.models import Invitation
from quartier.invitations.services import accept
from quartier.keys import derive
from quartier.locks.fields import locked_fields
from quartier.mail.addresses import address_key
from quartier.merging import services as merging
from quartier.merging.planning import Wishes, plan
from quartier.people.models import Person
from quartier.people.services import change_person, tell_of_addresses
from quartier.registration.letters import CONFIRM, confirm_letter
from quartier.registration.models import Registration
from quartier.registration.queries import person_of
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

LASTS: Final = timedelta(days=2)
WRONG_CODES: Final = 5
"""So many tries a code of six figures has; then another one is sent."""


class Over(Exception):
    """The invitation was withdrawn or taken meanwhile."""


class Taken(Exception):
    """The address has an account that cannot be used for this."""


class NotMerged(Exception):
    """The two entries cannot become one here; the message is the reason."""


@dataclass(frozen=True)
class Sender:
    """What it takes to write: the installation's key, the origin of the company's host and the company's name."""

    key: bytes
    origin: str
    company: str


def start(db: CompanySession, invitation: Invitation, email: str, *, confirmed: bool) -> tuple[Registration, str]:
    """Begin; the token is for the browser's cookie."""
    token, now = new_token(), datetime.now(UTC)
    row = Registration(
        id=new_id(), invitation_id=invitation.id, account_id=new_id(), email=email, token_hash=hash_token(token),
        confirmed_at=now if confirmed else None, expires_at=now + LASTS, wrong_codes=0,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row, token


def send_code(db: CompanySession, registration: Registration, person: Person, language: str, sender: Sender) -> None:
    """A new code and a new link by mail; the ones before are worth nothing any more."""
    code, link = f"{secrets.randbelow(1_000_000):06}", new_token()
    registration.code_hash, registration.wrong_codes = _code_hash(sender.key, registration, code), 0
    registration.link_hash = hash_token(link)
    db.flush()
    reader = Reader(registration.email, "", language, person.id)
    url = f"{sender.origin}/join/confirm/{link}"
    deliver(db, CONFIRM, reader, lambda: confirm_letter(sender.company, code, url))


def try_code(db: CompanySession, registration: Registration, typed: str, key: bytes) -> bool:
    """Whether this is the code. Each try counts, so the caller commits, whatever comes of it."""
    counted = (
        update(Registration)
        .where(Registration.id == registration.id, Registration.wrong_codes < WRONG_CODES)
        .values(wrong_codes=Registration.wrong_codes + 1)
    )
    if db.scalar(counted.returning(Registration.id)) is None:
        return False
    code = "".join(figure for figure in typed[:40] if figure.isdigit())
    db.refresh(registration)
    if registration.code_hash is None or not compare_digest(
        _code_hash(key, registration, code), registration.code_hash
    ):
        return False
    confirm(registration)
    return True


def confirm(registration: Registration) -> None:
    """The address is theirs."""
    registration.confirmed_at = registration.confirmed_at or datetime.now(UTC)


def known_account(db: CompanySession, email: str) -> Account | None:
    """The account at this company that has this address; at other companies everybody is a stranger."""
    return db.scalars(select(Account).where(Account.email_key == address_key(email))).first()


def open_account(
    db: CompanySession, registration: Registration, *, password_hash: str | None, language: str
) -> Account:
    """The account of who was invited. Raises Over and Taken; then nothing has happened."""
    invitation = _held(db, registration.invitation_id)
    if account_of_person(db, invitation.person_id) is not None:
        raise Over
    account = Account(
        id=registration.account_id, person_id=invitation.person_id, email=registration.email,
        email_key=address_key(registration.email), password_hash=password_hash, language=language,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(account)
    except IntegrityError as error:
        raise Taken from error
    if not accept(db, invitation.id, account.id):
        raise Over
    _note_address(db, person_of(db, invitation.person_id), registration.email)
    return account


def add_to(db: CompanySession, invitation_id: UUID, known: Known) -> list[UUID]:
    """What was meant for the invited entry belongs to this account: the two entries are one person, who says so with
    the account's password and the invitation. The accounts for which modules have to count anew.

    Raises Over and NotMerged; then nothing has happened.
    """
    invitation, own = _held(db, invitation_id), known.person_id
    invited = invitation.person_id
    if not accept(db, invitation.id, known.account.id):
        raise Over
    if own is None or own == invited:
        return []
    try:
        both = {one.id: one.version for one in (person_of(db, own), person_of(db, invited))}
        merging.lock(db, both)
        made = plan(db, [own, invited], Wishes(login=known.account.id))
        accounts = merging.accounts_of(db, [own, invited])
        merging.merge(db, made, by=Viewer("resident", account_id=known.account.id, person_id=own, name=known.name))
    except (EstateError, Edited) as error:
        raise NotMerged(str(error)) from error
    tell_of_addresses(db)
    return accounts


def _held(db: CompanySession, invitation_id: UUID) -> Invitation:
    """The invitation, held: who withdraws or accepts it at the same moment waits, and comes too late."""
    found = db.scalars(select(Invitation).where(Invitation.id == invitation_id).with_for_update()).first()
    if found is None:
        raise Over
    return found


def _note_address(db: CompanySession, person: Person, email: str) -> None:
    """Where nothing was known it is now; what the ERP owns, or somebody has written, stays."""
    if not person.email and "email" not in locked_fields(db, "person"):
        with acting(db, person.name, "system"):
            change_person(db, person, {"email": email}, version=person.version)


def _code_hash(key: bytes, registration: Registration, code: str) -> bytes:
    return derive(key, "registration.code", registration.company_id.bytes, registration.id.bytes, code)
