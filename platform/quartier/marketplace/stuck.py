"""Orders that nobody of the company may approve: they never wait in silence.

Whoever orders reads it before and after, who manages the team is told, and sales gets a lead. It may also come later,
when the last one who may approve leaves, loses the right or comes to the end of theirs; so the clock looks as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

import structlog
from sqlalchemy import func
from sqlalchemy.orm import Session

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import defer_for
from quartier.leads.services import ask_sales
from quartier.marketplace.approvers import WAITING, approvers, asked
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.queries import orders_of
from quartier.marketplace.telling import tell_approvers, tell_chiefs
from quartier.notifications.services import local_date
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot

log = structlog.get_logger(__name__)

SETTLE: Final = "marketplace.settle"


def look(_house: House, db: Session) -> None:
    """Find companies whose orders have come to be stuck, or can be approved again; each looks by itself."""
    connection = db.connection()
    today = datetime.now(UTC).date()
    for company_id in connection.exec_driver_sql(WAITING, asked(today)).scalars().all():
        defer_for(db, company_id, SETTLE, once=f"{SETTLE} {company_id}")


def settle_company(work: Work) -> None:
    """Its orders that wait, as its team stands now."""
    for order in orders_of(work.db, ["waiting"], limit=1_000):
        settle(work.db, work.company, order, today=local_date(work.db))


def settle(db: CompanySession, company: Snapshot, order: ProductOrder, *, today: date) -> bool:
    """Write down whether nobody may approve an order that waits, and tell who can help; True where somebody may."""
    can = bool(approvers(db, today))
    if can == (order.stuck_since is None):
        return can
    order.stuck_since = None if can else func.now()
    db.flush()
    db.refresh(order)
    changed: Callable[..., None] = _can_be_approved if can else _is_stuck
    changed(db, company, order, today)
    log.info("order_settled", company=company.slug, product=order.product, stuck=not can)
    return can


def _is_stuck(db: CompanySession, company: Snapshot, order: ProductOrder, today: date) -> None:
    tell_chiefs(db, company, order)
    note = _("Ordered by %(name)s on %(date)s. Nobody of the team may approve it.", name=order.asked_by,
             date=formats.format_moment(order.created_at, company.zone))  # fmt: skip
    ask_sales(db, source="approval", topic=order.product, asks=order.asked_by, today=today, note=note)


def _can_be_approved(db: CompanySession, company: Snapshot, order: ProductOrder, today: date) -> None:
    tell_approvers(db, company, order, by=None, again=today)


JOBS: Final = [Job(SETTLE, settle_company)]
CHORES: Final = [Chore("marketplace.look", look, every="*/10 * * * *")]
