"""Passkeys: signing in with a key that a device keeps, and that nobody can be talked into telling.

A key is made for one host of its company (`relying` says which). Its owner's browser refuses it to pages of everybody
else, and we refuse it as well: a company's key is worth nothing at another company, and the platform's own domain,
which all of them share, is never named.
Each use answers a question that was put to this very browser a moment ago, and that can be answered once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quartier.accounts.models import AccountPasskey, OperatorPasskey
from quartier.accounts.realm import Known, Realm
from quartier.accounts.visitors import hash_token, new_token

GOOD_FOR: Final = timedelta(minutes=10)
LONGEST_ANSWER: Final = 20_000
LONGEST_ID: Final = 1023  # bytes; the standard's limit
MOST: Final = 20

Passkey = AccountPasskey | OperatorPasskey


class Refused(Exception):
    """The device's answer does not prove what it should."""


@dataclass(frozen=True)
class Site:
    """Where a key is good. `host` is the one that it is made for, without a port; `origin` is the address of the pages
    that ask for it, as a browser says it. They differ where a company's main address is another host."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Holder:
    """Whom a new key is for: `email` and `name` are what the device shows when it offers the key."""

    account_id: UUID
    email: str
    name: str


@dataclass(frozen=True)
class Answer:
    """What a device said (JSON as a browser writes it), where, and to which question."""

    site: Site
    challenge: bytes
    text: str


def ask(realm: Realm, db: Session, host: str) -> tuple[str, bytes]:
    """A new question about a key for `host`: the token for the browser's cookie, and what is to be signed."""
    question, token, challenge = realm.question, new_token(), token_bytes(32)
    until = datetime.now(UTC) + GOOD_FOR
    db.execute(delete(question).where(question.expires_at < func.now()))
    db.add(question(challenge=challenge, host=host, token_hash=hash_token(token), expires_at=until))
    return token, challenge


def unanswered(realm: Realm, db: Session, token: str) -> str | None:
    """For which host this browser was asked and has not answered: it has no key for it, or its owner thought better."""
    question = realm.question
    mine = select(question.host).where(question.token_hash == hash_token(token), question.expires_at > func.now())
    host: str | None = db.scalar(mine)
    return host


def asked(realm: Realm, db: Session, token: str) -> tuple[str, bytes]:
    """For which host this browser was asked, and what it was to sign; asked for once, and committed, so that no answer
    is taken a second time. Raises Refused."""
    question = realm.question
    mine = delete(question).where(question.token_hash == hash_token(token), question.expires_at > func.now())
    found = db.execute(mine.returning(question.host, question.challenge)).first()
    db.commit()
    if found is None:
        raise Refused("this browser was not asked, or too long ago")
    return found.host, found.challenge


def to_sign_in(site: Site, challenge: bytes) -> bytes:
    """JSON for `navigator.credentials.get`: the device itself knows for whom it has keys here."""
    from webauthn import generate_authentication_options, options_to_json

    options: str = options_to_json(generate_authentication_options(rp_id=site.host, challenge=challenge))
    return options.encode()


def to_make(realm: Realm, db: Session, site: Site, holder: Holder, challenge: bytes) -> bytes:
    """JSON for `navigator.credentials.create`; devices that have a key of this account are left out."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = [one for one in passkeys_of(realm, db, holder.account_id) if one.host == site.host]
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=holder.account_id.bytes,
        user_name=holder.email,
        user_display_name=holder.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    text: str = options_to_json(options)
    return text.encode()


def add(realm: Realm, db: Session, account_id: UUID, name: str, answer: Answer) -> Passkey:
    """Keep a new key of this account. Raises Refused."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=dict(_read(answer.text)), expected_challenge=answer.challenge,
            expected_rp_id=answer.site.host, expected_origin=answer.site.origin,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(str(error)) from error
    if len(made.credential_id) > LONGEST_ID or len(passkeys_of(realm, db, account_id)) >= MOST:
        raise Refused("too many, or too long")
    row = realm.passkey(
        account_id=account_id, credential_id=made.credential_id, public_key=made.credential_public_key,
        host=answer.site.host, name=name, used=made.sign_count,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError as error:
        raise Refused("this key is somebody's already") from error
    return row


def owner_of(realm: Realm, db: Session, answer: Answer) -> Known:
    """Who has answered. The key is held until the transaction ends, so that its count never goes back. Raises Refused.

    The same for a key that nobody has here, a wrong signature and an account that is switched off.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    said = _read(answer.text)
    try:
        key = _held(realm, db, _bytes(said.get("rawId")))
        if key is None or key.host != answer.site.host:
            raise Refused("nobody here has this key")
        _belongs(said, key)
        proof = verify_authentication_response(
            credential=dict(said), expected_challenge=answer.challenge, expected_rp_id=answer.site.host,
            expected_origin=answer.site.origin,
            credential_public_key=key.public_key, credential_current_sign_count=key.used,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(str(error)) from error
    known = realm.by_id(db, key.account_id)
    if known is None:
        raise Refused("the account is switched off")
    key.used, key.used_at = proof.new_sign_count, datetime.now(UTC)
    return known


def passkeys_of(realm: Realm, db: Session, account_id: UUID) -> list[Passkey]:
    """An account's keys, the oldest first; those for a host that the company has given up are among them."""
    mine = select(realm.passkey).where(realm.passkey.account_id == account_id)
    return list(db.scalars(mine.order_by(realm.passkey.id)))


def ways_in(realm: Realm, db: Session, account_id: UUID) -> tuple[bool, list[Passkey]]:
    """Whether the account has a password, and its keys, in one question."""
    account, passkey = realm.account, realm.passkey
    both = select(account.password_hash.is_not(None), passkey).outerjoin(passkey, passkey.account_id == account.id)
    rows: Sequence[Any] = db.execute(both.where(account.id == account_id).order_by(passkey.id)).all()
    return any(row[0] for row in rows), [row[1] for row in rows if row[1] is not None]


def passkey_of(realm: Realm, db: Session, account_id: UUID, passkey_id: UUID) -> Passkey | None:
    """One of the account's own keys."""
    return next((one for one in passkeys_of(realm, db, account_id) if one.id == passkey_id), None)


def remove(db: Session, key: Passkey) -> None:
    """This key opens nothing any more. The device goes on offering it; only its owner can remove it there."""
    db.delete(key)
    db.flush()


def _held(realm: Realm, db: Session, credential_id: bytes) -> Passkey | None:
    mine = select(realm.passkey).where(realm.passkey.credential_id == credential_id)
    found: Passkey | None = db.scalars(mine.with_for_update()).first()  # type: ignore[assignment]
    return found


def _read(answer: str) -> Mapping[str, Any]:
    """The answer as a browser writes it. Foreign text: whatever it is, it is an object or refused."""
    if not answer or len(answer) > LONGEST_ANSWER:
        raise Refused("no answer, or a long one")
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError as error:
        raise Refused("no JSON") from error
    if not isinstance(said, dict):
        raise Refused("no object")
    return said


def _belongs(said: Mapping[str, Any], key: Passkey) -> None:
    """The device says for whom it has kept the key; it has to be the key's owner."""
    handle = said["response"].get("userHandle")
    if handle and _bytes(handle) != key.account_id.bytes:
        raise Refused("the key is somebody else's")


def _bytes(text: Any) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text) if isinstance(text, str) else b""
