"""What somebody wants to hear of under the bell and on their devices, kind by kind.

What they have not chosen is as the company wants it, and what the company has not said is as the kind declares it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from quartier.db.base import new_id
from quartier.deliveries.services import settings_of
from quartier.mail.kinds import MailKind, NotificationKind
from quartier.notifications.models import NotificationChoice
from quartier.tenancy.session import CompanySession


@dataclass(frozen=True)
class Ways:
    """Whether a kind stands under somebody's bell, and whether it rings their devices."""

    in_app: bool
    push: bool


def ways_of(db: CompanySession, person_id: UUID, kinds: Mapping[str, MailKind]) -> dict[str, Ways]:
    """How somebody hears of these kinds; kinds that are mails and nothing else are left out."""
    own = db.scalars(select(NotificationChoice).filter_by(person_id=person_id)).one_or_none()
    found = company_ways(db, kinds)
    if own is None:
        return found
    return {key: Ways(own.in_app.get(key, one.in_app), own.push.get(key, one.push)) for key, one in found.items()}


def company_ways(db: CompanySession, kinds: Mapping[str, MailKind]) -> dict[str, Ways]:
    """The same for who has not chosen."""
    own = settings_of(db)
    in_app, push = (own.in_app, own.push) if own else ({}, {})
    return {
        key: Ways(in_app.get(key, kind.in_app), push.get(key, kind.push))
        for key, kind in kinds.items()
        if isinstance(kind, NotificationKind)
    }


def choose_ways(
    db: CompanySession,
    person_id: UUID,
    kinds: Mapping[str, MailKind],
    *,
    in_app: Mapping[str, bool],
    push: Mapping[str, bool],
) -> None:
    """Write down what somebody wants of these kinds; what stays as it is stays as it came about."""
    made = insert(NotificationChoice).values(id=new_id(), person_id=person_id)
    db.execute(made.on_conflict_do_nothing(constraint="uq_notification_choice_company_id_person_id"))
    own = db.scalars(select(NotificationChoice).filter_by(person_id=person_id).with_for_update()).one()
    before = ways_of(db, person_id, kinds)
    own.in_app = {**own.in_app, **_moved(in_app, {key: one.in_app for key, one in before.items()})}
    own.push = {**own.push, **_moved(push, {key: one.push for key, one in before.items()})}
    db.flush()


def _moved(wanted: Mapping[str, bool], before: Mapping[str, bool]) -> dict[str, bool]:
    return {key: one for key, one in wanted.items() if key in before and one != before[key]}
