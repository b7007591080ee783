"""Rules for every table that says something of people: it goes with them or says why not, and it is in their copy."""

from __future__ import annotations

import importlib
from uuid import UUID

from sqlalchemy.orm import Session

from quartier.app import Platform
from quartier.rights.erasing import erase
from quartier.rights.gathering import LEFT_OUT, QUERIES, everything
from quartier.rights.holdings import ERASED, KEPT, NOTHING, STAYS, UNBOUND
from quartier.rights.partial import AT_ONCE, FIELDS_KEPT, TABLES_KEPT, WHILE_IT_RUNS
from quartier.rights.reach import edges, reached, staying
from quartier.tables import METADATA
from quartier.testing import SomeCompany
from tests.rules.sample import plant_sample
from tests.rules.test_catalogue import GLOBAL

TABLES = """
    SELECT relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""
NAMING = """
    SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname ~ '(person|account|agent)_id$'
       AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid
                        AND a.attnum = ANY (f.conkey))
"""
FIELDS = """
    SELECT attname AS name FROM pg_attribute WHERE attrelid = 'person'::regclass AND attnum > 0 AND NOT attisdropped
"""


def said_by_modules(platform: Platform) -> dict[str, str]:
    """Table → why, as the models of modules say it."""
    for plugin in platform.shell.plugins.serving.values():
        importlib.import_module(f"{plugin.module.__name__.rpartition('.')[0]}.models")
    return {name: table.info["people"] for name, table in METADATA.tables.items() if "people" in table.info}


def test_every_table_goes_with_a_person_or_says_why_not(brunnenhof: SomeCompany) -> None:
    """A new table joins by its references; one without says what it has of people, and what becomes of that."""
    lists = [NOTHING, ERASED, KEPT, said_by_modules(brunnenhof.platform)]
    with brunnenhof.db() as db:
        owned = {row.name for row in db.rows(TABLES)} - GLOBAL.keys()
        goes = {"person"} | {one.table for one in reached(edges(db))}
    said = [table for each in lists for table in each]
    assert (owned - goes - set(said), set(said) - owned, goes & set(said)) == (set(), set(), set())
    assert sorted(set(said)) == sorted(said)
    assert all(why for each in lists for why in each.values())


def test_what_stays_without_the_person_says_why(brunnenhof: SomeCompany) -> None:
    modules = said_by_modules(brunnenhof.platform)
    with brunnenhof.db() as db:
        stays = {f"{one.table}.{one.column}" for one in staying(edges(db)) if one.table not in modules}
        unbound = {row.name for row in db.rows(NAMING)}
    assert (stays, unbound) == (STAYS.keys(), UNBOUND.keys())


def test_every_table_that_goes_with_a_person_is_in_the_copy(brunnenhof: SomeCompany) -> None:
    """With everything that the core and the modules keep, of everybody: what is there is in somebody's copy."""
    plant_sample(brunnenhof, "Erinnerung")
    plugins = brunnenhof.platform.shell.plugins
    modules = tuple(f"{slug}_" for slug in plugins.installed)
    with brunnenhof.db() as db:
        goes = {one.table for one in reached(edges(db))} - LEFT_OUT.keys()
        filled = {one for one in goes if db.rows(f'SELECT 1 FROM "{one}" LIMIT 1')} | {"person"}
        copied: set[str] = set()
        for row in db.rows("SELECT id FROM person"):
            parts = everything(db, plugins, row.id, plugins.serving)
            copied |= {name for name, rows in parts.pop("portal").items() if rows}
            copied |= {one for one in filled for slug in parts if one.startswith(f"{slug}_")}
    assert filled - copied == set()
    assert copied - filled - QUERIES.keys() == ({"correction"} | KEPT.keys()) & copied
    assert any(one.startswith(modules) for one in filled)


def test_erasing_everybody_leaves_no_row_that_names_one_of_them(brunnenhof: SomeCompany) -> None:
    plant_sample(brunnenhof, "Erinnerung")
    shell = brunnenhof.platform.shell
    with brunnenhof.db() as db:
        people = {row.id for row in db.rows("SELECT id FROM person")}
        named = people | {row.id for row in db.rows("SELECT id FROM account")}
        for person in sorted(people):
            for _done in shell.plugins.call("erase_person", on=shell.plugins.serving, db=db, person_id=person):
                pass
        db.commit()
    with Session(shell.platform) as db:
        for person in people:
            erase(db, shell.storage, brunnenhof.id, person)
        db.commit()
    assert naming(brunnenhof, named) == set()


def naming(company: SomeCompany, ids: set[UUID]) -> set[str]:
    """Tables with a row of the company in which one of these ids stands, wherever."""
    words, found = "|".join(map(str, ids)), set()
    with company.db() as db:
        for row in db.rows(f"{TABLES} AND has_table_privilege(c.oid, 'SELECT')"):
            if row.name not in GLOBAL and db.rows(f'SELECT 1 FROM "{row.name}" t WHERE t::text ~ %s LIMIT 1', (words,)):
                found.add(row.name)
    return found


def test_what_is_erased_at_once_is_everything_but_what_has_a_reason(brunnenhof: SomeCompany) -> None:
    """A new field of a person, or a new table that hangs on one, is erased at once or says why it is kept."""
    with brunnenhof.db() as db:
        fields = {row.name for row in db.rows(FIELDS)}
        hanging = {one.table for one in reached(edges(db)) if one.parent == "person"}
    assert fields == FIELDS_KEPT | AT_ONCE.keys() | WHILE_IT_RUNS.keys()
    assert TABLES_KEPT.keys() <= hanging
