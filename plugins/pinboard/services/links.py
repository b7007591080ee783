"""Where the first link of a post leads: asked once, by us, so that no reader's browser tells strangers what is read."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select

from plugins.pinboard.models import Post
from plugins.pinboard.richtext import first_link
from quartier.sdk import CompanySession, LinkPreview, defer

LOOK_UP: Final = "pinboard.link"


def ask_about_link(db: CompanySession, post: Post) -> None:
    """Have the first link of a shown post looked up, unless that was done or it has none; notices have no card."""
    url = link_of(post)
    if post.link is not None and post.link["url"] != url:
        post.link = None
    if url and post.link is None and post.status == "shown":
        defer(db, LOOK_UP, post=str(post.id), url=url)


def awaited(db: CompanySession, post_id: UUID, url: str) -> bool:
    """Whether a post still has this link and shows no card of it."""
    post = db.scalars(select(Post).filter_by(id=post_id)).one_or_none()
    return post is not None and post.link is None and link_of(post) == url


def keep_preview(db: CompanySession, post_id: UUID, url: str, found: LinkPreview) -> None:
    """Note what the link leads to, if the post still has it."""
    post = db.scalars(select(Post).filter_by(id=post_id).with_for_update()).one_or_none()
    if post is not None and link_of(post) == url:
        post.link = {"url": url, "title": found.title, "about": found.about}


def link_of(post: Post) -> str:
    """The address of the first link of a neighbour's post; empty where there is none."""
    card = None if post.by_staff else first_link(next(iter(post.plain.values()), ""))
    return card.url if card else ""
