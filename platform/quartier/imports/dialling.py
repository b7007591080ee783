"""Phone numbers without a country code, where a company has houses in several countries and a row names none.

Such a number waits as it was typed until the periods have found their units: then the house says what it means.
"""

from __future__ import annotations

from typing import Any, Final

from quartier.imports.complaints import Complaints
from quartier.imports.driver import Driver, rows, run, value
from quartier.imports.mapping import Columns
from quartier.imports.problems import Problem
from quartier.people.phones import parse_phone, says_country

MARK: Final = ":"
"""Between the company's country and what was typed; a number that is settled has none."""
FACTS: Final = ("phone", "mobile")
ABROAD: Final = "SELECT EXISTS (SELECT FROM building WHERE country <> %(country)s)"
HOUSES: Final = """
    WITH home AS (
        SELECT so.other AS key, sy.parent_id AS unit_id, 1 AS place
          FROM staged_occupant so JOIN staged_occupancy sy ON sy.key = so.parent
        UNION ALL
        SELECT so.other, y.unit_id, 2 FROM staged_occupant so
          JOIN occupancy y ON y.external_id = substr(so.parent, 2) WHERE left(so.parent, 1) = 'x'
        UNION ALL
        SELECT s.key, y.unit_id, 3 FROM staged_person s JOIN person t ON t.external_id = s.ext
          JOIN occupant o ON o.person_id = t.id JOIN occupancy y ON y.id = o.occupancy_id
    ), lot AS (
        SELECT coalesce(found, id) AS id, parent_id AS building_id FROM staged_unit
        UNION ALL SELECT id, building_id FROM unit
    ), house AS (
        SELECT coalesce(found, id) AS id, country, 1 AS place FROM staged_building
        UNION ALL SELECT id, country, 2 FROM building
    )
    SELECT DISTINCT ON (s.n) s.n, s.file, s.line, s.phone, s.mobile, house.country FROM staged_person s
      LEFT JOIN home ON home.key = s.key LEFT JOIN lot ON lot.id = home.unit_id
      LEFT JOIN house ON house.id = lot.building_id
     WHERE strpos(s.phone, %(mark)s) > 0 OR strpos(s.mobile, %(mark)s) > 0
     ORDER BY s.n, house.country IS NULL, home.place, house.place, house.country
"""
"""Waiting rows, each with the country of one house: what the files say of it comes before what was known."""
SETTLE: Final = """
    UPDATE staged_person s SET phone = d.phone, mobile = d.mobile
      FROM unnest(%(n)s::bigint[], %(phone)s::text[], %(mobile)s::text[]) AS d (n, phone, mobile) WHERE d.n = s.n
"""


def has_houses_abroad(driver: Driver, tables: list[Columns], country: str) -> bool:
    """Whether some house stands, or could be said to stand, in another country than the company's."""
    said = any("building.country" in one.used or (one.exchange and "country" in one.header) for one in tables)
    return said or bool(value(driver, ABROAD, {"country": country}))


def waiting(text: str, country: str) -> str:
    """The number, or where its country is in question what `settle` wants. Raises ValueError as `parse_phone` does."""
    return parse_phone(text, country) if says_country(text) else f"{country}{MARK}{text}"


def settle(driver: Driver, complaints: Complaints) -> None:
    """Read the numbers that wait. What can be none in its country is told of, and left out."""
    settled: dict[str, list[Any]] = {"n": [], "phone": [], "mobile": []}
    for row in rows(driver, HOUSES, {"mark": MARK}):
        settled["n"].append(row.n)
        for fact in FACTS:
            settled[fact].append(_number(complaints, row, fact))
    if settled["n"]:
        run(driver, SETTLE, settled)


def _number(complaints: Complaints, row: Any, fact: str) -> str | None:
    known, mark, text = (getattr(row, fact) or "").partition(MARK)
    if not mark:
        return known or None
    try:
        return parse_phone(text, row.country or known)
    except ValueError:
        complaints.tell(row.file, Problem("bad_phone", line=row.line, column=f"person.{fact}", value=text))
        return None
