"""What happened to a company and its contracts: written down once, read for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from quartier.contracts.models import ContractEvent

PAGE = 50


def record(
    db: Session,
    company_id: UUID,
    *,
    kind: str,
    subject: str,
    actor: str,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write down what happened; the table takes rows and gives none back.

    `before` and `after` hold plain JSON of what differs, under names that `wording.LABELS` knows.
    """
    event = ContractEvent(company_id=company_id, kind=kind, subject=subject, actor=actor, reason=reason)
    event.before, event.after = dict(before) if before else None, dict(after) if after else None
    db.add(event)


def events_of(
    db: Session, company_id: UUID, *, about: Sequence[str] = (), after: UUID | None = None, limit: int = PAGE
) -> list[ContractEvent]:
    """Newest first; `about` are beginnings of kinds ("line."), `after` is the last event of the page before."""
    query = select(ContractEvent).filter_by(company_id=company_id)
    if about:
        query = query.where(or_(*(ContractEvent.kind.startswith(start) for start in about)))
    if after is not None:
        last = select(ContractEvent.happened_at, ContractEvent.id).filter_by(company_id=company_id, id=after)
        place = last.subquery()
        query = query.where(
            tuple_(ContractEvent.happened_at, ContractEvent.id)
            < select(place.c.happened_at, place.c.id).scalar_subquery()
        )
    newest = query.order_by(ContractEvent.happened_at.desc(), ContractEvent.id.desc())
    return list(db.scalars(newest.limit(limit)))
