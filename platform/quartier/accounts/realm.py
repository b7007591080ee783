"""The two sets of logins, in one shape: people at a company, and operators at the console.

What follows (sessions, throttle, resets, pages) is written once and takes a realm. A realm cannot mix them up: it names
its own tables, and the session it is used with sees only one company's rows, or only the platform's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from quartier.accounts.models import (
    Account,
    AccountOrigin,
    AccountPasskey,
    AccountSession,
    Operator,
    OperatorFailure,
    OperatorOrigin,
    OperatorPasskey,
    OperatorQuestion,
    OperatorReset,
    OperatorSession,
    PasskeyQuestion,
    PasswordReset,
    SignInFailure,
)
from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.visitors import COOKIE as PORTAL_COOKIE
from quartier.mail.addresses import address_key
from quartier.people.models import Person

AnyAccount = Account | Operator
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Known:
    """An active account with what a mail to its owner needs to know. `language` is None when nobody has said."""

    account: AnyAccount
    name: str
    language: str | None

    @property
    def person_id(self) -> UUID | None:
        """Who this is at the company; operators are of none."""
        return getattr(self.account, "person_id", None)


@dataclass(frozen=True)
class Realm:
    """One set of logins. `stay` is how long a device stays signed in when its owner asks for it."""

    name: str
    account: type[Account | Operator]
    session: type[AccountSession | OperatorSession]
    reset: type[PasswordReset | OperatorReset]
    failure: type[SignInFailure | OperatorFailure]
    origin: type[AccountOrigin | OperatorOrigin]
    passkey: type[AccountPasskey | OperatorPasskey]
    question: type[PasskeyQuestion | OperatorQuestion]
    find: Callable[[Session, Condition], Known | None]
    cookie: str
    stay: timedelta

    @property
    def device_cookie(self) -> str:
        """The mark of a known device; see `throttle`."""
        return f"{self.cookie}-device"

    @property
    def question_cookie(self) -> str:
        """Which browser was asked to prove that it holds a passkey; see `passkeys`."""
        return f"{self.cookie}-question"

    def by_email(self, db: Session, email: str) -> Known | None:
        """The active account with this address."""
        return self.find(db, self.account.email_key == address_key(email))

    def by_id(self, db: Session, account_id: UUID) -> Known | None:
        """The active account with this id."""
        return self.find(db, self.account.id == account_id)


def _person(db: Session, condition: Condition) -> Known | None:
    here = (Person.company_id == Account.company_id) & (Person.id == Account.person_id)
    language = func.coalesce(Account.language, Person.language)
    found = db.execute(select(Account, Person, language).join(Person, here).where(condition, Account.is_active)).first()
    return Known(found[0], found[1].name, found[2]) if found else None


def _operator(db: Session, condition: Condition) -> Known | None:
    found = db.scalars(select(Operator).where(condition, Operator.is_active)).first()
    return Known(found, found.name, found.language) if found else None


PORTAL = Realm(
    name="portal",
    account=Account,
    session=AccountSession,
    reset=PasswordReset,
    failure=SignInFailure,
    origin=AccountOrigin,
    passkey=AccountPasskey,
    question=PasskeyQuestion,
    find=_person,
    cookie=PORTAL_COOKIE,
    stay=timedelta(days=90),
)
CONSOLE = Realm(
    name="console",
    account=Operator,
    session=OperatorSession,
    reset=OperatorReset,
    failure=OperatorFailure,
    origin=OperatorOrigin,
    passkey=OperatorPasskey,
    question=OperatorQuestion,
    find=_operator,
    cookie=CONSOLE_COOKIE,
    stay=timedelta(days=7),
)
