"""What is staged against what there is: new, changed, unchanged, gone, and what cannot be.

All of it in statements over whole tables. Names of tables and columns come from `nouns`, never from a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from quartier.imports import dialling
from quartier.imports.complaints import Complaints, Tell
from quartier.imports.driver import Driver, rows, run, value
from quartier.imports.nouns import BY_NAME, NOUNS, OCCUPANCY, OCCUPANT, PERSON, Noun
from quartier.imports.overlaps import refuse_overlaps
from quartier.imports.owned import Owned, differs, keep
from quartier.imports.persons import Persons
from quartier.people.erased import ErasedNumbers

MATCH: Final[Mapping[str, str]] = {
    "property": "lower(t.name) = lower(s.name)",
    "building": "(s.parent_id IS NULL OR t.property_id = s.parent_id) AND CASE WHEN s.street IS NULL "
    "THEN lower(t.name) = lower(s.name) ELSE lower(t.street) = lower(s.street) "
    "AND lower(t.house_number) = lower(coalesce(s.house_number, '')) "
    "AND (s.postal_code IS NULL OR t.postal_code = s.postal_code) END",
    "unit": "t.building_id = s.parent_id AND lower(t.name) = lower(s.name)",
    "occupancy": "t.unit_id = s.parent_id AND t.starts = s.starts AND t.kind = coalesce(s.kind, 'tenancy')",
}
"""How something without a number is found: by what it is called, and where it is."""


class Comparison:
    """Works through the staged nouns, what others depend on first."""

    def __init__(
        self, driver: Driver, tell: Tell, erased: ErasedNumbers, *, decisions: Mapping[str, str], owned: Owned
    ) -> None:
        self._driver, self._complaints = driver, Complaints(driver, tell)
        self._erased, self._decisions, self._owned = erased, decisions, owned
        self._lost: Counter[str] = Counter()
        self._renamed: Counter[str] = Counter()

    def run(self) -> None:
        """Give every staged row a state: new, changed, unchanged, delete or bad.

        The planner believes that tables which were empty a moment ago still are, and would go through them once per
        row; joins by hash take seconds whatever it believes.
        """
        for choice in ("enable_nestloop = off", "jit = off", "work_mem = '32MB'"):
            run(self._driver, f"SET LOCAL {choice}")
        for noun in NOUNS:
            if noun is OCCUPANT:
                continue
            self._merge(noun)
            self._parents(noun)
            if noun is not PERSON:
                self._find(noun)
                self._judge(noun)
        dialling.settle(self._driver, self._complaints)
        Persons(self._driver, self._complaints, self._erased, self._decisions).find()
        self._judge(PERSON)
        nameless = "coalesce(nullif(s.family_name, ''), nullif(s.company_name, ''), s.ext) IS NULL"
        self._complaints.refuse(PERSON.staging, "missing", f"s.state = 'new' AND {nameless}")
        refuse_overlaps(self._driver, self._complaints)
        self._merge(OCCUPANT)
        self._occupants()
        self._remappings()

    def counts(self) -> dict[str, dict[str, int]]:
        """noun → state → rows."""
        found: dict[str, dict[str, int]] = {}
        for noun in NOUNS:
            counted = rows(self._driver, f"SELECT state, count(*) AS number FROM {noun.staging} GROUP BY state")
            found[noun.name] = {row.state: row.number for row in counted}
            for state, more in (("bad", self._lost[noun.name]), ("changed", self._renamed[noun.name])):
                if more:
                    found[noun.name][state] = found[noun.name].get(state, 0) + more
        return found

    # ---- one noun ------------------------------------------------------------------------------------------------
    def _merge(self, noun: Noun) -> None:
        """Rows with one key become one, the first said wins; a later one that says otherwise is reported."""
        table, columns = noun.staging, noun.columns
        first = ", ".join(
            f"(array_agg({name} ORDER BY n) FILTER (WHERE {name} IS NOT NULL))[1] AS {name}" for name in columns
        )
        made = run(
            self._driver,
            f"CREATE TEMPORARY TABLE first_{noun.name} ON COMMIT DROP AS SELECT key, min(n) AS n, {first}, "
            f"(array_agg(parent ORDER BY n) FILTER (WHERE parent IS NOT NULL))[1] AS parent, "
            f"(array_agg(line ORDER BY n))[1] AS line FROM {table} GROUP BY key HAVING count(*) > 1",
        )
        if made <= 0:
            return
        differs = _any(f"s.{name} <> f.{name}" for name in (*columns, "parent"))
        self._lost[noun.name] += self._complaints.report(
            "conflict",
            f"SELECT s.file, s.line, f.line AS other, coalesce(s.ext, {_label(noun)}) AS value FROM {table} s "
            f"JOIN first_{noun.name} f USING (key) WHERE s.n <> f.n AND ({differs}) ORDER BY s.n",
            "other",
        )
        run(self._driver, f"DELETE FROM {table} s USING first_{noun.name} f WHERE s.key = f.key AND s.n <> f.n")
        taken = ", ".join(f"{name} = f.{name}" for name in (*columns, "parent"))
        run(self._driver, f"UPDATE {table} s SET {taken} FROM first_{noun.name} f WHERE s.n = f.n")

    def _parents(self, noun: Noun) -> None:
        if noun.parent is None:
            return
        above, table = BY_NAME[noun.parent], noun.staging
        run(
            self._driver,
            f"UPDATE {table} s SET parent_id = coalesce(p.found, p.id), "
            f"state = CASE WHEN p.state = 'bad' THEN 'refused' END FROM {above.staging} p WHERE p.key = s.parent",
        )
        lost = "s.parent_id IS NULL AND left(s.parent, 1) = 'x'"
        if not value(self._driver, f"SELECT EXISTS (SELECT FROM {table} s WHERE {lost})"):
            self._complaints.refuse(table, "parent_refused", "s.state = 'refused'", "parent")
            return
        run(
            self._driver,
            f"UPDATE {table} s SET parent_id = t.id FROM {above.name} t "
            f"WHERE {lost} AND t.external_id = substr(s.parent, 2)",
        )
        if above.columns[0] == "name":
            self._parents_by_name(above, table, lost)
        self._complaints.refuse(table, "parent_refused", "s.state = 'refused'", "parent")

    def _parents_by_name(self, above: Noun, table: str, lost: str) -> None:
        """A reference may be a name, where only one thing is called so."""
        for source, where in ((above.staging, "state IS DISTINCT FROM 'bad'"), (above.name, "true")):
            own = "coalesce(found, id)" if source == above.staging else "id"
            run(
                self._driver,
                f"UPDATE {table} s SET parent_id = t.id FROM (SELECT lower(name) AS name, "
                f"min(({own})::text)::uuid AS id "
                f"FROM {source} WHERE {where} GROUP BY 1 HAVING count(*) = 1) t "
                f"WHERE {lost} AND lower(substr(s.parent, 2)) = t.name",
            )

    def _find(self, noun: Noun) -> None:
        table = noun.staging
        run(
            self._driver,
            f"UPDATE {table} s SET found = t.id FROM {noun.name} t WHERE s.ext IS NOT NULL AND t.external_id = s.ext",
        )
        run(
            self._driver,
            f"UPDATE {table} s SET found = t.id FROM {noun.name} t "
            f"WHERE s.found IS NULL AND s.ext IS NULL AND {MATCH[noun.name]}",
        )

    def _judge(self, noun: Noun) -> None:
        table = noun.staging
        keep(self._driver, self._complaints, noun, self._owned)
        self._complaints.refuse(table, "unknown_id", "s.found IS NULL AND s.op IN ('update', 'delete')")
        run(self._driver, f"UPDATE {table} SET state = 'delete' WHERE op = 'delete' AND state IS NULL")
        if noun.parent is not None:
            lost = "s.parent_id IS NULL AND (s.parent IS NOT NULL OR s.found IS NULL)"
            self._complaints.refuse(table, "orphan", lost, "parent")
        run(self._driver, f"UPDATE {table} SET state = 'new' WHERE found IS NULL AND state IS NULL")
        differs = _any([*differences(noun), *([f"s.parent_id <> t.{noun.parent_column}"] if noun.parent else [])])
        run(
            self._driver,
            f"UPDATE {table} s SET state = CASE WHEN {differs} THEN 'changed' ELSE 'unchanged' END "
            f"FROM {noun.name} t WHERE t.id = s.found AND s.state IS NULL",
        )

    # ---- who is on periods -----------------------------------------------------------------------------------------
    def _occupants(self) -> None:
        table = OCCUPANT.staging
        for column, above, key in (("parent_id", OCCUPANCY, "parent"), ("other_id", PERSON, "other")):
            run(
                self._driver,
                f"UPDATE {table} s SET {column} = coalesce(p.found, p.id), "
                f"state = CASE WHEN p.state = 'bad' THEN 'bad' ELSE s.state END FROM {above.staging} p WHERE "
                f"p.key = s.{key}",
            )
            run(
                self._driver,
                f"UPDATE {table} s SET {column} = t.id FROM {above.name} t "
                f"WHERE s.{column} IS NULL AND left(s.{key}, 1) = 'x' AND t.external_id = substr(s.{key}, 2)",
            )
        run(
            self._driver,
            f"UPDATE {table} s SET other_id = a.person_id FROM person_alias a "
            "WHERE s.other_id IS NULL AND left(s.other, 1) = 'x' AND a.external_id = substr(s.other, 2)",
        )
        self._complaints.refuse(table, "orphan", "s.other_id IS NULL AND s.state IS NULL", "other")
        self._complaints.refuse(table, "orphan", "s.parent_id IS NULL AND s.state IS NULL", "parent")
        run(
            self._driver,
            f"UPDATE {table} s SET found = t.id FROM occupant t WHERE t.occupancy_id = s.parent_id AND "
            f"t.person_id = s.other_id",
        )
        self._twice(table)
        run(
            self._driver,
            f"UPDATE {table} SET state = 'delete' WHERE op = 'delete' AND found IS NOT NULL AND state IS NULL",
        )
        run(self._driver, f"UPDATE {table} SET state = 'new' WHERE found IS NULL AND state IS NULL")
        run(
            self._driver,
            f"UPDATE {table} s SET state = CASE WHEN s.role <> t.role THEN 'changed' ELSE 'unchanged' END "
            "FROM occupant t WHERE t.id = s.found AND s.state IS NULL",
        )

    def _twice(self, table: str) -> None:
        """Two keys can turn out to be one person: the pair is made once."""
        run(
            self._driver,
            f"DELETE FROM {table} s USING (SELECT n, row_number() OVER (PARTITION BY parent_id, other_id ORDER "
            f"BY n) AS place "
            f"FROM {table} WHERE state IS NULL) d WHERE d.n = s.n AND d.place > 1",
        )

    # ---- new ids for old ones -------------------------------------------------------------------------------------
    def _remappings(self) -> None:
        """An old id must be known, a new one free, and no id may be both: else nobody knows which row is meant."""
        for noun in NOUNS:
            if not noun.has_external_id:
                continue
            mine = f"r.resource = 'remap:{noun.name}'"
            more = " UNION ALL SELECT external_id FROM person_alias" if noun is PERSON else ""
            known = f"SELECT FROM (SELECT external_id FROM {noun.name}{more}) t"
            for code, where in (
                ("cycle", f"r.data ->> 'new' IN (SELECT key FROM staged_record r WHERE {mine})"),
                ("unknown_id", f"NOT EXISTS ({known} WHERE t.external_id = r.key)"),
                ("taken_id", f"EXISTS ({known} WHERE t.external_id = r.data ->> 'new')"),
            ):
                self._lost[noun.name] += self._complaints.report(
                    code, f"SELECT r.file, r.line, r.key AS value FROM staged_record r WHERE {mine} AND {where}"
                )
                run(self._driver, f"DELETE FROM staged_record r WHERE {mine} AND {where}")
            left = value(self._driver, f"SELECT count(*) FROM staged_record r WHERE {mine}")
            self._renamed[noun.name] = left


def differences(noun: Noun) -> list[str]:
    """SQL, one per field: whether the file says something else."""
    found = [differs(name) for name in noun.columns]
    if noun is PERSON:
        found.append("(s.ext IS NOT NULL AND t.external_id IS NULL)")
    return found


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(conditions) or "false"


def _label(noun: Noun) -> str:
    return (
        "concat_ws(' ', s.given_name, s.family_name, s.company_name)"
        if noun is PERSON
        else "s.name"
        if "name" in noun.columns
        else "''"
    )
