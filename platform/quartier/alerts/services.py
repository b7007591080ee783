"""Telling operators: a line under the bell and a mail, once for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, get_args
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.alerts import wording
from quartier.alerts.models import OperatorAlert
from quartier.config import Config
from quartier.db.base import new_id
from quartier.deliveries.operators import deliver_to_operator
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.i18n.voice import Language, Voice
from quartier.mail.letters import Action, Letter
from quartier.tenancy.models import Company

KEPT: Final = timedelta(days=180)
Write = Callable[[Operator, str], Letter]
"""A letter to an operator, whose voice is bound; told where the thing is."""


@dataclass(frozen=True)
class Alert:
    """What happened. `event` names it for good, `path` is its page in the console, `facts` are plain JSON."""

    kind: str
    path: str
    event: str
    company_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def tell(
    db: Session, config: Config, alert: Alert, readers: Iterable[Operator], *, write: Write | None = None
) -> list[Operator]:
    """Tell each of them who has not been told: at the bell and by mail. Returns those who hear of it now."""
    told = [one for one in readers if _noted(db, alert, one)]
    company = db.get(Company, alert.company_id) if alert.company_id else None
    url = config.origin(config.console_host) + alert.path
    for one in told:
        voice = voice_of(one)
        with using(voice):
            letter = write(one, url) if write else _letter(one, alert, company.name if company else "", url)
            deliver_to_operator(db, config, one.email, voice, letter)
    return told


def voice_of(operator: Operator) -> Voice:
    """How an operator is written to."""
    known = operator.language in get_args(Language)
    return Voice(operator.language if known else "en", "formal", "CH")  # type: ignore[arg-type]


def take_back(db: Session, events: Iterable[str]) -> None:
    """What is not true any more is under no bell."""
    db.execute(delete(OperatorAlert).where(OperatorAlert.event.in_(list(events))))


def read_one(db: Session, operator_id: UUID, alert_id: UUID) -> str | None:
    """Note that it was read; where it leads, or None for what is not theirs."""
    mine = update(OperatorAlert).filter_by(id=alert_id, operator_id=operator_id)
    seen = mine.values(read_at=func.coalesce(OperatorAlert.read_at, func.now()))
    return db.scalar(seen.returning(OperatorAlert.path))


def read_all(db: Session, operator_id: UUID, until: UUID) -> int:
    """Everything up to the one that stood on top; what came meanwhile stays unread."""
    mine = update(OperatorAlert).filter_by(operator_id=operator_id, read_at=None).where(OperatorAlert.id <= until)
    done: CursorResult[Any] = db.execute(mine.values(read_at=func.now()))  # type: ignore[assignment]
    return done.rowcount


def forget_old(db: Session) -> None:
    """What is half a year old is kept no longer."""
    db.execute(delete(OperatorAlert).where(OperatorAlert.created_at < func.now() - KEPT))


def _noted(db: Session, alert: Alert, reader: Operator) -> bool:
    row = {
        "id": new_id(), "operator_id": reader.id, "customer_id": alert.company_id, "kind": alert.kind,
        "facts": dict(alert.facts), "path": alert.path, "event": alert.event,
    }  # fmt: skip
    once = insert(OperatorAlert).values(row).on_conflict_do_nothing(index_elements=["operator_id", "event"])
    return db.scalar(once.returning(OperatorAlert.id)) is not None


def _letter(reader: Operator, alert: Alert, company: str, url: str) -> Letter:
    said = wording.words(alert.kind, alert.facts, company)
    return Letter(
        subject=said.subject,
        greeting=_("Hello %(name)s", name=reader.name),
        paragraphs=(said.sentence, *filter(None, [said.about])),
        action=Action(_("Open in the console"), url),
    )
