"""Telling the team of an order and of what became of it."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import Language
from quartier.mail.kinds import NotificationKind
from quartier.marketplace.letters import ANSWERED, ORDERED
from quartier.marketplace.models import ProductOrder
from quartier.notifications.services import TEAM, Subject, notify
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot


def tell_approvers(db: CompanySession, company: Snapshot, order: ProductOrder, *, by: UUID | None) -> None:
    """Something waits for who approves."""
    _tell(db, company, ORDERED, order, by=by)


def tell_buyers(db: CompanySession, company: Snapshot, order: ProductOrder, *, by: UUID | None = None) -> None:
    """What became of it."""
    _tell(db, company, ANSWERED, order, by=by)


def _tell(
    db: CompanySession, company: Snapshot, kind: NotificationKind, order: ProductOrder, *, by: UUID | None
) -> None:  # fmt: skip
    app = company.micro_apps.get(order.product)
    names = {one: app.name.pick(one).text if app else order.product for one in get_args(Language)}
    facts = {"product": LocalizedText(names), "state": order.state, "answer": order.answer}
    about = Subject(f"/cockpit/marketplace/{order.product}", order.id, facts)
    notify(db, kind, to=TEAM, about=about, by=by, event=f"{kind.key}:{order.id}")
