"""From the history to messages: everything that was committed since the last time, in its order, page by page.

Two transactions that change the same row write their history one after the other, for the second waits for the first.
So the order of the history's ids is the order of what happened to each row, and messages keep it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, insert, select, text

from quartier.db.base import new_id
from quartier.jobs.queue import defer
from quartier.tenancy.session import CompanySession
from quartier.webhooks.messages import CHANGED, Item, Page, body, described, pages
from quartier.webhooks.models import Webhook, WebhookDelivery, WebhookPending

DELIVER, WAKE = "webhooks.deliver", "webhooks.wake"
READ_AT_ONCE: Final = 500
BY_INDEX: Final = ("SET LOCAL enable_seqscan = off", "SET LOCAL plan_cache_mode = force_custom_plan")
"""After a large import the statistics still say that the tables are small, and each page would read all of them."""
CHANGES: Final = """
    SELECT c.id, c.at, c.source_kind, c.source_id, c.noun, c.noun_id, c.action, c.before, c.after FROM change c
    WHERE c.id > %(after)s AND c.work = ANY(%(works)s) AND c.noun = ANY(%(nouns)s)
        AND (%(with_api)s OR c.source_kind <> 'api')
    ORDER BY c.id LIMIT %(most)s
"""


def gather(db: CompanySession) -> int:
    """Make messages of all changes that are still to be told, and have them delivered; how many messages.

    Done for one company by one at a time. The caller commits.
    """
    pending = list(db.scalars(select(WebhookPending).with_for_update()))
    if not pending:
        return 0
    for setting in BY_INDEX:
        db.execute(text(setting))
    works, since = [one.work for one in pending], _before(min(one.since for one in pending))
    made = 0
    for hook in db.scalars(select(Webhook).where(Webhook.paused == "").order_by(Webhook.id)).all():
        count = _write(db, hook, pages(_items(db, hook, works, since)))
        if count:
            wake(db, hook.id)
        made += count
    db.execute(delete(WebhookPending).where(WebhookPending.id.in_([one.id for one in pending])))
    return made


def wake(db: CompanySession, webhook_id: UUID) -> None:
    """Have a webhook's messages delivered now, one job of it at a time."""
    defer(db, DELIVER, alone=f"webhook:{webhook_id}", webhook=str(webhook_id))


def wake_at(db: CompanySession, webhook_id: UUID, at: datetime) -> None:
    """The same at a time. A job of its own queues the other one then: one that waits holds back those after it."""
    defer(db, WAKE, at=at, once=f"{webhook_id}@{at.isoformat()}", webhook=str(webhook_id))


def _items(db: CompanySession, hook: Webhook, works: Sequence[int], since: UUID) -> Iterator[Item]:
    after = since
    while rows := _changes(db, hook, works, after):
        yield from described(db, rows)
        after = rows[-1].id


def _changes(db: CompanySession, hook: Webhook, works: Sequence[int], after: UUID) -> list[Any]:
    values = {"after": after, "works": list(works), "nouns": hook.nouns, "with_api": hook.with_api,
              "most": READ_AT_ONCE}  # fmt: skip
    return db.rows(CHANGES, values)


def _write(db: CompanySession, hook: Webhook, found: Iterator[Page]) -> int:
    """Messages into the log. Each says whether it is the last of its batch, so one is held back until it is known."""
    batch, count = new_id(), 0
    for count, (page, following) in enumerate(pairwise(_and_none(found)), start=1):
        if page is not None:
            keep(db, hook.id, batch, count, page, last=following is None)
    return count


def _and_none(found: Iterator[Page]) -> Iterator[Page | None]:
    yield from found
    yield None


def keep(db: CompanySession, webhook_id: UUID, batch: UUID, number: int, page: Page, *, last: bool,
         kind: str = CHANGED) -> UUID:  # fmt: skip
    """One message into the log, to be delivered; its id."""
    delivery_id = new_id()
    db.execute(insert(WebhookDelivery).values(
        id=delivery_id, webhook_id=webhook_id, batch=batch, page=number, nouns=list(page.nouns),
        changes=len(page.items), body=body(kind, batch, number, page.items, last=last),
    ))  # fmt: skip
    return delivery_id


def _before(moment: datetime) -> UUID:
    """Smaller than every id of the history that was made from this moment on: they begin with milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
