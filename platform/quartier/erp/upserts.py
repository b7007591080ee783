# ruff: noqa: S608 - names of tables and columns come from `fields.NOUNS`; what was sent is staged, never in a statement
"""Writing a batch: a handful of statements for all rows of it, and none of it if a single row can't be written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import text

from quartier.db.base import new_id
from quartier.erp.erased import LeftOut
from quartier.erp.fields import COMMERCIAL, Noun
from quartier.erp.reading import Problem, Row
from quartier.estate.quota import room_for
from quartier.i18n.texts import gettext as _
from quartier.people.erased import ErasedNumbers
from quartier.people.forgotten import CONTACT, FORGOTTEN
from quartier.tenancy.session import CompanySession

STAGE = """
    CREATE TEMP TABLE erp_staged (
        line int, fresh_id uuid, external_id text, parent text, archived boolean, people jsonb, row jsonb,
        id uuid, forgotten boolean
    ) ON COMMIT DROP
"""
COPY = "COPY erp_staged (line, fresh_id, external_id, parent, archived, people, row) FROM STDIN"
MOST_PROBLEMS = 1000
MANY = 1000
"""Rows from which on looking up one by one is the wrong plan, even while statistics say that the tables are small."""


@dataclass(frozen=True)
class Counts:
    """What became of the rows."""

    created: int
    updated: int
    unchanged: int


class Upsert:
    """One batch of one noun. First `stage`, then `problems`; `apply` only if there are none.

    Names of tables and columns come from `fields.NOUNS` alone; everything that was sent is a value.
    """

    def __init__(self, db: CompanySession, noun: Noun, *, zone: str, key: bytes) -> None:
        self._db, self._noun, self._table, self._zone = db, noun, noun.table, zone
        self._left_out = LeftOut(ErasedNumbers(db, key))
        self._columns: tuple[str, ...] = ()

    def stage(self, rows: Iterable[Row]) -> None:
        """Put the rows beside the tables, find the rows that they mean, and the things that they hang on."""
        self._run(STAGE)
        if self._copy(rows) >= MANY:
            self._run("SET LOCAL enable_nestloop = off")
        self._run("ANALYZE erp_staged")
        self._run(f"UPDATE erp_staged s SET id = t.id FROM {self._table} t WHERE t.external_id = s.external_id")
        if self._table == "person":
            self._merged()
            self._left_out.people()
            self._forget()
        if self._table == "occupancy":
            self._left_out.of_periods()
        self._run("ANALYZE erp_staged")
        if parent := self._noun.parent:
            self._run(
                f"UPDATE erp_staged s SET row = s.row || jsonb_build_object('{parent}_id', p.id) FROM {parent} p "
                "WHERE p.external_id = s.parent"
            )
        if self._noun.archivable:
            self._run(
                "UPDATE erp_staged s SET row = s.row || jsonb_build_object('archived_at', now()) "
                "WHERE s.archived AND s.id IS NULL"
            )
            self._run(
                "UPDATE erp_staged s SET row = s.row || jsonb_build_object('archived_at', "
                f"CASE WHEN s.archived THEN coalesce(t.archived_at, now()) END) FROM {self._table} t "
                "WHERE t.id = s.id AND s.archived IS NOT NULL"
            )

    def _copy(self, rows: Iterable[Row]) -> int:
        """One row after the other, as they are read; how many there were. Only columns that were sent are written."""
        sent, count = set[str](), 0
        driver: Any = self._db.connection().connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in rows:
                count += 1
                people = None if row.people is None else orjson.dumps(row.people).decode()
                values = orjson.dumps(row.values).decode()
                copy.write_row((row.line, new_id(), row.external_id, row.parent, row.archived, people, values))
                sent.update(row.values)
                sent |= {f"{self._noun.parent}_id"} if row.parent else set()
                sent |= {"archived_at"} if row.archived is not None else set()
        self._columns = tuple(name for name in self._noun.columns if name in sent)
        return count

    def problems(self) -> list[Problem]:
        """Everything that only the database knows: what is missing, what does not exist, what collides."""
        found = [*self._missing(), *self._unknown_parents()]
        if self._table == "occupancy":
            found += [*self._unknown_people(), *self._periods()]
        if self._table == "unit":
            found += self._no_room()
        return found

    def hints(self) -> list[Problem]:
        """What was left out of rows that are written nevertheless."""
        said = _("The contact data of this person were erased at their own wish, and are left out.")
        without = self._lines("s.forgotten", "email", said) if self._table == "person" else []
        return [*self._left_out.hints, *without]

    def apply(self) -> Counts:
        """Write. The database counts versions up and writes the history."""
        updated = self._update()
        created = self._insert()
        people = self._people() if self._table == "occupancy" else 0
        self._left_out.take_in_again()
        total = self._db.scalar(text("SELECT count(*) FROM erp_staged")) or 0
        changed = min(total - created, updated + people)
        return Counts(created, changed, total - created - changed)

    def _merged(self) -> None:
        """Ids that mean somebody else since two entries became one. A row under the person's own id says more than
        one under an old id, and an old one that is archived archives nobody.
        """
        known = self._run(
            "UPDATE erp_staged s SET id = a.person_id, archived = NULL FROM person_alias a "
            "WHERE s.id IS NULL AND a.external_id = s.external_id"
        )
        if known <= 0:
            return
        self._run("""
            UPDATE erp_staged s SET row = '{}' FROM (
                SELECT s.line, row_number() OVER (PARTITION BY s.id ORDER BY a.id NULLS FIRST, s.line) AS place
                FROM erp_staged s LEFT JOIN person_alias a ON a.external_id = s.external_id AND a.person_id = s.id
                WHERE s.id IS NOT NULL) d
            WHERE d.line = s.line AND d.place > 1
        """)

    def _forget(self) -> None:
        """Contact data of whom the company has erased them stay away, whatever its own system still knows."""
        names = f"ARRAY[{', '.join(map(_quoted, CONTACT))}]"
        self._run(
            f"UPDATE erp_staged s SET row = s.row - {names}, forgotten = EXISTS (SELECT FROM jsonb_each_text(s.row) f "
            f"WHERE f.key = ANY({names}) AND f.value <> '') WHERE s.id = ANY(ARRAY({FORGOTTEN}))"
        )

    def _missing(self) -> list[Problem]:
        found = []
        needed = [field.name for field in self._noun.fields if field.needed]
        for name in needed:
            found += self._lines(f"s.id IS NULL AND NOT s.row ? '{name}'", name, _("A new row needs this."))
        if parent := self._noun.parent:
            found += self._lines("s.id IS NULL AND s.parent IS NULL", parent, _("A new row needs this."))
        if self._table == "person":
            nameless = (
                "s.id IS NULL AND coalesce(s.row ->> 'family_name', '') = '' "
                "AND coalesce(s.row ->> 'company_name', '') = ''"
            )
            found += self._lines(nameless, "family_name", _("A person needs a family name or the name of a business."))
        return found

    def _unknown_parents(self) -> list[Problem]:
        parent = self._noun.parent
        if parent is None:
            return []
        return self._lines(
            f"s.parent IS NOT NULL AND NOT s.row ? '{parent}_id'", parent, _("Nothing with this id is known.")
        )

    def _no_room(self) -> list[Problem]:
        """The contract's quota: rows that would come into use, new ones and those that are taken back."""
        more = self._db.row(
            "SELECT count(*) FROM erp_staged s LEFT JOIN unit u ON u.id = s.id "
            "WHERE NOT coalesce(s.archived, false) AND (s.id IS NULL OR u.archived_at IS NOT NULL AND NOT s.archived)"
        )[0]
        refusal = room_for(self._db, more, on=datetime.now(ZoneInfo(self._zone)).date()) if more else None
        return [Problem(0, "", refusal)] if refusal else []

    def _unknown_people(self) -> list[Problem]:
        return self._lines_of(
            "SELECT DISTINCT s.line, s.external_id FROM erp_staged s "
            "CROSS JOIN LATERAL jsonb_array_elements(s.people) o "
            "LEFT JOIN person p ON p.external_id = o ->> 'person' "
            "LEFT JOIN person_alias a ON a.external_id = o ->> 'person' WHERE p.id IS NULL AND a.id IS NULL",
            "persons",
            _("A person with this id is not known."),
        )

    def _periods(self) -> list[Problem]:
        """As the periods would be: each with what was sent over what is there."""
        self._run("""
            CREATE TEMP TABLE erp_periods ON COMMIT DROP AS
            SELECT s.line, coalesce(s.id, s.fresh_id) AS id, r.unit_id, r.kind, r.starts, r.ends
            FROM erp_staged s LEFT JOIN occupancy o ON o.id = s.id
            CROSS JOIN LATERAL jsonb_populate_record(o, s.row) r
        """)
        backwards = self._lines_of("SELECT line, '' FROM erp_periods WHERE ends <= starts", "ends",
                                   _("A period ends after it starts."))  # fmt: skip
        if backwards:
            return backwards
        self._run("CREATE INDEX ON erp_periods (unit_id)")
        self._run("ANALYZE erp_periods")
        both = (
            "a.kind = 'tenancy' AND b.kind = 'tenancy' AND daterange(a.starts, a.ends) && daterange(b.starts, b.ends)"
        )
        inside = self._lines_of(
            "SELECT DISTINCT a.line, '' FROM erp_periods a "
            f"JOIN erp_periods b ON b.unit_id = a.unit_id AND b.id <> a.id WHERE {both}",
            "starts",
            _("This tenancy overlaps another one of the batch."),
        )
        against = self._lines_of(
            f"SELECT DISTINCT a.line, '' FROM erp_periods a JOIN occupancy b ON b.unit_id = a.unit_id WHERE {both} "
            "AND NOT EXISTS (SELECT FROM erp_periods c WHERE c.id = b.id)",
            "starts",
            _("Somebody rents the unit in this time already."),
        )
        return inside + against

    def _update(self) -> int:
        """Rows that are there and differ in something that was sent; columns that no row names are left alone."""
        if not self._columns:
            return 0
        return self._run(
            f"UPDATE {self._table} t SET ({', '.join(self._columns)}) = "
            f"(SELECT {', '.join('r.' + one for one in self._columns)} FROM jsonb_populate_record(t, s.row) r) "
            "FROM erp_staged s WHERE t.id = s.id AND NOT to_jsonb(t) @> s.row"
        )

    def _insert(self) -> int:
        columns = ", ".join(self._noun.columns)
        return self._run(
            f"INSERT INTO {self._table} (id, external_id, {columns}) "
            f"SELECT s.fresh_id, s.external_id, {', '.join('r.' + one for one in self._noun.columns)} "
            "FROM erp_staged s CROSS JOIN LATERAL "
            f"jsonb_populate_record(NULL::{self._table}, {self._blank()} || s.row) r WHERE s.id IS NULL"
        )

    def _blank(self) -> str:
        """What a new row has where nothing was sent."""
        pairs = ["'note', ''"]
        pairs += [f"'{one.name}', ''" for one in self._noun.fields if one.kind == "text" and not one.nullable]
        pairs += {
            "property": [f"'timezone', {_quoted(self._zone)}"],
            "unit": ["'position', 0", f"'is_commercial', s.row ->> 'kind' IN ({', '.join(map(_quoted, COMMERCIAL))})"],
            "person": ["'salutation', 'none'"],
        }.get(self._table, [])
        return f"jsonb_build_object({', '.join(pairs)})"

    def _people(self) -> int:
        """Who is on each period: exactly those who were sent, where any were; how many periods of others changed.

        Whom residents have brought in stays: the company's system knows nothing of them.
        """
        self._compare_people()
        self._run("""
            DELETE FROM occupant o USING erp_crowds c WHERE o.occupancy_id = c.id AND o.host_id IS NULL
            AND NOT EXISTS (SELECT FROM erp_people e WHERE e.occupancy_id = o.occupancy_id
                AND e.person_id = o.person_id)
        """)
        self._run("""
            UPDATE occupant o SET role = e.role FROM erp_people e
            WHERE o.occupancy_id = e.occupancy_id AND o.person_id = e.person_id AND o.role <> e.role
        """)
        self._run("""
            INSERT INTO occupant (id, occupancy_id, person_id, role)
            SELECT gen_random_uuid(), e.occupancy_id, e.person_id, e.role FROM erp_people e
            WHERE NOT EXISTS (SELECT FROM occupant o WHERE o.occupancy_id = e.occupancy_id
                AND o.person_id = e.person_id)
        """)
        return int(self._db.scalar(text("SELECT count(*) FROM erp_crowds")) or 0)

    def _compare_people(self) -> None:
        """`erp_people` is who was sent for each period, `erp_crowds` are the known periods whose people are others."""
        self._run("""
            CREATE TEMP TABLE erp_people ON COMMIT DROP AS
            SELECT DISTINCT ON (1, 2) coalesce(s.id, s.fresh_id) AS occupancy_id,
                coalesce(p.id, a.person_id) AS person_id, o ->> 'role' AS role
            FROM erp_staged s CROSS JOIN LATERAL jsonb_array_elements(s.people) o
            LEFT JOIN person p ON p.external_id = o ->> 'person'
            LEFT JOIN person_alias a ON a.external_id = o ->> 'person'
            WHERE s.people IS NOT NULL ORDER BY 1, 2, p.id NULLS LAST
        """)
        self._run("""
            CREATE TEMP TABLE erp_crowds ON COMMIT DROP AS
            SELECT s.id FROM erp_staged s
            LEFT JOIN (SELECT occupancy_id AS id, jsonb_object_agg(person_id, role) AS them FROM erp_people
                GROUP BY occupancy_id) sent ON sent.id = s.id
            LEFT JOIN (SELECT o.occupancy_id AS id, jsonb_object_agg(o.person_id, o.role) AS them FROM occupant o
                JOIN erp_staged x ON x.id = o.occupancy_id
                WHERE o.host_id IS NULL OR EXISTS (SELECT FROM erp_people e WHERE e.occupancy_id = o.occupancy_id
                    AND e.person_id = o.person_id)
                GROUP BY o.occupancy_id) there ON there.id = s.id
            WHERE s.id IS NOT NULL AND s.people IS NOT NULL AND sent.them IS DISTINCT FROM there.them
        """)

    def _lines(self, condition: str, field: str, reason: str) -> list[Problem]:
        return self._lines_of(f"SELECT s.line, s.external_id FROM erp_staged s WHERE {condition}", field, reason)

    def _lines_of(self, query: str, field: str, reason: str) -> list[Problem]:
        rows = self._db.rows(f"{query} ORDER BY 1 LIMIT {MOST_PROBLEMS}")
        return [Problem(row[0], field, reason, row[1]) for row in rows]

    def _run(self, statement: str) -> int:
        return int(self._db.connection().exec_driver_sql(statement).rowcount)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
