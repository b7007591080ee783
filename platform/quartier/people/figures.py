"""How many people of a list have come how far, where counting takes a second: a job counts, and pages only look.

What was counted is kept with the list that it is for. A page shows it however old it is, and has it counted anew when
it is older than five minutes; whoever writes something that changes many stages says so (`outdated`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from quartier.db.base import new_id
from quartier.estate.finding import Condition
from quartier.jobs.queue import defer
from quartier.people.stages import ResidentFilters, counts, counts_of_few
from quartier.people.standing import STAGES
from quartier.tenancy.session import CompanySession

COUNT: Final = "people.figures"
OLD: Final = timedelta(minutes=5)
FORGOTTEN: Final = timedelta(days=30)
PLACES: Final = ("property_id", "building_id", "unit_id")
KEPT: Final = "SELECT figures, counted_at FROM resident_figures WHERE key = %(key)s"
ASK: Final = """
    INSERT INTO resident_figures (id, key, asked) VALUES (%(id)s, %(key)s, %(asked)s)
        ON CONFLICT (company_id, key) DO UPDATE SET asked_at = now()
     WHERE resident_figures.counted_at >= resident_figures.asked_at
        OR resident_figures.asked_at < now() - interval '5 minutes' RETURNING id
"""
OUTDATE: Final = "UPDATE resident_figures SET asked_at = now() WHERE counted_at >= asked_at RETURNING id"
DUE: Final = "SELECT id, asked FROM resident_figures WHERE counted_at IS NULL OR counted_at < asked_at ORDER BY id"
COUNTED: Final = """
    UPDATE resident_figures SET figures = %(figures)s, counted_at = now() WHERE id = %(id)s RETURNING id
"""
FORGET: Final = "DELETE FROM resident_figures WHERE asked_at < %(before)s RETURNING id"


@dataclass(frozen=True)
class Figures:
    """Stage → people, None where nobody has counted; `old` where they should be counted anew."""

    people: Mapping[str, int] | None
    old: bool = False


def known(
    db: CompanySession, filters: ResidentFilters, meant: Condition, *, within: Collection[UUID], today: date, most: int
) -> Figures:
    """What can be said without waiting: what was counted for this list, or all of it where it is of `most` people."""
    row = None if filters.text else db.row(KEPT, {"key": _key(filters, within)})
    if row is not None and row.figures is not None:
        return Figures(row.figures, row.counted_at < datetime.now(UTC) - OLD)
    if row is None and _is_too_much(filters, meant, within, most):
        return Figures(None)
    few = counts_of_few(db, meant, within=within, today=today, most=most) if row is None else None
    return Figures(few, few is None and not filters.text)


def ask(db: CompanySession, filters: ResidentFilters, *, within: Collection[UUID]) -> None:
    """Have this list counted, unless that is under way."""
    values = {"id": new_id(), "key": _key(filters, within), "asked": Jsonb(_asked(filters, within))}
    if db.rows(ASK, values):
        defer(db, COUNT, once=COUNT)


def outdated(db: CompanySession) -> None:
    """Have all lists counted anew that somebody looks at: something was done that changes many stages."""
    if db.rows(OUTDATE):
        defer(db, COUNT, once=COUNT)


def count_what_is_due(db: CompanySession, *, today: date) -> None:
    """Count each list that was asked for. The caller commits."""
    db.rows(FORGET, {"before": datetime.now(UTC) - FORGOTTEN})
    for row in db.rows(DUE):
        property_id, building_id, unit_id = (UUID(one) if (one := row.asked.get(name)) else None for name in PLACES)
        filters = ResidentFilters(property_id=property_id, building_id=building_id, unit_id=unit_id)
        found = counts(db, filters, within=[UUID(one) for one in row.asked["within"]], today=today)
        db.rows(COUNTED, {"id": row.id, "figures": Jsonb({stage: found[stage] for stage in STAGES})})


def _is_too_much(filters: ResidentFilters, meant: Condition, within: Collection[UUID], most: int) -> bool:
    """Whether the search itself has said so: there is one word, nothing else, and more people have it."""
    return (
        filters == ResidentFilters(text=filters.text, stage=filters.stage) and not within and (meant.hits or 0) > most
    )


def _asked(filters: ResidentFilters, within: Collection[UUID]) -> dict[str, Any]:
    """What a list is narrowed down to, whatever stage it shows."""
    places = {name: str(place) for name in PLACES if (place := getattr(filters, name)) is not None}
    return {**places, "within": sorted(str(one) for one in within)}


def _key(filters: ResidentFilters, within: Collection[UUID]) -> str:
    return sha256(orjson.dumps(_asked(filters, within), option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
