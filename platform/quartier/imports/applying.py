"""What was compared becomes true: parents first, in pieces that let a progress bar move, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from quartier.imports.driver import Driver, rows, run
from quartier.imports.nouns import NOUNS, OCCUPANCY, OCCUPANT, PERSON, Noun

PIECE: Final = 20_000  # rows
COLLECTED: Final = "16MB"
"""What the search's indexes collect before they sort it in: four times the usual, which takes a quarter of the work.
Meanwhile a search looks through it, up to 7 ms longer per word; so it is sorted at the end and not left."""
Progress = Callable[[int], None]
"""Takes how many rows have been worked on since the last call."""


class Application:
    """Writes staged rows into the tables of the estate."""

    def __init__(self, driver: Driver, *, country: str, timezone: str, progress: Progress) -> None:
        self._driver, self._progress = driver, progress
        self._home = {"country": country, "timezone": timezone}

    def run(self) -> None:
        """Delete, then insert and change, level by level; periods that end are changed before new ones begin."""
        run(self._driver, f"SET LOCAL gin_pending_list_limit = '{COLLECTED}'")
        for noun in (OCCUPANT, OCCUPANCY):
            self._delete(noun)
        for noun in NOUNS:
            if noun is OCCUPANCY:
                self._change(noun, "AND coalesce(s.ends, 'infinity') < coalesce(t.ends, 'infinity')")
            self._change(noun)
            self._insert(noun)
        self._records()
        run(self._driver, "SELECT sort_search()")

    def _records(self) -> None:
        """New ids for old ones, and what is kept for modules that do not exist yet."""
        renamed = [(noun.name, noun.name) for noun in NOUNS if noun.has_external_id]
        for noun, table in (*renamed, (PERSON.name, "person_alias")):
            run(
                self._driver,
                f"UPDATE {table} t SET external_id = r.data ->> 'new' FROM staged_record r "
                f"WHERE r.resource = 'remap:{noun}' AND t.external_id = r.key",
            )
        run(self._driver, RENAMED)
        run(
            self._driver,
            "DELETE FROM exchange_record t USING staged_record r "
            "WHERE r.op = 'delete' AND t.resource = r.resource AND t.key = r.key",
        )
        run(
            self._driver,
            "INSERT INTO exchange_record AS t (id, resource, key, data) "
            "SELECT DISTINCT ON (resource, key) ordered_uuid(), resource, key, data FROM staged_record r "
            "WHERE r.op <> 'delete' AND left(r.resource, 6) <> 'remap:' ORDER BY resource, key, line DESC "
            "ON CONFLICT (company_id, resource, key) DO UPDATE SET data = t.data || excluded.data "
            "WHERE t.data IS DISTINCT FROM t.data || excluded.data",
        )

    def _delete(self, noun: Noun) -> None:
        """A period that goes takes its occupants along."""
        gone = run(
            self._driver,
            f"DELETE FROM {noun.name} t USING {noun.staging} s WHERE t.id = s.found AND s.state = 'delete'",
        )
        self._progress(max(gone, 0))

    def _insert(self, noun: Noun) -> None:
        for low, high in self._pieces(noun, "new"):
            self._progress(run(self._driver, insertion(noun), {**self._home, "low": low, "high": high}))

    def _change(self, noun: Noun, only: str = "") -> None:
        for low, high in self._pieces(noun, "changed"):
            changed = run(self._driver, f"{change(noun)} {only}", {"low": low, "high": high})
            self._progress(0 if only else changed)

    def _pieces(self, noun: Noun, state: str) -> Iterator[tuple[int, int]]:
        query = f"SELECT min(n) AS low, max(n) AS high FROM {noun.staging} WHERE state = '{state}'"
        (span,) = rows(self._driver, query)
        if span.low is not None:
            for low in range(span.low, span.high + 1, PIECE * 3):
                yield low, low + PIECE * 3


RENAMED: Final = """
    WITH ids AS (SELECT key AS old, data ->> 'new' AS new FROM staged_record WHERE left(resource, 6) = 'remap:'),
    renamed AS (
        SELECT t.id, jsonb_object_agg(f.key, coalesce(i.new, f.value)) AS data,
            (SELECT string_agg(coalesce(k.new, p.part), chr(31) ORDER BY p.place)
               FROM unnest(string_to_array(t.key, chr(31))) WITH ORDINALITY AS p (part, place)
               LEFT JOIN ids k ON k.old = p.part) AS key
          FROM exchange_record t CROSS JOIN LATERAL jsonb_each_text(t.data) f LEFT JOIN ids i ON i.old = f.value
         GROUP BY t.id, t.key HAVING bool_or(i.new IS NOT NULL)
    )
    UPDATE exchange_record t SET key = r.key, data = r.data FROM renamed r
     WHERE r.id = t.id AND EXISTS (SELECT FROM ids)
       AND NOT EXISTS (SELECT FROM exchange_record x WHERE x.resource = t.resource AND x.key = r.key AND x.id <> t.id)
"""
"""Rows that are kept speak of properties, units and people by their ids: they follow where those get new ones."""


def insertion(noun: Noun) -> str:
    """Insert the new rows with numbers from `low` to below `high`."""
    columns, values = list(noun.columns), [_new(name, otherwise) for name, otherwise in _fields(noun)]
    if noun.has_external_id:
        columns, values = ["external_id", *columns], ["s.ext", *values]
    if noun.parent:
        columns, values = [noun.parent_column, *columns], ["s.parent_id", *values]
    above = ""
    if noun is OCCUPANT:  # the database would look up the units itself, one by one
        columns, values = ["person_id", "unit_id", *columns], ["s.other_id", "y.unit_id", *values]
        above = f"JOIN {OCCUPANCY.name} y ON y.id = s.parent_id"
    return (
        f"INSERT INTO {noun.name} (id, {', '.join(columns)}) SELECT s.id, {', '.join(values)} "
        f"FROM {noun.staging} s {above} WHERE s.state = 'new' AND s.n >= %(low)s AND s.n < %(high)s ORDER BY s.n"
    )


def change(noun: Noun) -> str:
    """Set what the file says on the changed rows; what it does not say stays."""
    sets = [f"{name} = {_kept(name)}" for name in noun.columns]
    if noun.parent and noun is not OCCUPANT:
        sets.append(f"{noun.parent_column} = coalesce(s.parent_id, t.{noun.parent_column})")
    if noun is PERSON:
        sets.append("external_id = coalesce(t.external_id, s.ext)")
    return (
        f"UPDATE {noun.name} t SET {', '.join(sets)} FROM {noun.staging} s WHERE t.id = s.found AND s.state = "
        f"'changed' "
        "AND s.n >= %(low)s AND s.n < %(high)s"
    )


LABELS: Final[dict[str, str]] = {
    "property": "t.name",
    "building": "concat_ws(', ', t.name, nullif(trim(concat(t.street, ' ', t.house_number)), ''), nullif(t.city, ''))",
    "unit": "(SELECT concat_ws(' · ', trim(concat(b.street, ' ', b.house_number)), t.name) FROM building b "
    "WHERE b.id = t.building_id)",
    "person": "concat_ws(' ', nullif(t.given_name, ''), nullif(t.family_name, ''), nullif(t.company_name, ''))",
    "occupancy": "(SELECT concat_ws(' · ', nullif(trim(concat(b.street, ' ', b.house_number)), ''), u.name, "
    "to_char(t.starts, 'YYYY-MM-DD')) FROM unit u JOIN building b ON b.id = u.building_id WHERE u.id = t.unit_id)",
    "occupant": "(SELECT concat_ws(' · ', nullif(trim(concat(p.given_name, ' ', p.family_name)), ''), "
    "nullif(p.company_name, ''), u.name) FROM person p, unit u WHERE p.id = t.person_id AND u.id = t.unit_id)",
}
"""SQL: what a row is called for people; a period ends with its first day, which a page puts into words."""


def changes(driver: Driver, noun: Noun, most: int) -> list[dict[str, Any]]:
    """The first changed rows: where they stand, what they are called, and (field, before, after) of what differs."""
    names = noun.columns
    before = ", ".join(f"t.{name}::text AS before_{name}" for name in names)
    after = ", ".join(f"{_kept(name)}::text AS after_{name}" for name in names)
    found = rows(
        driver,
        f"SELECT s.file, s.line, {LABELS[noun.name]} AS label, {before}, {after} FROM {noun.staging} s "
        f"JOIN {noun.name} t ON t.id = s.found WHERE s.state = 'changed' ORDER BY s.n LIMIT {most}",
    )
    return [
        {
            "file": row.file, "line": row.line, "label": row.label,
            "fields": [
                [name, getattr(row, f"before_{name}"), getattr(row, f"after_{name}")]
                for name in names
                if getattr(row, f"before_{name}") != getattr(row, f"after_{name}")
            ],
        }
        for row in found
    ]  # fmt: skip


def renamed(driver: Driver, noun: Noun, most: int) -> list[dict[str, Any]]:
    """The first rows that get another id, in the shape of `changes`."""
    if not noun.has_external_id:
        return []
    found = rows(
        driver,
        f"SELECT r.file, r.line, {LABELS[noun.name]} AS label, r.key AS old, r.data ->> 'new' AS new "
        f"FROM staged_record r JOIN {noun.name} t ON t.external_id = r.key "
        f"WHERE r.resource = 'remap:{noun.name}' ORDER BY r.line LIMIT {most}",
    )
    return [
        {"file": row.file, "line": row.line, "label": row.label, "fields": [["external_id", row.old, row.new]]}
        for row in found
    ]


def newcomers(driver: Driver, noun: Noun, most: int) -> list[dict[str, Any]]:
    """The first new rows, by what the file calls them."""
    label = {
        "building": "concat_ws(', ', s.name, nullif(trim(concat(s.street, ' ', s.house_number)), ''), s.city)",
        "person": "concat_ws(' ', nullif(s.given_name, ''), nullif(s.family_name, ''), nullif(s.company_name, ''))",
        "occupancy": "concat_ws(' – ', s.starts, nullif(s.ends, 'infinity') - 1)",
        "occupant": "s.role",
    }.get(noun.name, "coalesce(s.name, s.ext)")
    places = PLACES if noun is OCCUPANCY else "SELECT f.*, '' AS place FROM found f ORDER BY f.n"
    found = rows(
        driver,
        f"WITH found AS (SELECT s.n, s.file, s.line, {label} AS label, s.ext, s.parent_id FROM {noun.staging} s "
        f"WHERE s.state = 'new' ORDER BY s.n LIMIT {most}) {places}",
    )
    return [
        {"file": row.file, "line": row.line, "label": row.label, "number": row.ext, "place": row.place} for row in found
    ]


PLACES: Final = """
    SELECT f.*, coalesce((SELECT concat_ws(' · ', nullif(trim(concat(b.street, ' ', b.house_number)), ''), u.name)
                            FROM unit u JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
                           WHERE u.id = f.parent_id),
                         concat_ws(' · ', nullif(trim(concat(h.street, ' ', h.house_number)), ''),
                                   coalesce(s.name, s.ext)), '') AS place
      FROM found f LEFT JOIN staged_unit s ON s.id = f.parent_id LEFT JOIN staged_building h ON h.id = s.parent_id
     ORDER BY f.n
"""
"""Where new periods are: a unit that is there already, or one that comes with the files."""


def _fields(noun: Noun) -> list[tuple[str, str]]:
    return [(field.name, field.otherwise) for field in noun.fields]


def _new(name: str, otherwise: str) -> str:
    if name == "ends":
        return "nullif(s.ends, 'infinity')"
    return f"s.{name}" if otherwise == "NULL" else f"coalesce(s.{name}, {otherwise})"


def _kept(name: str) -> str:
    if name == "ends":
        return "CASE WHEN s.ends IS NULL THEN t.ends ELSE nullif(s.ends, 'infinity') END"
    return f"coalesce(s.{name}, t.{name})"
