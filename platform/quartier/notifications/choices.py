"""What somebody wants to hear of under the bell, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from quartier.db.base import new_id
from quartier.mail.kinds import MailKind, NotificationKind
from quartier.notifications.models import NotificationChoice
from quartier.tenancy.session import CompanySession


def shown(db: CompanySession, person_id: UUID, kinds: Mapping[str, MailKind]) -> dict[str, bool]:
    """Whether each of these kinds stands under somebody's bell; kinds that are mails and nothing else are left out."""
    own = db.scalar(select(NotificationChoice.in_app).filter_by(person_id=person_id)) or {}
    return {key: own.get(key, kind.in_app) for key, kind in kinds.items() if isinstance(kind, NotificationKind)}


def choose_shown(
    db: CompanySession, person_id: UUID, kinds: Mapping[str, MailKind], wanted: Mapping[str, bool]
) -> None:
    """Write down what somebody wants of these kinds; what stays as it is stays as it came about."""
    made = insert(NotificationChoice).values(id=new_id(), person_id=person_id)
    db.execute(made.on_conflict_do_nothing(constraint="uq_notification_choice_company_id_person_id"))
    own = db.scalars(select(NotificationChoice).filter_by(person_id=person_id).with_for_update()).one()
    before = shown(db, person_id, kinds)
    own.in_app = {**own.in_app, **{key: one for key, one in wanted.items() if key in before and one != before[key]}}
    db.flush()
