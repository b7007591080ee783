"""Saying no to a quote: nobody can accept this version any more. Sales can send another one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from quartier.contracts import services as contracts
from quartier.contracts.events import record
from quartier.db.base import new_id
from quartier.quotes.acceptance import Refused
from quartier.quotes.models import QuoteRefusal
from quartier.quotes.queries import Found, why_not


def decline(db: Session, found: Found, *, reason: str, now: datetime) -> bool:
    """Note that it was declined; False where it was already, and then nothing changes. Raises Refused.

    Of two at once the second waits. A demo is kept for an open quote; by this one it is no more.
    """
    quote, version = found.quote, found.version
    contracts.one_at_a_time(db, quote.company_id)
    db.refresh(quote)
    why = why_not(quote, version, found.content, now, revoked=found.reason == "revoked")
    if why == "declined":
        return False
    if why:
        raise Refused(why)
    db.add(QuoteRefusal(company_id=quote.company_id, id=new_id(), version_id=version.id, reason=reason))
    before, quote.stage, quote.mark = quote.stage, "declined", new_id()
    db.flush()
    record(
        db, quote.company_id, kind="quote.declined", subject=quote.number, actor=found.company.name, reason=reason,
        before={"stage": before}, after={"stage": "declined", "version": version.number},
    )  # fmt: skip
    return True
