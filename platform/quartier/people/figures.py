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
AT_ONCE: Final = datetime.min.replace(tzinfo=UTC)
FEW: Final = 1_000
"""So many people are counted while somebody waits for the list; more are counted by a worker."""
FOUND: Final = 300
"""The same of what a search found; among more of them numbers say little."""
FORGOTTEN: Final = timedelta(days=30)
PLACES: Final = ("property_id", "building_id", "unit_id")
KEPT: Final = """
    SELECT r.figures, r.counted_at FROM (SELECT set_config('plan_cache_mode', 'force_generic_plan', true)) once
      LEFT JOIN resident_figures r ON r.key = %(key)s
"""
"""A list is asked for by keys and days only. To plan it for the very ones takes longer than to read it, so it is
planned once for each connection; this first statement of a page says so."""
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
    """Stage → people, None where nobody has counted; from `due` on they should be counted anew."""

    people: Mapping[str, int] | None
    due: datetime | None = None

    @property
    def old(self) -> bool:
        """Whether they should be counted anew by now."""
        return self.due is not None and self.due <= datetime.now(UTC)


def kept(db: CompanySession, filters: ResidentFilters, *, within: Collection[UUID]) -> Figures | None:
    """What was counted for this list, however old; None where nobody has. Of what a search finds nothing is kept."""
    rows = [] if filters.text else db.first(KEPT, {"key": _key(filters, within)})
    if not rows or rows[0].figures is None:
        return None
    return Figures(rows[0].figures, rows[0].counted_at + OLD)


def few(filters: ResidentFilters, meant: Condition, *, within: Collection[UUID]) -> int:
    """So many people of this list can be counted while somebody waits for it; 0 where it is known that there are more.

    A search for one word has said how many have it.
    """
    most = FOUND if filters.text else FEW
    alone = filters == ResidentFilters(text=filters.text, stage=filters.stage) and not within
    return 0 if alone and (meant.hits or 0) > most else most


def counted_now(filters: ResidentFilters, people: Mapping[str, int] | None) -> Figures:
    """What was counted for a list just now, if it was: of a long one a worker has to, of a search nobody."""
    return Figures(people, AT_ONCE if people is None and not filters.text else None)


def known(
    db: CompanySession, filters: ResidentFilters, meant: Condition, *, within: Collection[UUID], today: date
) -> Figures:
    """What can be said without waiting: what was counted for this list, or all of it where it is short."""
    if (found := kept(db, filters, within=within)) is not None:
        return found
    most = few(filters, meant, within=within)
    return counted_now(filters, counts_of_few(db, meant, within=within, today=today, most=most) if most else None)


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


def _asked(filters: ResidentFilters, within: Collection[UUID]) -> dict[str, Any]:
    """What a list is narrowed down to, whatever stage it shows."""
    places = {name: str(place) for name in PLACES if (place := getattr(filters, name)) is not None}
    return {**places, "within": sorted(str(one) for one in within)}


def _key(filters: ResidentFilters, within: Collection[UUID]) -> str:
    return sha256(orjson.dumps(_asked(filters, within), option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
