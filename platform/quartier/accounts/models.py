"""Logins, sessions and rights: of people at a company, and of operators at the platform.

Both have the same life (sign in, forget, change, leave), so their tables share their columns, and in code the
reference to the login is `account_id` in both. What differs, and keeps them apart, is the company.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Counted, Dated, belongs_to, new_id, of_company
from quartier.i18n.localized import LocalizedText, LocalizedTextType


class Login:
    """An address with a password. `email_key` is how addresses are compared; no hash means: reset it first.

    `formats` is the country whose dates and numbers its owner reads, `timezone` where their clock is; None: as usual.
    """

    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    formats: Mapped[str | None] = mapped_column(Text)
    timezone: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))


class Device(Dated):
    """A signed-in browser. Only the hash of its token is known; `stays` says that its cookie outlives the browser."""

    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    stays: Mapped[bool] = mapped_column(server_default=text("false"))
    device: Mapped[str] = mapped_column(Text, server_default="")
    network: Mapped[str] = mapped_column(Text, server_default="")


class ResetLink(Dated):
    """A link sent by mail; usable once, for an hour."""

    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Try:
    """A try that failed (or, for reset mails, that was made), kept for a day: it slows the next one down."""

    subject: Mapped[str] = mapped_column(Text)
    failed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Origin:
    """Where somebody has signed in from: a network, or a device by the hash of its mark (see `throttle`)."""

    sign: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PublicKey(Dated):
    """A passkey: the public half of a key whose other half never leaves its owner's devices.

    `host` is the one that it was made for (`relying`); `used` counts as the device does, where it does.
    """

    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    host: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    used: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    used_at: Mapped[datetime | None]


class Question:
    """What a device is to sign to prove that it holds a passkey for `host`. One browser, a few minutes, and once."""

    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    host: Mapped[str] = mapped_column(Text, server_default="")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class Account(Login, CompanyOwned, Dated, Base):
    """A login at one company. The same address may have one at another company: they are strangers."""

    __tablename__ = "account"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        UniqueConstraint("company_id", "person_id"),
        UniqueConstraint("company_id", "email_key"),
    )

    person_id: Mapped[UUID]


class AccountSession(Device, CompanyOwned, Base):
    """A signed-in device at a company."""

    __tablename__ = "account_session"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "account_id"),
    )

    account_id: Mapped[UUID]


class PasswordReset(ResetLink, CompanyOwned, Base):
    """A reset link of an account."""

    __tablename__ = "password_reset"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "account_id"),
    )

    account_id: Mapped[UUID]


class AddressChange(CompanyOwned, Dated, Base):
    """An address that an account is to sign in with once its owner has confirmed it; see `addresses`.

    `origin` says who wishes it: the company's "books", or the "person", who may also type a code (`code_hash`).
    """

    __tablename__ = "address_change"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "account_id"),
        UniqueConstraint("company_id", "token_hash"),
        UniqueConstraint("company_id", "stop_hash"),
        CheckConstraint("origin in ('books', 'person')", name="origin"),
    )

    account_id: Mapped[UUID]
    origin: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    stop_hash: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrong_codes: Mapped[int] = mapped_column(server_default="0")
    expires_at: Mapped[datetime]


class SignInFailure(Try, CompanyOwned, Base):
    """A failed try at a company."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (of_company(), Index(None, "company_id", "subject", "failed_at"))


class AccountOrigin(Origin, CompanyOwned, Base):
    """A known origin of an account."""

    __tablename__ = "account_origin"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "account_id", "sign"),
    )

    account_id: Mapped[UUID]


class AccountPasskey(PublicKey, CompanyOwned, Base):
    """A passkey of an account."""

    __tablename__ = "account_passkey"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "credential_id"),
        Index(None, "company_id", "account_id"),
        Index(None, "company_id", "host"),
    )

    account_id: Mapped[UUID]


class PasskeyQuestion(Question, CompanyOwned, Base):
    """A question asked at a company; whose answer it may be, shows when it comes."""

    __tablename__ = "passkey_question"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "expires_at"),
    )


class Agent(CompanyOwned, Dated, Counted, Base):
    """A member of the company's team; what they may do where is in their grants.

    Somebody of another company has its name as `employer`, and an end: the first day on which they are no agent here.
    """

    __tablename__ = "agent"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        UniqueConstraint("company_id", "person_id"),
        CheckConstraint("employer = '' OR ends IS NOT NULL", name="outsiders_end"),
    )

    person_id: Mapped[UUID]
    job: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    hours: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    is_public: Mapped[bool] = mapped_column(server_default=text("false"))
    employer: Mapped[str] = mapped_column(Text, server_default="")
    ends: Mapped[date | None]
    deactivated_at: Mapped[datetime | None]
    deactivated_by: Mapped[str] = mapped_column(Text, server_default="")


class AgentGrant(CompanyOwned, Dated, Base):
    """Permissions at one place of the estate and all below it; without a place, for the whole company.

    They hold from `starts` until the day before `ends`, the company's local dates, unless somebody ends them sooner.
    Without a permission it only says where somebody works. Grants are ended, not changed: what held when stays known.
    Nothing is given twice (`team.grants`); exact doubles the database refuses as well, whoever writes them. An index
    holds at most 2,700 bytes, and somebody may have a hundred rights: so it holds their hash.
    """

    __tablename__ = "agent_grant"
    __table_args__ = (
        of_company(),
        *(belongs_to(table, f"{table}_id") for table in ("agent", "property", "building", "unit")),
        *(Index(None, "company_id", f"{table}_id") for table in ("agent", "property", "building", "unit")),
        Index(
            "uq_agent_grant_once",
            "company_id",
            "agent_id",
            "property_id",
            "building_id",
            "unit_id",
            "starts",
            "ends",
            text("hash_array_extended(permissions, 0)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("num_nonnulls(property_id, building_id, unit_id) <= 1", name="one_place"),
        CheckConstraint("ends > starts", name="ends_after_start"),
    )

    agent_id: Mapped[UUID]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    property_id: Mapped[UUID | None]
    building_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    given_by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(Text, server_default="")


class ApiToken(CompanyOwned, Dated, Base):
    """A machine's key to the API: shown once, kept as a hash, limited by scopes (permissions) and in time.

    It opens what the agent who made it may do today, and of that its scopes: nobody hands on more than they have. Of an
    older one nobody may know the agent; `properties` is its limit, and empty means everywhere.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        of_company(),
        belongs_to("agent", "agent_id"),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "agent_id"),
    )

    agent_id: Mapped[UUID | None]

    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    properties: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    expires_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Operator(Login, Dated, Base):
    """Staff of the platform. No company's row, and no company's session can see it."""

    __tablename__ = "operator"
    __table_args__ = (
        CheckConstraint("role in ('sales', 'support', 'finance', 'admin')", name="role"),
        UniqueConstraint("email_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text, server_default="sales")


class OperatorSession(Device, Base):
    """A signed-in device of an operator."""

    __tablename__ = "operator_session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column("operator_id", ForeignKey("operator.id", ondelete="CASCADE"), index=True)


class OperatorReset(ResetLink, Base):
    """A reset link of an operator."""

    __tablename__ = "operator_reset"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column("operator_id", ForeignKey("operator.id", ondelete="CASCADE"), index=True)


class OperatorFailure(Try, Base):
    """A failed try at the console."""

    __tablename__ = "operator_failure"
    __table_args__ = (Index(None, "subject", "failed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class OperatorOrigin(Origin, Base):
    """A known origin of an operator."""

    __tablename__ = "operator_origin"
    __table_args__ = (UniqueConstraint("operator_id", "sign"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column("operator_id", ForeignKey("operator.id", ondelete="CASCADE"))


class OperatorPasskey(PublicKey, Base):
    """A passkey of an operator."""

    __tablename__ = "operator_passkey"
    __table_args__ = (UniqueConstraint("credential_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column("operator_id", ForeignKey("operator.id", ondelete="CASCADE"), index=True)


class OperatorQuestion(Question, Base):
    """A question asked at the console."""

    __tablename__ = "operator_question"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
