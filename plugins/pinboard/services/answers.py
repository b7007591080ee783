"""What readers do with a post: comment, react, follow."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from plugins.pinboard.models import REACTIONS, Comment, Follow, Reaction
from plugins.pinboard.notifications import COMMENT
from plugins.pinboard.services.moderation import EXCERPT, listed_word, open_case
from plugins.pinboard.services.words import required
from quartier.sdk import CompanySession, Subject, Viewer, new_id, notify
from quartier.sdk import gettext as _

LONGEST_COMMENT: Final = 2_000


def comment(
    db: CompanySession, post_id: UUID, *, by: Viewer, body: str, by_staff: bool = False, comment_id: UUID | None = None
) -> Comment:
    """An answer; who answers follows. Sent twice under one id, it is there once. Raises ValidationError."""
    body = required(body, LONGEST_COMMENT, _("Please write something."), "comment")
    if comment_id and (known := db.scalars(select(Comment).filter_by(id=comment_id, author_id=by.account_id)).first()):
        return known
    said = Comment(id=comment_id or new_id(), post_id=post_id, author_id=by.account_id, by_staff=by_staff, body=body)
    db.add(said)
    db.flush()
    follow(db, post_id, by=by)
    if not by_staff and (word := listed_word(db, body)):
        said.status = "hidden"
        open_case(db, post_id, said.id, word)
    else:
        _tell(db, said, by)
    return said


def remove_comment(db: CompanySession, comment_id: UUID, *, by: Viewer) -> bool:
    """Take one's own answer back; whether it was one's own."""
    mine = db.scalars(select(Comment).filter_by(id=comment_id)).one_or_none()
    if mine is None or by.account_id is None or mine.author_id != by.account_id:
        return False
    db.delete(mine)
    db.flush()
    return True


def react(db: CompanySession, post_id: UUID, *, by: Viewer, kind: str) -> str | None:
    """Put a sign below a post; the same sign again takes it away. What stands there now."""
    if by.account_id is None or kind not in REACTIONS:
        raise ValueError(kind)
    known = db.scalars(select(Reaction).filter_by(post_id=post_id, account_id=by.account_id)).one_or_none()
    if known is not None and known.kind == kind:
        db.delete(known)
        db.flush()
        return None
    made = insert(Reaction).values(id=new_id(), post_id=post_id, account_id=by.account_id, kind=kind)
    keys = [Reaction.company_id, Reaction.post_id, Reaction.account_id]
    db.execute(made.on_conflict_do_update(index_elements=keys, set_={"kind": kind}))
    return kind


def follow(db: CompanySession, post_id: UUID, *, by: Viewer) -> None:
    """Hear of new comments from now on."""
    if by.account_id is not None:
        made = insert(Follow).values(id=new_id(), post_id=post_id, account_id=by.account_id)
        db.execute(made.on_conflict_do_nothing())


def _tell(db: CompanySession, said: Comment, by: Viewer) -> None:
    """Tell who follows and can still see the post; the author follows from the beginning."""
    followers = db.scalars(select(Follow.account_id).where(Follow.post_id == said.post_id)).all()
    about = Subject(f"/pinboard/{said.post_id}#comment-{said.id}", said.post_id, {"words": said.body[:EXCERPT]})
    notify(db, COMMENT, to=followers, about=about, by=by.account_id, event=f"pinboard.comment:{said.id}")


def unfollow(db: CompanySession, post_id: UUID, *, by: Viewer) -> None:
    """Hear nothing more of it."""
    db.execute(delete(Follow).filter_by(post_id=post_id, account_id=by.account_id))
