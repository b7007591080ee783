"""What is staged against what there is: new, changed, unchanged, gone, and what cannot be.

All of it in statements over whole tables. Names of tables and columns come from `nouns`, never from a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from quartier.imports.driver import Driver, rows, run, value
from quartier.imports.erased import leave_out, without_contact
from quartier.imports.exchange import UUID_TEXT
from quartier.imports.nouns import BY_NAME, NOUNS, OCCUPANCY, OCCUPANT, PERSON, Noun
from quartier.imports.owned import differs, kept
from quartier.imports.problems import Problem
from quartier.people.erased import ErasedNumbers
from quartier.people.likeness import same_name, same_reach

MOST: Final = 2000  # problems of one kind that are fetched; the rest would be more of the same
Tell = Callable[[int, Problem], None]
"""Takes the number of a file and a problem in it."""
Owned = Mapping[str, tuple[str, tuple[str, ...]]]
"""Noun → what the company calls its ERP, and the fields that are that system's and stay as they are."""

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
PERSONS: Final = same_name("t", "s")
REACH: Final = same_reach("t", "s")


class Comparison:
    """Works through the staged nouns, what others depend on first."""

    def __init__(
        self, driver: Driver, tell: Tell, erased: ErasedNumbers, *, decisions: Mapping[str, str], owned: Owned
    ) -> None:
        self._driver, self._tell, self._erased, self._decisions, self._owned = driver, tell, erased, decisions, owned
        self._lost: Counter[str] = Counter()

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
        self._persons()
        self._overlaps()
        self._merge(OCCUPANT)
        self._occupants()
        self._remappings()

    def counts(self) -> dict[str, dict[str, int]]:
        """noun → state → rows."""
        found: dict[str, dict[str, int]] = {}
        for noun in NOUNS:
            counted = rows(self._driver, f"SELECT state, count(*) AS number FROM {noun.staging} GROUP BY state")
            found[noun.name] = {row.state: row.number for row in counted}
            if lost := self._lost[noun.name]:
                found[noun.name]["bad"] = found[noun.name].get("bad", 0) + lost
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
        self._lost[noun.name] += self._report(
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
            self._refuse(table, "parent_refused", "s.state = 'refused'", "parent")
            return
        run(
            self._driver,
            f"UPDATE {table} s SET parent_id = t.id FROM {above.name} t "
            f"WHERE {lost} AND t.external_id = substr(s.parent, 2)",
        )
        if above.columns[0] == "name":
            self._parents_by_name(above, table, lost)
        self._refuse(table, "parent_refused", "s.state = 'refused'", "parent")

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
        system, fields = self._owned.get(noun.name, ("", ()))
        for field in fields:
            for row in kept(self._driver, noun, field):
                details = {"system": system}
                self._tell(row.file, Problem("erp_owned", "", row.line, f"{noun.name}.{field}", row.value, details))
        self._refuse(table, "unknown_id", "s.found IS NULL AND s.op IN ('update', 'delete')")
        run(self._driver, f"UPDATE {table} SET state = 'delete' WHERE op = 'delete' AND state IS NULL")
        if noun.parent is not None:
            self._refuse(table, "orphan", "s.parent_id IS NULL AND (s.parent IS NOT NULL OR s.found IS NULL)", "parent")
        run(self._driver, f"UPDATE {table} SET state = 'new' WHERE found IS NULL AND state IS NULL")
        differs = _any([*differences(noun), *([f"s.parent_id <> t.{noun.parent_column}"] if noun.parent else [])])
        run(
            self._driver,
            f"UPDATE {table} s SET state = CASE WHEN {differs} THEN 'changed' ELSE 'unchanged' END "
            f"FROM {noun.name} t WHERE t.id = s.found AND s.state IS NULL",
        )

    # ---- persons -------------------------------------------------------------------------------------------------
    def _persons(self) -> None:
        """Found by number; without one by name and e-mail or phone, or by name in the same unit."""
        table = PERSON.staging
        run(self._driver, f"UPDATE {table} s SET found = t.id FROM person t WHERE t.external_id = s.ext")
        self._merged()
        self._decided()
        nameless = "s.found IS NULL AND s.ext IS NULL AND t.external_id IS NULL"
        run(
            self._driver,
            f"UPDATE {table} s SET found = t.id FROM person t WHERE {nameless} AND {PERSONS} AND {REACH}",
        )
        run(
            self._driver,
            f"UPDATE {table} s SET found = t.id FROM {OCCUPANT.staging} so, {OCCUPANCY.staging} sy, occupant o, "
            f"person t "
            f"WHERE {nameless} AND so.other = s.key AND sy.key = so.parent AND o.occupancy_id = sy.found "
            f"AND t.id = o.person_id AND {PERSONS}",
        )
        self._tell_all("person_erased", leave_out(self._driver, self._erased))
        self._duplicates()
        self._tell_all("contact_erased", without_contact(self._driver))
        self._judge(PERSON)
        self._refuse(
            table,
            "missing",
            "s.state = 'new' AND coalesce(nullif(s.family_name, ''), nullif(s.company_name, ''), s.ext) IS NULL",
        )

    def _merged(self) -> None:
        """A number that means somebody else since two entries became one. Who is in the files by the own number, too,
        is what stands there: of the others nothing is taken but that they are known.
        """
        known = run(
            self._driver,
            f"UPDATE {PERSON.staging} s SET found = a.person_id FROM person_alias a "
            "WHERE s.found IS NULL AND a.external_id = s.ext",
        )
        if known <= 0:
            return
        run(
            self._driver,
            f"UPDATE {PERSON.staging} s SET state = 'unchanged' FROM (SELECT s.n, row_number() OVER (PARTITION BY "
            f"s.found ORDER BY a.id NULLS FIRST, s.n) AS place FROM {PERSON.staging} s LEFT JOIN person_alias a "
            "ON a.external_id = s.ext AND a.person_id = s.found WHERE s.found IS NOT NULL AND s.ext IS NOT NULL) d "
            "WHERE d.n = s.n AND d.place > 1",
        )

    def _decided(self) -> None:
        """What a person has said about duplicates: key → id of the known one; only ids of this company are found."""
        chosen = [(key, known) for key, known in self._decisions.items() if known != "new"]
        if chosen:
            run(
                self._driver,
                f"UPDATE {PERSON.staging} s SET found = t.id FROM person t, "
                "unnest(%(keys)s::text[], %(ids)s::uuid[]) AS d (key, id) WHERE s.key = d.key AND t.id = d.id",
                {"keys": [key for key, _id in chosen], "ids": [known for _key, known in chosen]},
            )

    def _duplicates(self) -> None:
        found = rows(
            self._driver,
            f"SELECT DISTINCT ON (s.n) s.file, s.line, s.key, t.id, concat_ws(' ', nullif(t.given_name, ''), "
            f"nullif(t.family_name, ''), nullif(t.company_name, '')) AS name, coalesce(t.external_id, '') AS "
            f"number FROM {PERSON.staging} s JOIN person t ON {PERSONS} "
            f"WHERE s.found IS NULL AND s.op <> 'delete' AND NOT s.key = ANY(%(settled)s) "
            f"AND ({REACH} OR EXISTS (SELECT FROM {OCCUPANT.staging} so "
            f"JOIN {OCCUPANCY.staging} sy ON sy.key = so.parent JOIN unit su ON su.id = sy.parent_id "
            "JOIN unit u ON u.building_id = su.building_id JOIN occupancy y ON y.unit_id = u.id "
            "JOIN occupant o ON o.occupancy_id = y.id WHERE so.other = s.key AND o.person_id = t.id)) "
            f"ORDER BY s.n, t.id LIMIT {MOST}",
            {"settled": list(self._decisions)},
        )
        for row in found:
            name = f"{row.name} ({row.number})" if row.number and not UUID_TEXT.match(row.number) else row.name
            details = {"name": name, "key": row.key, "person": str(row.id)}
            self._tell(row.file, Problem("duplicate_person", line=row.line, value=row.name, details=details))
        for fact in ("email", "phone", "mobile"):
            self._report(
                "duplicate_in_file",
                f"SELECT s.file, s.line, first_value(s.line) OVER w AS other, s.{fact} AS value, row_number() "
                f"OVER w AS place "
                f"FROM {PERSON.staging} s WHERE s.{fact} IS NOT NULL WINDOW w AS (PARTITION BY s.{fact}, "
                "lower(s.family_name), lower(s.given_name), lower(s.company_name) ORDER BY s.n)",
                "other",
                having="place > 1",
            )

    # ---- periods -------------------------------------------------------------------------------------------------
    def _overlaps(self) -> None:
        """Tenancies of a unit never overlap: neither in the file nor with what there is, as it will then be."""
        periods = (
            "CREATE TEMPORARY TABLE tenancies ON COMMIT DROP AS "
            "SELECT s.parent_id AS unit_id, coalesce(s.starts, t.starts) AS starts, "
            "coalesce(s.ends, t.ends, 'infinity') AS ends, s.n, s.line, NULL::text AS contract "
            f"FROM {OCCUPANCY.staging} s LEFT JOIN occupancy t ON t.id = s.found "
            "WHERE s.state IN ('new', 'changed', 'unchanged') AND coalesce(s.kind, t.kind, 'tenancy') = 'tenancy' "
            "UNION ALL SELECT t.unit_id, t.starts, coalesce(t.ends, 'infinity'), NULL, NULL, t.contract_number "
            f"FROM occupancy t WHERE t.kind = 'tenancy' AND t.unit_id IN (SELECT parent_id FROM {OCCUPANCY.staging}) "
            f"AND NOT EXISTS (SELECT FROM {OCCUPANCY.staging} s WHERE s.found = t.id)"
        )
        run(self._driver, periods)
        suspects = (
            "SELECT unit_id FROM (SELECT unit_id, starts, max(ends) OVER (PARTITION BY unit_id ORDER BY starts, n "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM tenancies) w WHERE starts < before"
        )
        run(
            self._driver,
            "CREATE TEMPORARY TABLE overlapping ON COMMIT DROP AS SELECT DISTINCT ON (b.n) b.n, b.line, a.line "
            "AS other, "
            "a.starts, coalesce(a.contract, '') AS contract, a.n IS NULL AS known FROM tenancies b JOIN tenancies a "
            "ON a.unit_id = b.unit_id AND a.starts < b.ends AND b.starts < a.ends AND (a.n IS NULL OR a.n < b.n) "
            f"WHERE b.n IS NOT NULL AND b.unit_id IN ({suspects}) ORDER BY b.n, a.n NULLS FIRST",
        )
        table = OCCUPANCY.staging
        for code, known, names in (
            ("overlap_known", "", ("starts", "contract")),
            ("overlap_in_file", "NOT ", ("other",)),
        ):
            self._report(
                code,
                "SELECT s.file, s.line, s.starts::text AS value, o.other, o.contract, "
                f"to_char(o.starts, 'YYYY-MM-DD') AS starts FROM overlapping o JOIN {table} s ON s.n = o.n "
                f"WHERE {known}o.known AND s.state <> 'unchanged' ORDER BY s.n",
                *names,
            )
        run(
            self._driver,
            f"UPDATE {table} s SET state = 'bad' FROM overlapping o WHERE s.n = o.n AND s.state <> 'unchanged'",
        )

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
        self._refuse(table, "orphan", "s.other_id IS NULL AND s.state IS NULL", "other")
        self._refuse(table, "orphan", "s.parent_id IS NULL AND s.state IS NULL", "parent")
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
                self._report(
                    code, f"SELECT r.file, r.line, r.key AS value FROM staged_record r WHERE {mine} AND {where}"
                )
                run(self._driver, f"DELETE FROM staged_record r WHERE {mine} AND {where}")

    # ---- problems ------------------------------------------------------------------------------------------------
    def _refuse(self, table: str, code: str, where: str, key: str = "") -> None:
        """Mark rows bad and say why; `key` is the column that names what is missing."""
        named = f"coalesce(split_part(substr(s.{key}, 2), chr(31), -1), '')" if key else "''"
        self._report(
            code,
            f"SELECT s.file, s.line, coalesce(s.ext, '') AS value, {named} AS parent FROM {table} s "
            f"WHERE ({where}) AND s.state IS DISTINCT FROM 'bad' ORDER BY s.n",
            *(["parent"] if code in {"orphan", "parent_refused"} else []),
        )
        run(self._driver, f"UPDATE {table} s SET state = 'bad' WHERE {where}")

    def _tell_all(self, code: str, found: Iterable[Any]) -> None:
        for row in found:
            self._tell(row.file, Problem(code, line=row.line, value=row.value))

    def _report(self, code: str, query: str, *details: str, having: str = "true") -> int:
        """Tell what a query finds, and how many that are."""
        found = rows(self._driver, f"SELECT * FROM ({query}) AS q WHERE {having} LIMIT {MOST}")
        for row in found:
            facts = {name: getattr(row, name) for name in details}
            self._tell(row.file, Problem(code, line=row.line, value=row.value or "", details=facts))
        return len(found)


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
