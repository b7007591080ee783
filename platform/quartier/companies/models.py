"""A company's brand: its look, the names it gives to modules, how it speaks and what frames its mails."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.companies.naming import OwnApps, OwnAppsType
from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company
from quartier.i18n.localized import LocalizedText, LocalizedTextType
from quartier.theming.shape import AS_DRAWN

PICTURES = ("logo", "logo_dark", "logo_reverse", "icon", "cover", "cover_dark")


class Look:
    """What makes a brand, as a version or as a draft of one.

    `cover_at` says which part of the background picture stays when it is cut: 0 left, 100 right.
    `corners` and `density` are one of those in `theming.shape`. `mail_header` is a line below the company's name at the
    head of its mails, `mail_footer` are lines at their foot and on letters.
    """

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
    corners: Mapped[str] = mapped_column(Text, server_default=AS_DRAWN)
    density: Mapped[str] = mapped_column(Text, server_default=AS_DRAWN)
    micro_apps: Mapped[OwnApps] = mapped_column(OwnAppsType, server_default=text("'{}'"))
    tone: Mapped[str] = mapped_column(Text, server_default="formal")
    mail_header: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    mail_footer: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))


class Wearer:
    """Who wears a look: the company (no property), or those who live in one property, a sub-brand.

    Of a sub-brand the facts named in `own` count; for the others the company's stand, whatever the row says of them.
    One with nothing of its own looks like the company: so it has ended, until it is given something again.
    """

    property_id: Mapped[UUID | None]
    own: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class BrandVersion(CompanyOwned, Dated, Look, Wearer, Base):
    """A brand as it was published; the portal may add versions and change none.

    In force is the one with the latest `published_at` that is over, of each wearer. That moment may lie ahead: until it
    comes, the version is planned and can be `withdrawn`, afterwards no more. `number` counts the versions of a wearer
    as they were made; `restored` is the number of the one whose look was taken up again.
    """

    __tablename__ = "brand_version"
    __table_args__ = (
        of_company(),
        Index(None, "company_id", "published_at"),
        UniqueConstraint("company_id", "property_id", "number", postgresql_nulls_not_distinct=True),
        CheckConstraint("withdrawn_at < published_at", name="withdrawn_in_time"),
        CheckConstraint("(property_id is null) = (own is null)", name="own_of_property"),
        belongs_to("property", "property_id"),
        CheckConstraint("tone in ('formal', 'informal')", name="tone"),
        *(belongs_to("stored_file", f"{kind}_id", ondelete="SET NULL") for kind in PICTURES),
    )

    number: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    author: Mapped[str] = mapped_column(Text, server_default="")
    restored: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]


class BrandDraft(CompanyOwned, Dated, Look, Wearer, Base):
    """The look that a company is working at: at most one for each wearer, for all who may.

    `mark` is another one with every save, so that nobody writes over a colleague; `based_on` is the number of the
    version in force when the draft was begun.
    """

    __tablename__ = "brand_draft"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "property_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("tone in ('formal', 'informal')", name="tone"),
        CheckConstraint("(property_id is null) = (own is null)", name="own_of_property"),
        belongs_to("property", "property_id"),
        *(belongs_to("stored_file", f"{kind}_id", ondelete="SET NULL") for kind in PICTURES),
    )

    mark: Mapped[UUID]
    based_on: Mapped[int]
    author: Mapped[str] = mapped_column(Text, server_default="")
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())
