"""What will end: of one company, and which companies are to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.contracts.entitlement import Span, entitled, state_of

BEFORE: Final = (1, 7, 30)
"""How many days before an end people are told, the most pressing first."""
DUE: Final = """
    SELECT k.id FROM company k WHERE k.status = 'active' AND (
        EXISTS (SELECT FROM contract_line l JOIN contract c ON c.company_id = l.company_id AND c.id = l.contract_id
                 WHERE l.company_id = k.id AND l.stage = 'accepted' AND least(l.ends, c.ends) BETWEEN :first AND :last)
     OR EXISTS (SELECT FROM module_trial t WHERE t.company_id = k.id AND t.ends BETWEEN :first AND :last)
     OR EXISTS (SELECT FROM entitlement_override o WHERE o.company_id = k.id AND (o.ends BETWEEN :first AND :last
                   OR o.effect = 'deny' AND o.starts BETWEEN :first AND :last))
     OR EXISTS (SELECT FROM lapse_reminder r WHERE r.company_id = k.id AND r.ends >= :first AND NOT r.is_stale)
    ) ORDER BY k.id
"""


@dataclass(frozen=True)
class End:
    """A product that is there now and ends: `ends` is the first day without it, `days` the step that is due."""

    module: str
    ends: date
    days: int

    @property
    def last(self) -> date:
        """The last day on which it is there."""
        return self.ends - timedelta(days=1)


def companies_to_look_at(db: Session, today: date) -> list[UUID]:
    """Companies of which something ends in the next weeks, or did when they were told."""
    days = {"first": today - timedelta(days=1), "last": today + timedelta(days=max(BEFORE) + 2)}
    return list(db.scalars(text(DUE), days))


def last_days(spans: Iterable[Span], moment: datetime) -> dict[str, date]:
    """Of everything that is there now and ends by date, whatever follows it: its last day."""
    spans = list(spans)
    found = {}
    for module in entitled(spans, moment):
        state = state_of(module, spans, moment)
        if state.day is not None:
            found[module] = state.day
    return found


def ends_due(spans: Iterable[Span], moment: datetime) -> list[End]:
    """What ends so soon that people are told now. Whoever has it for a shorter time than the step is not told of that
    step: a trial of thirty days does not begin with its end."""
    spans, found = list(spans), []
    for module, last in sorted(last_days(spans, moment).items()):
        zone = next(span.zone for span in spans if span.module == module)
        today = moment.astimezone(zone).date()
        step = next((days for days in BEFORE if (last - today).days <= days), None)
        noon = moment + timedelta(days=(last - today).days - step) if step is not None else moment
        if step is not None and module in entitled(spans, min(noon, moment) - timedelta(days=1)):
            found.append(End(module, last + timedelta(days=1), step))
    return found
