"""Who a staged person is: known by number, by what was decided, or by name and place; and who may be known already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quartier.imports.complaints import MOST, Complaints
from quartier.imports.driver import Driver, rows, run
from quartier.imports.erased import leave_out, without_contact
from quartier.imports.exchange import UUID_TEXT
from quartier.imports.nouns import OCCUPANCY, OCCUPANT, PERSON
from quartier.imports.problems import Problem
from quartier.people.erased import ErasedNumbers
from quartier.people.likeness import same_name, same_reach

PERSONS: Final = same_name("t", "s")
REACH: Final = same_reach("t", "s")


class Persons:
    """Works on the staged persons, when periods have found theirs."""

    def __init__(
        self, driver: Driver, complaints: Complaints, erased: ErasedNumbers, decisions: Mapping[str, str]
    ) -> None:
        self._driver, self._complaints, self._erased, self._decisions = driver, complaints, erased, decisions

    def find(self) -> None:
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
        self._complaints.tell_all("person_erased", leave_out(self._driver, self._erased))
        self._duplicates()
        self._complaints.tell_all("contact_erased", without_contact(self._driver))

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
            self._complaints.tell(row.file, Problem("duplicate_person", line=row.line, value=row.name, details=details))
        for fact in ("email", "phone", "mobile"):
            self._complaints.report(
                "duplicate_in_file",
                f"SELECT s.file, s.line, first_value(s.line) OVER w AS other, s.{fact} AS value, row_number() "
                f"OVER w AS place "
                f"FROM {PERSON.staging} s WHERE s.{fact} IS NOT NULL WINDOW w AS (PARTITION BY s.{fact}, "
                "lower(s.family_name), lower(s.given_name), lower(s.company_name) ORDER BY s.n)",
                "other",
                having="place > 1",
            )
