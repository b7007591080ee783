"""Why something of a person has to be kept, and from when on it can be erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.rights.models import ErasureRequest
from quartier.tenancy.session import CompanySession

Kind = Literal["team", "running", "books", "own"]
PERIODS = """
    SELECT o.starts, o.ends, u.name AS unit FROM occupant c
    JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
    JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
    WHERE c.person_id = %(person)s AND c.role IN ('main', 'co_tenant') ORDER BY o.ends NULLS FIRST
"""
"""Periods whose contract this person has made. Who only lives there, or cares for somebody, stands in no books."""
TEAM = """
    SELECT 1 FROM agent WHERE person_id = %(person)s AND deactivated_at IS NULL AND (ends IS NULL OR ends > %(on)s)
"""


@dataclass(frozen=True)
class Reason:
    """Something that has to be kept, as a sentence; `until` is the first day without it, None where none is known.

    Of the `team` everything is kept; while a contract is `running` whoever made it can be reached; for `books` and what
    the company has said itself (`own`) it is enough to know who it was.
    """

    kind: Kind
    sentence: str
    until: date | None


def reasons(db: CompanySession, wanted: ErasureRequest, *, on: date, days: int) -> list[Reason]:
    """All that keeps somebody who has asked, in the reader's words; nothing when all of it can go.

    `days` is how long books are kept.
    """
    person = wanted.person_id
    found = []
    if db.rows(TEAM, {"person": person, "on": on}):
        found.append(Reason("team", _("A member of the team."), None))
    periods = (_period(row, on, days) for row in db.rows(PERIODS, {"person": person}))
    found += [one for one in periods if one is not None]
    if wanted.own_until is not None and wanted.own_until > on:
        last = formats.format_date(wanted.own_until - timedelta(days=1))
        found.append(Reason("own", _("%(reason)s (until %(date)s)", reason=wanted.own_reason, date=last),
                            wanted.own_until))  # fmt: skip
    return found


def _period(row: object, on: date, days: int) -> Reason | None:
    unit, ends = row.unit, row.ends  # type: ignore[attr-defined]
    if ends is None:
        return Reason("running", _("%(unit)s: the period has no end yet.", unit=unit), None)
    free = ends + timedelta(days=days)
    if free <= on:
        return None
    last, kept = (formats.format_date(day - timedelta(days=1)) for day in (ends, free))
    sentence = _("%(unit)s: period until %(last)s; its contract and invoices are kept until %(date)s.",
                 unit=unit, last=last, date=kept)  # fmt: skip
    return Reason("running" if ends > on else "books", sentence, free)


def free_from(found: Sequence[Reason]) -> date | None:
    """The first day without any of the reasons; None where one has no end."""
    days = [one.until for one in found]
    return max((day for day in days if day is not None), default=None) if None not in days else None


def has(found: Sequence[Reason], kind: Kind) -> bool:
    """Whether one of the reasons is of this kind."""
    return any(one.kind == kind for one in found)
