"""The time machine: what a company may use on a day, and why, from what is written down now.

Contracts, trials, grants and denials carry their own days, so past and future are asked in the same way. The company's
switches have no days; where they stood is read from what happened, and in the future they stand where they stand now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from quartier.catalogue.expressions import Expression, holds, parse
from quartier.contracts.entitlement import Level, effective, last_day_of, levels
from quartier.contracts.queries import span_of

CAUSES = """
    SELECT l.module, greatest(l.starts, c.starts) AS starts, least(l.ends, c.ends) AS ends, c.timezone, true AS allows,
           0 AS rank, l.needs, c.grace_days, c.read_only_days,
           CASE WHEN l.starts <= c.starts THEN c.begins_at ELSE '00:00' END AS begins_at,
           'line' AS kind, c.number, c.stage, '' AS reason, '' AS author
      FROM contract_line l JOIN contract c ON c.company_id = l.company_id AND c.id = l.contract_id
     WHERE l.company_id = %(company)s
    UNION ALL
    SELECT t.module, t.starts, t.ends, k.timezone, true, 1, '', 0, NULL, time '00:00', 'trial', '', 'accepted',
           t.reason, t.author
      FROM module_trial t JOIN company k ON k.id = t.company_id WHERE t.company_id = %(company)s
    UNION ALL
    SELECT o.module, o.starts, o.ends, k.timezone, o.effect = 'grant', CASE o.effect WHEN 'deny' THEN 3 ELSE 2 END, '',
           0, NULL, time '00:00', o.effect, '', 'accepted', o.reason, o.author
      FROM entitlement_override o JOIN company k ON k.id = o.company_id WHERE o.company_id = %(company)s
"""
SWITCHES = """
    SELECT s.module, s.is_on, e.happened_at, (e.before ->> 'on')::bool AS before, (e.after ->> 'on')::bool AS after
      FROM module_switch s
      LEFT JOIN contract_event e
             ON e.company_id = s.company_id AND e.kind = 'module.switched' AND e.subject = s.module
     WHERE s.company_id = %(company)s
     ORDER BY s.module, e.happened_at, e.id
"""
LAST = """
    SELECT DISTINCT ON (subject) subject, kind, actor, happened_at FROM contract_event
     WHERE company_id = %(company)s AND happened_at < %(before)s AND (kind = 'module.switched'
           OR split_part(kind, '.', 1) IN ('line', 'grant', 'deny', 'trial'))
     ORDER BY subject, happened_at DESC, id DESC
"""


@dataclass(frozen=True)
class Cause:
    """One thing that has a say on the day. `kind` is line, trial, grant or deny; `ends` is the first day after it.

    `counts` is false for what something stronger overrules, and for contracts that nobody has accepted.
    """

    kind: str
    starts: date
    ends: date | None
    number: str
    stage: str
    reason: str
    author: str
    needs: str
    counts: bool


@dataclass(frozen=True)
class Answer:
    """One product on the day. `usable` says that everything works: covered or in grace, switched on, and all it needs
    is there. `level` is what contracts leave of it and `until` the last day on which that is so, None without an end.

    `lacking` is the expression of what was sold with it and is not fulfilled, `resting` are modules it is built on that
    do not work. `switched` is None for what has no switch: limits and services.
    """

    key: str
    usable: bool
    entitled: bool
    switched: bool | None
    causes: tuple[Cause, ...]
    lacking: Expression | None
    resting: tuple[str, ...]
    level: Level
    until: date | None
    last: Any = None


def late(day: date, zone: ZoneInfo) -> datetime:
    """The end of the day: what begins on it, at whatever minute, is there; what ends, ends at midnight."""
    return datetime.combine(day, time(23, 59), zone).astimezone(UTC)


def answers(
    db: Session, company_id: UUID, zone: ZoneInfo, day: date, needs: Mapping[str, Sequence[str]], *, drafts: bool
) -> list[Answer]:
    """Every module, and everything else that was ever sold, in three statements; those that can be used first.

    `needs` says of each module that may serve what it is built on; `drafts` whether contracts are told of that nobody
    has accepted.
    """
    connection, asked = db.connection(), {"company": company_id}
    rows = [row for row in connection.exec_driver_sql(CAUSES, asked) if drafts or row.stage == "accepted"]
    moment = late(day, zone)
    on = _switched_on(connection.exec_driver_sql(SWITCHES, asked).all(), _end_of(day, zone))
    before = {**asked, "before": _end_of(day, zone)}
    last = {row.subject: row for row in connection.exec_driver_sql(LAST, before)}
    spans = [span_of(row) for row in rows if row.stage == "accepted"]
    left, met = levels(spans, moment), effective(spans, on, needs, moment)
    bought = {**left, **effective(spans, needs, needs, moment)}
    may = frozenset(key for key, level in left.items() if level is Level.ACTIVE)
    works = frozenset(key for key, level in met.items() if level > Level.READ_ONLY)
    causes = _causes(rows, moment)
    found = [
        Answer(
            key, key in works if key in needs else left.get(key, Level.LOCKED) > Level.READ_ONLY, key in may,
            key in on if key in needs else None, tuple(causes[key]), _lacking(causes[key], may),
            tuple(one for one in needs.get(key, ()) if one not in met), bought.get(key, Level.LOCKED),
            last_day_of(key, spans, moment), last.get(key),
        )
        for key in sorted({*needs, *(row.module for row in rows)})
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.usable, -one.level, not one.entitled, one.key))


def _causes(rows: Iterable[Any], moment: datetime) -> dict[str, list[Cause]]:
    """What covers the moment, by product, the strongest first; where nothing does, what has ended and is still felt."""
    there: dict[str, list[Any]] = defaultdict(list)
    over: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        span = span_of(row)
        if span.covers(moment):
            there[row.module].append(row)
        elif row.stage == "accepted" and span.level(moment):
            over[row.module].append(row)
    there.update({key: some for key, some in over.items() if not any(row.stage == "accepted" for row in there[key])})
    found: dict[str, list[Cause]] = defaultdict(list)
    for key, some in there.items():
        some.sort(key=lambda row: (row.stage != "accepted", -row.rank))
        found[key] = [
            Cause(
                row.kind, row.starts, row.ends, row.number, row.stage, row.reason, row.author, row.needs,
                counts=row.stage == "accepted" and row.rank == some[0].rank,
            )
            for row in some
        ]  # fmt: skip
    return found


def _lacking(causes: Sequence[Cause], may: frozenset[str]) -> Expression | None:
    first = causes[0] if causes else None
    if first is None or first.kind != "line" or not first.counts or not first.needs:
        return None
    wanted = parse(first.needs)
    return None if holds(wanted, may) else wanted


def _switched_on(rows: Iterable[Any], before: datetime) -> frozenset[str]:
    """Modules that were switched on: by the last word before the moment, or as the first word after it found them."""
    stood: dict[str, bool] = {}
    for row in rows:
        if row.happened_at is None:
            stood[row.module] = row.is_on
        elif row.happened_at < before:
            stood[row.module] = row.after
        else:
            stood.setdefault(row.module, row.before)
    return frozenset(module for module, on in stood.items() if on)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
