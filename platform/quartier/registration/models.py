"""A registration on its way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company


class Registration(CompanyOwned, Dated, Base):
    """Somebody who has come with an invitation and is not in yet. It blocks nobody: everybody may begin anew.

    The browser holds a token, the mail a code and a link; of all three only hashes are kept. Who comes by the link goes
    on from there, on whatever device. `account_id` is the id that the account will have: a passkey needs it before.
    """

    __tablename__ = "registration"
    __table_args__ = (
        of_company(),
        belongs_to("invitation", "invitation_id"),
        UniqueConstraint("company_id", "token_hash"),
        UniqueConstraint("company_id", "link_hash"),
        Index(None, "company_id", "invitation_id"),
        Index(None, "company_id", "expires_at"),
    )

    invitation_id: Mapped[UUID]
    account_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrong_codes: Mapped[int] = mapped_column(server_default="0")
    confirmed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
