"""Keys of programs to the console's API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, Dated, new_id


class PlatformToken(Dated, Base):
    """A program's key: shown once, kept as a hash, with one role of operators and an end.

    `requests` are those since `window_at`, for the limit.
    """

    __tablename__ = "platform_token"
    __table_args__ = (
        CheckConstraint("role in ('sales', 'support', 'finance', 'admin')", name="role"),
        UniqueConstraint("token_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    window_at: Mapped[datetime] = mapped_column(server_default=func.now())
    requests: Mapped[int] = mapped_column(server_default=text("0"))


class PlatformAnswer(Dated, Base):
    """The answer to a POST with an Idempotency-Key, kept for a day. `status` is None while the work is being done."""

    __tablename__ = "platform_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_id: Mapped[UUID] = mapped_column(ForeignKey(PlatformToken.id, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    etag: Mapped[str] = mapped_column(Text, server_default="")
