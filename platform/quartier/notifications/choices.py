"""What somebody wants to hear of under the bell and on their devices, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from quartier.db.base import new_id
from quartier.mail.kinds import MailKind, NotificationKind
from quartier.notifications.models import NotificationChoice
from quartier.tenancy.session import CompanySession


@dataclass(frozen=True)
class Channels:
    """Where a kind is heard of beside mail."""

    in_app: bool
    push: bool


def channels(db: CompanySession, person_id: UUID, kinds: Mapping[str, MailKind]) -> dict[str, Channels]:
    """Where somebody hears of each of these kinds; kinds that are mails and nothing else are left out."""
    own = db.scalars(select(NotificationChoice).filter_by(person_id=person_id)).one_or_none()
    in_app, push = (own.in_app, own.push) if own else ({}, {})
    return {
        key: Channels(in_app.get(key, kind.in_app), push.get(key, kind.push))
        for key, kind in kinds.items()
        if isinstance(kind, NotificationKind)
    }


def choose_channels(
    db: CompanySession, person_id: UUID, kinds: Mapping[str, MailKind], wanted: Mapping[str, Channels]
) -> list[str]:
    """Write down what somebody wants of these kinds; gives back the kinds that are otherwise now."""
    made = insert(NotificationChoice).values(id=new_id(), person_id=person_id)
    db.execute(made.on_conflict_do_nothing(constraint="uq_notification_choice_company_id_person_id"))
    own = db.scalars(select(NotificationChoice).filter_by(person_id=person_id).with_for_update()).one()
    before = channels(db, person_id, kinds)
    moved = [key for key, one in wanted.items() if key in before and one != before[key]]
    own.in_app = {**own.in_app, **{key: wanted[key].in_app for key in moved}}
    own.push = {**own.push, **{key: wanted[key].push for key in moved}}
    db.flush()
    return moved
