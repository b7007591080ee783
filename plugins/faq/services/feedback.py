"""Did this help?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from plugins.faq.models import Article, Feedback
from quartier.sdk import CompanySession, Viewer


def give_feedback(db: CompanySession, article_id: UUID, *, by: Viewer, helpful: bool, comment: str = "") -> Feedback:
    """Whether it helped, by somebody with an account; saying it again replaces the first answer."""
    if by.account_id is None:
        raise PermissionError("an answer belongs to an account")
    answer = db.scalars(select(Feedback).filter_by(article_id=article_id, account_id=by.account_id)).one_or_none()
    if answer is None:
        answer = Feedback(article_id=article_id, account_id=by.account_id)
        db.add(answer)
    answer.helpful, answer.comment, answer.at = helpful, comment.strip(), datetime.now(UTC)
    db.flush()
    _count(db, [article_id])
    return answer


def forget_feedback(db: CompanySession, account_id: UUID) -> None:
    """Take back everything that somebody answered."""
    articles = db.scalars(select(Feedback.article_id).filter_by(account_id=account_id)).all()
    db.execute(delete(Feedback).filter_by(account_id=account_id))
    _count(db, articles)


def recount(db: CompanySession, accounts: Sequence[UUID]) -> None:
    """Answers of these accounts have come or gone without our doing."""
    articles = db.scalars(select(Feedback.article_id).where(Feedback.account_id.in_(accounts))).all()
    _count(db, articles)


def _count(db: CompanySession, articles: Sequence[UUID]) -> None:
    """Write down at the articles what their answers come to; counting anew never drifts."""
    helped = func.count().filter(Feedback.helpful) - func.count().filter(~Feedback.helpful)
    votes = select(helped).where(Feedback.article_id == Article.id).scalar_subquery()
    db.execute(update(Article).where(Article.id.in_(articles)).values(votes=votes))
