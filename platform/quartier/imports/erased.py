"""What files still know of people whom the company has erased: it stays out, and the report says so."""

from __future__ import annotations

from typing import Any, Final

from quartier.imports.driver import Driver, rows, run
from quartier.imports.exchange import NOT_PEOPLE
from quartier.imports.nouns import OCCUPANCY, OCCUPANT, PERSON
from quartier.imports.records import by_id
from quartier.people.aliases import PARTIES
from quartier.people.erased import ErasedNumbers
from quartier.people.forgotten import CONTACT, FORGOTTEN

MOST: Final = 2000
ALONE: Final = f"""
    {OCCUPANT.staging} o WHERE left(o.other, 1) = 'x'
       AND NOT EXISTS (SELECT FROM {PERSON.staging} s WHERE s.key = o.other)
"""
"""SQL: who stands on a period by number, and is not in the files otherwise."""
UNKNOWN: Final = f"""
    SELECT ext FROM {PERSON.staging} WHERE found IS NULL AND ext IS NOT NULL
    UNION SELECT substr(o.other, 2) FROM {ALONE}
       AND NOT EXISTS (SELECT FROM person t WHERE t.external_id = substr(o.other, 2))
       AND NOT EXISTS (SELECT FROM person_alias a WHERE a.external_id = substr(o.other, 2))
"""
CONTRACTS: Final = f"""
    SELECT substr(o.other, 2) AS ext, y.starts FROM {OCCUPANT.staging} o JOIN {OCCUPANCY.staging} y ON y.key = o.parent
     WHERE o.other = ANY(%(keys)s) AND coalesce(o.role, 'main') = ANY(%(parties)s) AND y.starts IS NOT NULL
"""
LINES: Final = f"""
    SELECT file, line, ext AS value FROM {PERSON.staging} WHERE key = ANY(%(keys)s)
    UNION ALL SELECT o.file, o.line, substr(o.other, 2) FROM {ALONE} AND o.other = ANY(%(keys)s)
     ORDER BY 1, 2 LIMIT {MOST}
"""
GONE: Final = (
    f"DELETE FROM {OCCUPANT.staging} WHERE other = ANY(%(keys)s)",
    f"DELETE FROM {PERSON.staging} WHERE key = ANY(%(keys)s)",
    """DELETE FROM staged_record WHERE resource <> ALL(%(others)s)
       AND coalesce(data ->> 'agentId', data ->> 'id') = ANY(%(numbers)s)""",
)


def leave_out(driver: Driver, erased: ErasedNumbers) -> list[Any]:
    """Take out whom the company has erased wholly: (file, line, value) of each row, the first of them.

    Somebody with whom there is a new contract since then comes in: for it they have to be reached.
    """
    if not erased.count():
        return []
    days = erased.among([row.ext for row in rows(driver, UNKNOWN)])
    asked = {"keys": [by_id(number) for number in days], "parties": list(PARTIES)}
    back = {row.ext for row in rows(driver, CONTRACTS, asked) if row.starts >= days[row.ext]}
    numbers = [number for number in days if number not in back]
    these = {"numbers": numbers, "keys": [by_id(number) for number in numbers], "others": NOT_PEOPLE}
    found = rows(driver, LINES, these)
    for statement in GONE:
        run(driver, statement, these)
    return found


def without_contact(driver: Driver) -> list[Any]:
    """Take the contact data of those out of whom only these were erased: (file, line, value) of each row."""
    names = [name for name in PERSON.columns if name in CONTACT]
    where = f"s.found = ANY(ARRAY({FORGOTTEN}))"
    said = " OR ".join(f"coalesce(s.{name}, '') <> ''" for name in names)
    found = rows(
        driver,
        f"SELECT s.file, s.line, coalesce(s.ext, '') AS value FROM {PERSON.staging} s "
        f"WHERE {where} AND ({said}) ORDER BY s.n LIMIT {MOST}",
    )
    run(driver, f"UPDATE {PERSON.staging} s SET {', '.join(f'{name} = NULL' for name in names)} WHERE {where}")
    return found
