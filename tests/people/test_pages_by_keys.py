"""A page of a long list begins where the one before has ended, and reads nobody before."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from quartier.estate import queries as estate
from quartier.people import queries as people
from quartier.people.queries import PersonFilters
from quartier.tenancy.session import CompanySession
from quartier.testing import SomeCompany


class Explaining:
    """A session that answers with the plans of what it is asked."""

    def __init__(self, db: CompanySession) -> None:
        self._db, self.plans = db, list[str]()

    def rows(self, statement: str, params: Any) -> list[Any]:
        self.plans += ["\n".join(row[0] for row in self._db.rows(f"EXPLAIN (COSTS OFF) {statement}", params))]
        return []


def test_a_page_further_on_begins_in_an_index_and_reads_nobody_before(brunnenhof: SomeCompany) -> None:
    db, after = brunnenhof.db(), brunnenhof.person("Vera Still").id
    for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
        db.row("SELECT set_config(%s, 'off', true)", (setting,))
    asked: Any = Explaining(db)
    where: Any = {"within": (), "today": datetime.now(UTC).date(), "after": after}
    people.people(asked, PersonFilters(), **where)
    estate.properties(asked, within=(), after=after)
    estate.units(asked, estate.UnitFilters(), **where)
    begins = [re.search(r"Index Cond: [^\n]*ROW\([^\n]*sort_key", plan) is not None for plan in asked.plans]
    assert begins == [True, True, True], asked.plans
