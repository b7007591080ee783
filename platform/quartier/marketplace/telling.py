"""Telling the team, and who sells, of an order and of what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args
from uuid import UUID

from quartier.alerts.jobs import ring
from quartier.catalogue.queries import called
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import Language
from quartier.mail.kinds import NotificationKind
from quartier.marketplace.letters import ANSWERED, ORDERED, STUCK
from quartier.marketplace.models import ProductOrder
from quartier.notifications.services import TEAM, Subject, notify
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.viewer import NOWHERE


def tell_approvers(
    db: CompanySession, company: Snapshot, order: ProductOrder, *, by: UUID | None, again: date | None = None
) -> None:  # fmt: skip
    """Something waits for who approves; `again` where for a time nobody could, and on that day somebody can."""
    _tell(db, company, ORDERED, order, by=by, event=f":{again}" if again else "")


def tell_chiefs(db: CompanySession, company: Snapshot, order: ProductOrder) -> None:
    """Something waits, and nobody may approve it: whoever manages the team can give somebody the right."""
    about = Subject("/cockpit/team", order.id, _facts(db, company, order))
    event = f"{STUCK.key}:{order.id}:{order.stuck_since}"
    notify(db, STUCK, to=TEAM, about=about, at=[NOWHERE], event=event)


def tell_buyers(db: CompanySession, company: Snapshot, order: ProductOrder, *, by: UUID | None = None) -> None:
    """What became of it."""
    _tell(db, company, ANSWERED, order, by=by)


def _tell(
    db: CompanySession, company: Snapshot, kind: NotificationKind, order: ProductOrder, *, by: UUID | None,
    event: str = "",
) -> None:  # fmt: skip
    about = Subject(f"/cockpit/marketplace/{order.product}", order.id, _facts(db, company, order))
    notify(db, kind, to=TEAM, about=about, by=by, event=f"{kind.key}:{order.id}{event}")
    if not event:
        ring(db, "order", order=str(order.id), state=order.state)


def _facts(db: CompanySession, company: Snapshot, order: ProductOrder) -> dict[str, Any]:
    app = company.micro_apps.get(order.product)
    name = app.name if app is not None else called(db, [order.product]).get(order.product, LocalizedText({}))
    names = {one: name.pick(one).text or order.product for one in get_args(Language)}
    return {
        "product": LocalizedText(names), "state": order.state, "answer": order.answer, "price": str(order.price),
        "currency": order.currency, "period": order.period, "quantity": order.quantity,
        "starts": order.starts.isoformat(),
    }  # fmt: skip
