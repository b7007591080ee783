"""What is vacant is found by what is kept beside the periods: whatever happens, that says what the periods say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from quartier.db.base import new_id
from quartier.estate import queries
from quartier.estate.queries import UnitFilters
from quartier.estate.vacancy import vacancies
from quartier.imports.driver import driver_of
from quartier.tenancy.session import CompanySession
from quartier.testing import SomeCompany

TODAY = datetime.now(UTC).date()
QUARTER = timedelta(days=92)
BY_PERIODS = """
    WITH used AS (
        SELECT u.id, (SELECT max(coalesce(y.ends, DATE '9999-12-31')) FROM occupancy y WHERE y.unit_id = u.id
                         AND y.starts <= %(day)s AND (y.ends IS NULL OR y.ends > %(day)s)) AS until
          FROM unit u WHERE u.archived_at IS NULL AND u.kind <> 'laundry'
    )
    SELECT id, until IS NULL AS vacant, coalesce(until <= %(soon)s, false) AS soon FROM used
"""
UNIT = "INSERT INTO unit (id, building_id, name, kind) "
UNIT += "SELECT i, %s, '12.0.1', k FROM unnest(%s::uuid[], %s::text[]) x (i, k)"
PERIOD = "INSERT INTO occupancy (id, unit_id, kind, starts, ends) VALUES (%s, %s, 'ownership', %s, %s)"


def test_whatever_happens_the_same_units_are_vacant_as_by_their_periods(brunnenhof: SomeCompany) -> None:
    db, chance = brunnenhof.db(), Random(11)
    for step in range(150):
        happens(db, chance, brunnenhof.building_id)
        if step % 3 == 0:
            for day in (TODAY, TODAY + timedelta(days=40), TODAY + timedelta(days=300)):
                agree(db, day)


def agree(db: CompanySession, day: date) -> None:
    rows = db.rows(BY_PERIODS, {"day": day, "soon": day + QUARTER})
    listed = queries.units(db, UnitFilters(use="vacant"), within=(), today=day, limit=500)
    assert {row.id for row in listed} == {row.id for row in rows if row.vacant}
    counted = vacancies(db, within=(), today=day, soon=day + QUARTER)
    numbers = [(one.units, one.vacant, one.soon) for one in counted]
    said = [(len(rows), sum(row.vacant for row in rows), sum(row.soon for row in rows))]
    assert numbers == (said if rows else [])


def happens(db: CompanySession, chance: Random, building: UUID) -> None:
    """One of the things that people, imports and undos do, to one row or to several in one statement."""
    write = driver_of(db).execute
    units = [row.id for row in db.rows("SELECT id FROM unit ORDER BY id")]
    periods = [row.id for row in db.rows("SELECT id FROM occupancy ORDER BY id")]
    starts = TODAY + timedelta(days=chance.randrange(-500, 200))
    ends = chance.choice((None, None, starts + timedelta(days=chance.randrange(1, 600))))
    some = chance.sample(periods, min(len(periods), chance.choice((1, 1, 4))))
    match chance.choice(("new", "let", "let", "let", "end", "reopen", "move", "delete", "later", "put away", "gone")):
        case "new":
            kinds = [chance.choice(("flat", "flat", "laundry")) for _n in range(chance.choice((1, 3)))]
            write(UNIT, (building, [new_id() for _kind in kinds], kinds))
        case "let" if units:
            write(PERIOD, (new_id(), chance.choice(units), starts, ends))
        case "end":
            write("UPDATE occupancy SET ends = greatest(starts + 1, %s) WHERE id = ANY(%s)", (TODAY, some))
        case "reopen":
            write("UPDATE occupancy SET ends = NULL WHERE id = ANY(%s)", (some,))
        case "move" if units:
            write("UPDATE occupancy SET unit_id = %s WHERE id = ANY(%s)", (chance.choice(units), some))
        case "delete":
            write("DELETE FROM occupancy WHERE id = ANY(%s)", (some,))
        case "later":
            moved = "UPDATE occupancy SET starts = %s, ends = NULL WHERE id = ANY(%s)"
            write(moved, (starts, some))
        case "put away" if units:
            write("UPDATE unit SET archived_at = now() WHERE id = %s", (chance.choice(units),))
        case "gone" if units:
            free = "DELETE FROM unit u WHERE id = %s AND NOT EXISTS (SELECT FROM occupancy y WHERE y.unit_id = u.id)"
            write(free, (chance.choice(units),))
