"""Categories, articles, their texts by language, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.sdk import (
    Base,
    CompanyOwned,
    Dated,
    HasAudience,
    LocalizedText,
    LocalizedTextType,
    belongs_to,
    of_company,
)

STATUSES = ("draft", "published", "archived")
EVENTS = ("created", "saved", "moved", "published", "unpublished", "archived", "restored", "imported")

OF_THE_COMPANY = {"info": {"people": "what the company publishes; who wrote it is taken out with that person"}}
"""Nothing of these tables goes with a person."""


class Category(CompanyOwned, Dated, Base):
    """A topic. `key` names it in files and in the API."""

    __tablename__ = "faq_category"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "key"), OF_THE_COMPANY)

    key: Mapped[str] = mapped_column(Text)
    name: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    icon: Mapped[str] = mapped_column(Text, server_default="help")
    position: Mapped[int] = mapped_column(server_default=text("0"))


class Article(CompanyOwned, Dated, HasAudience, Base):
    """What all languages of an article share.

    Published with `publish_at` in the future is scheduled: every read compares with its own moment, so nothing has to
    happen at that moment. `version` grows with every change that another editor must know of before saving. `votes`
    are answers that it helped, less those that it did not.
    """

    __tablename__ = "faq_article"
    __table_args__ = (
        of_company(),
        belongs_to("faq_category", "category_id", ondelete="NO ACTION"),
        belongs_to("account", "confirmed_by", ondelete="SET NULL"),
        UniqueConstraint("company_id", "slug"),
        Index(None, "company_id", "category_id", "position"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("status <> 'published' or publish_at is not null", name="published_since"),
        OF_THE_COMPANY,
    )

    slug: Mapped[str] = mapped_column(Text)
    category_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    status: Mapped[str] = mapped_column(Text, server_default="draft")
    publish_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    votes: Mapped[int] = mapped_column(server_default=text("0"))


class ArticleText(CompanyOwned, Base):
    """An article in one language: Markdown as written, HTML as rendered when it was saved, and keys to be found by.

    `head_key` holds title, summary and headings, `body_key` every word. All keys are made by `search_key`.
    """

    __tablename__ = "faq_article_text"
    __table_args__ = (
        of_company(),
        belongs_to("faq_article", "article_id"),
        UniqueConstraint("company_id", "article_id", "language"),
        Index(
            None,
            "company_id", "head_key", "body_key",
            postgresql_using="gin",
            postgresql_ops={"head_key": "gin_trgm_ops", "body_key": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
        OF_THE_COMPANY,
    )  # fmt: skip

    article_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, server_default="")
    body: Mapped[str] = mapped_column(Text, server_default="")
    html: Mapped[str] = mapped_column(Text, server_default="")
    headings: Mapped[list[list[Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    title_key: Mapped[str] = mapped_column(Text, server_default="")
    head_key: Mapped[str] = mapped_column(Text, server_default="")
    body_key: Mapped[str] = mapped_column(Text, server_default="")


class Revision(CompanyOwned, Base):
    """What an article was after a change; rows are only ever added. `number` is the article's version.

    The author is an account, so that a person who goes takes the name along, or else a machine's name.
    """

    __tablename__ = "faq_revision"
    __table_args__ = (
        of_company(),
        belongs_to("faq_article", "article_id"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "article_id", "number"),
        CheckConstraint(f"event in {EVENTS}", name="event"),
        OF_THE_COMPANY,
    )

    article_id: Mapped[UUID]
    number: Mapped[int]
    event: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    author_id: Mapped[UUID | None]
    machine: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Feedback(CompanyOwned, Base):
    """Whether an article helped somebody: one answer per account, which may change."""

    __tablename__ = "faq_feedback"
    __table_args__ = (
        of_company(),
        belongs_to("faq_article", "article_id"),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "article_id", "account_id"),
    )

    article_id: Mapped[UUID]
    account_id: Mapped[UUID]
    helpful: Mapped[bool]
    comment: Mapped[str] = mapped_column(Text, server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Related(CompanyOwned, Base):
    """An article that another one points to, in the editor's order."""

    __tablename__ = "faq_related"
    __table_args__ = (
        of_company(),
        belongs_to("faq_article", "article_id"),
        belongs_to("faq_article", "related_id"),
        UniqueConstraint("company_id", "article_id", "related_id"),
        OF_THE_COMPANY,
    )

    article_id: Mapped[UUID]
    related_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(server_default=text("0"))
