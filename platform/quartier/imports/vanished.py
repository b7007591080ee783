"""What a full export does not have any more: what would become of it, and what becomes of it if somebody asks for that.

Nothing that something hangs on is deleted: it is put into the archive. What is in use stays, whatever a file says.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from quartier.imports.applying import LABELS
from quartier.imports.driver import Driver, rows, run
from quartier.imports.nouns import BUILDING, OCCUPANCY, PERSON, PROPERTY, UNIT, Noun
from quartier.imports.undoing import references

LISTED: Final = 50
ORDER: Final = (OCCUPANCY, UNIT, BUILDING, PROPERTY, PERSON)
"""What hangs on others first."""
RUNS: Final = (
    "(y.ends IS NULL OR y.ends > %(on)s) AND NOT EXISTS (SELECT FROM vanished v WHERE v.id = y.id AND v.fate <> 'stay')"
)
HELD: Final = {
    "unit": f"EXISTS (SELECT FROM occupancy y WHERE y.unit_id = t.id AND {RUNS}) "
    "OR EXISTS (SELECT FROM staged_occupancy s WHERE s.parent_id = t.id AND s.state = 'new')",
    "building": "EXISTS (SELECT FROM unit u WHERE u.building_id = t.id AND u.archived_at IS NULL "
    "AND NOT EXISTS (SELECT FROM vanished v WHERE v.id = u.id AND v.fate <> 'stay')) "
    "OR EXISTS (SELECT FROM staged_unit s WHERE s.parent_id = t.id AND s.state IN ('new', 'changed'))",
    "property": "EXISTS (SELECT FROM building b WHERE b.property_id = t.id AND b.archived_at IS NULL "
    "AND NOT EXISTS (SELECT FROM vanished v WHERE v.id = b.id AND v.fate <> 'stay')) "
    "OR EXISTS (SELECT FROM staged_building s WHERE s.parent_id = t.id AND s.state IN ('new', 'changed'))",
    "person": "EXISTS (SELECT FROM occupant o JOIN occupancy y ON y.id = o.occupancy_id "
    f"WHERE o.person_id = t.id AND {RUNS})",
}
"""SQL: something in use hangs on it, or will when the files are applied."""


@dataclass
class Gone:
    """Rows of a noun that the files do not have. `fates`: close, delete, archive or stay → how many; `labels`: the
    first of them with their fates."""

    count: int
    fates: dict[str, int] = field(default_factory=dict)
    labels: list[tuple[str, str]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)


def vanished(driver: Driver, covered: set[str], on: date, *, close: bool = False) -> dict[str, Gone]:
    """What is gone, for nouns that the files cover, and what would become of it; `close` says that periods end."""
    _judge(driver, covered, on, close=close)
    found: dict[str, Gone] = {}
    for noun in ORDER:
        counted = rows(driver, f"SELECT fate, count(*) AS number FROM vanished WHERE noun = '{noun.name}' GROUP BY 1")
        if counted:
            fates = {row.fate: row.number for row in counted}
            found[noun.name] = Gone(sum(fates.values()), fates, _labels(driver, noun))
    return found


def remove(driver: Driver, covered: set[str], on: date, *, periods: bool, others: bool) -> None:
    """End `periods`, and delete or archive `others`; called only when somebody asked for it, after all else."""
    _judge(driver, covered, on, close=periods)
    if periods:
        ended = "UPDATE occupancy t SET ends = %(on)s FROM vanished v WHERE v.id = t.id AND v.fate = 'close'"
        run(driver, ended, {"on": on})
        run(driver, "DELETE FROM occupancy t USING vanished v WHERE v.id = t.id AND v.fate = 'delete'")
    for noun in ORDER[1:] if others else ():
        mine = f"FROM vanished v WHERE v.id = t.id AND v.noun = '{noun.name}'"
        run(driver, f"DELETE FROM {noun.name} t USING {mine.removeprefix('FROM ')} AND v.fate = 'delete'")
        run(driver, f"UPDATE {noun.name} t SET archived_at = now() {mine} AND v.fate = 'archive'")


def _judge(driver: Driver, covered: set[str], on: date, *, close: bool) -> None:
    run(driver, "DROP TABLE IF EXISTS vanished")
    run(driver, "CREATE TEMPORARY TABLE vanished (noun text, id uuid PRIMARY KEY, fate text) ON COMMIT DROP")
    pointing = references(driver)
    for noun in ORDER:
        if noun.name in covered:
            fate = _fate(noun, pointing, close=close)
            run(
                driver,
                f"INSERT INTO vanished SELECT '{noun.name}', t.id, {fate} FROM {noun.name} t WHERE {_gone(noun)}",
                {"on": on},
            )
            run(driver, "ANALYZE vanished")


def _gone(noun: Noun) -> str:
    """In use, and not said by any file. Who belongs to the team is never gone, nor is who never had a number."""
    missing = f"NOT EXISTS (SELECT FROM {noun.staging} s WHERE coalesce(s.found, s.id) = t.id)"
    if noun is OCCUPANCY:
        return f"{missing} AND (t.ends IS NULL OR t.ends > %(on)s)"
    if noun is PERSON:
        nobody = "NOT EXISTS (SELECT FROM agent g WHERE g.person_id = t.id)"
        return f"{missing} AND t.archived_at IS NULL AND t.external_id IS NOT NULL AND {nobody}"
    return f"{missing} AND t.archived_at IS NULL"


def _fate(noun: Noun, pointing: list[tuple[str, str, str]], *, close: bool) -> str:
    """SQL: what becomes of a row. Of a period that never began nothing stays."""
    if noun is OCCUPANCY:
        return "CASE WHEN t.starts < %(on)s THEN 'close' ELSE 'delete' END" if close else "'stay'"
    gone = "AND NOT EXISTS (SELECT FROM vanished v WHERE v.id = x.id AND v.fate = 'delete')"
    tied = " OR ".join(
        f"EXISTS (SELECT FROM {table} x WHERE x.{column} = t.id {gone if table in HANGING else ''})"
        for table, column, name in pointing
        if name == noun.name
    )
    return f"CASE WHEN {HELD[noun.name]} THEN 'stay' WHEN {tied or 'false'} THEN 'archive' ELSE 'delete' END"


HANGING: Final = frozenset(noun.name for noun in ORDER)


def _labels(driver: Driver, noun: Noun) -> list[tuple[str, str]]:
    listed = rows(
        driver,
        f"SELECT {LABELS[noun.name]} AS label, v.fate FROM {noun.name} t JOIN vanished v ON v.id = t.id "
        f"WHERE v.noun = '{noun.name}' ORDER BY v.fate, 1 LIMIT {LISTED}",
    )
    return [(row.label, row.fate) for row in listed]
