"""A company's looks and the names it gives to modules."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company
from quartier.i18n.localized import LocalizedText, LocalizedTextType

PICTURES = ("logo", "logo_dark", "logo_reverse", "icon", "cover", "cover_dark")


class BrandVersion(CompanyOwned, Dated, Base):
    """A brand as it was published; the newest one is in force, the earlier ones are its history.

    `cover_at` says which part of the background picture stays when it is cut: 0 left, 100 right.
    """

    __tablename__ = "brand_version"
    __table_args__ = (
        of_company(),
        Index(None, "company_id", "published_at"),
        *(belongs_to("stored_file", f"{kind}_id", ondelete="SET NULL") for kind in PICTURES),
    )

    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    app_name: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    theme: Mapped[str] = mapped_column(Text)
    colour: Mapped[str] = mapped_column(Text)
    second: Mapped[str | None] = mapped_column(Text)
    logo_id: Mapped[UUID | None]
    logo_dark_id: Mapped[UUID | None]
    logo_reverse_id: Mapped[UUID | None]
    icon_id: Mapped[UUID | None]
    cover_id: Mapped[UUID | None]
    cover_dark_id: Mapped[UUID | None]
    cover_at: Mapped[int] = mapped_column(server_default="50")


class MicroAppName(CompanyOwned, Base):
    """What this company calls a module, with which icon and where in the order."""

    __tablename__ = "micro_app"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "module"))

    module: Mapped[str] = mapped_column(Text)
    name: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    short_name: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    icon: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(server_default="100")
