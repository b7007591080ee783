"""Rules for every table that refers to people: a merge finds it by itself, moves its rows, and can give them back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from quartier.merging import services
from quartier.merging.planning import Wishes, plan
from quartier.merging.references import ENDING, OWN, Reference, references
from quartier.testing import SomeCompany
from tests.merging.test_merging import state
from tests.rules.sample import plant_sample

SHAPE = """
    SELECT t.relname AS table, a.attname AS column, array_length(c.conkey, 1) AS width,
           EXISTS (SELECT FROM pg_attribute i WHERE i.attrelid = t.oid AND i.attname = 'id') AS has_id,
           EXISTS (SELECT FROM pg_index x WHERE x.indrelid = t.oid AND x.indisunique AND a.attnum = ANY (x.indkey)
                    AND (x.indpred IS NOT NULL OR x.indexprs IS NOT NULL)) AS odd_keys,
           EXISTS (SELECT FROM pg_index x WHERE x.indrelid = t.oid AND x.indisunique AND a.attnum = ANY (x.indkey))
           AND EXISTS (SELECT FROM pg_constraint d WHERE d.contype = 'f' AND d.confrelid = t.oid) AS parent
      FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (c.conkey) AND a.attname <> 'company_id'
     WHERE c.contype = 'f' AND f.relname IN ('person', 'account') AND c.connamespace = 'public'::regnamespace
"""
HANDLED = {"account": "of two logins one is chosen, and what hangs on the other moves", "agent": "two are refused"}


def test_a_table_that_refers_to_people_has_the_shape_that_a_merge_needs(brunnenhof: SomeCompany) -> None:
    """An `id`, a reference of company and one column, plain unique keys; where only one may be, nothing hangs on it."""
    found = brunnenhof.db().rows(SHAPE)
    strange = {(row.table, row.column) for row in found if row.width != 2 or not row.has_id or row.odd_keys}
    lost = {row.table for row in found if row.parent} - HANDLED.keys()
    assert (strange, lost) == (set(), set())
    assert {row.table for row in found} >= (OWN - {"change"}) | ENDING | {"occupant", "person_alias", "faq_feedback"}


@pytest.mark.parametrize("target", ["person", "account"])
def test_a_merge_moves_every_row_and_its_undo_brings_each_back(brunnenhof: SomeCompany, target: str) -> None:
    """With everything that the core and the modules keep: whoever is referred to goes into somebody new."""
    plant_sample(brunnenhof, "Erinnerung")
    chief = brunnenhof.agent("Nadja Frei", "people.edit")
    db = brunnenhof.db()
    for one in references(db, target):
        for person in holders(db, one):
            newcomer = brunnenhof.resident("Vera Neu") if target == "account" else None
            other = newcomer.person_id if newcomer else brunnenhof.person("Vera Neu").id
            before = state(brunnenhof)
            login = newcomer.account_id if newcomer else None
            made = plan(db, [other, person], Wishes(login=login))
            if made.refused:
                continue
            gone = [each.id for each in made.gone]
            merged = services.merge(db, made, by=chief.viewer(db))
            count_anew(brunnenhof, db, [made.login.id] if made.login else [], [other, person])
            db.commit()
            assert left_behind(db, gone) == set()
            services.undo(db, merged, by=chief.viewer(db))
            count_anew(brunnenhof, db, [login.id for login in made.logins], [other, person])
            db.commit()
            assert state(brunnenhof) == before, one
    db.close()


def count_anew(company: SomeCompany, db: Any, accounts: list[UUID], people: list[UUID]) -> None:
    company.platform.shell.plugins.tell("people_merged", db, accounts=accounts, people=people)


def holders(db: Any, one: Reference) -> list[UUID]:
    """The first and the last person that a table knows by this reference."""
    column = f"t.{one.column}" if one.target == "person" else "a.person_id"
    join = "" if one.target == "person" else f"JOIN account a ON a.id = t.{one.column}"
    query = f"SELECT {column} AS person FROM {one.table} t {join} JOIN person p ON p.id = {column} ORDER BY t.id"
    found = [row.person for row in db.rows(query)]
    return list({found[0], found[-1]}) if found else []


def left_behind(db: Any, people: list[UUID]) -> set[tuple[str, str]]:
    """Columns that still name somebody who is gone."""
    query = "SELECT 1 FROM {0.table} WHERE {0.column} = ANY(%(ids)s) LIMIT 1"
    return {(one.table, one.column) for one in references(db, "person") if db.rows(query.format(one), {"ids": people})}
