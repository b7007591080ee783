"""Second thoughts about what one said below a post."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from plugins.pinboard.models import Comment
from plugins.pinboard.services.answers import LONGEST_COMMENT
from plugins.pinboard.services.moderation import listed_word, open_case
from plugins.pinboard.services.posts import EditConflict, NotFound
from plugins.pinboard.services.words import required
from quartier.sdk import CompanySession, Viewer
from quartier.sdk import gettext as _


def edit_comment(db: CompanySession, comment_id: UUID, *, by: Viewer, version: int, body: str) -> Comment:
    """Other words for one's own comment; what it said stays to be read. A listed word holds it back, as a new one.

    Raises NotFound, EditConflict when it was changed elsewhere meanwhile, ValidationError at `comment`.
    """
    said = db.scalars(select(Comment).filter_by(id=comment_id).with_for_update()).one_or_none()
    if said is None or by.account_id is None or said.author_id != by.account_id:
        raise NotFound(str(comment_id))
    written = said.edited_at or said.created_at
    if version != len(said.earlier) + 1:
        raise EditConflict(len(said.earlier) + 1, by.name, written)
    body = required(body, LONGEST_COMMENT, _("Please write something."), "comment")
    if body == said.body:
        return said
    said.earlier = [*said.earlier, {"at": written.isoformat(), "body": said.body}]
    said.body, said.edited_at = body, datetime.now(UTC)
    db.flush()
    if said.status == "shown" and not said.by_staff and (word := listed_word(db, body)):
        said.status = "hidden"
        open_case(db, said.post_id, said.id, word)
    return said
