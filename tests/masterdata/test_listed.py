"""Lists that are kept: right after a change they say what is, to each reader no more than they may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import Update, text, update

from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.people.models import Occupant, Person
from quartier.tenancy.contents import KeptContents
from quartier.testing import Browser, SomeCompany

TREE, UNITS, VACANCY, PEOPLE = (
    "/cockpit/estate/",
    "/cockpit/estate/units",
    "/cockpit/estate/vacancy",
    "/cockpit/people/",
)
STREET = "Brunnenhofstrasse 14"
RIGHTS = ("estate.read", "estate.edit", "people.read")
LISTS = (
    TREE, f"{TREE}?archived=1", UNITS, f"{UNITS}?use=let", f"{UNITS}?use=owned", f"{UNITS}?use=vacant",
    f"{UNITS}?archived=1", f"{UNITS}?kind=flat&commercial=no", VACANCY, PEOPLE, f"{PEOPLE}?archived=1",
    *(f"{PEOPLE}?tie={tie}" for tie in ("tenants", "owners", "businesses", "former", "nobody")),
)  # fmt: skip
KEPT_BY_TRIGGERS = {"unheld_unit": {"unit", "occupancy"}}
COUNTED = """
    SELECT tgrelid::regclass::text AS name, convert_from(trim('\\x00'::bytea FROM tgargs), 'UTF8') AS module
      FROM pg_trigger WHERE tgfoid IN ('note_contents'::regproc, 'note_content'::regproc)
     GROUP BY 1, 2 HAVING count(*) = 3
"""


class Looked:
    """Into which tables was looked for what is kept, by the modules that it is kept for."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, ...], set[str]] = {}
        self._for: tuple[str, ...] | None = None

    def get(self, get: Callable[..., Any], kept: KeptContents, key: Any, version: Any, read: Any) -> Any:
        def reading() -> Any:
            self._for = key[1] if isinstance(key[1], tuple) else None
            try:
                return read()
            finally:
                self._for = None

        return get(kept, key, version, reading)

    def execute(self, execute: Callable[..., Any], cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        found = execute(cursor, query, params, **options)
        asked = str(query).rpartition("true); ")[2].strip()  # what came together with the beginning of a transaction
        if self._for is not None and asked.startswith(("SELECT", "WITH")):
            plan = execute(psycopg.ClientCursor(cursor.connection), f"EXPLAIN (FORMAT JSON) {asked}", params).fetchone()
            self.tables.setdefault(self._for, set()).update(_relations(plan[0]))
        return found


def _relations(plan: Any) -> Iterator[str]:
    for one in plan if isinstance(plan, list) else plan.values() if isinstance(plan, dict) else ():
        yield from _relations(one)
    if isinstance(plan, dict) and "Relation Name" in plan:
        yield plan["Relation Name"]


def test_what_is_kept_is_of_tables_that_count_their_changes(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    brunnenhof.resident("Verena Keller")
    desk, looked = brunnenhof.agent("Nadja Frei", *RIGHTS).browser, Looked()
    get, execute = KeptContents.get, psycopg.Cursor.execute
    monkeypatch.setattr(KeptContents, "get", lambda *given: looked.get(get, *given))
    monkeypatch.setattr(psycopg.Cursor, "execute", lambda *given, **more: looked.execute(execute, *given, **more))
    for path in (*LISTS, f"{TREE}?open={brunnenhof.property_id}", f"{UNITS}?property={brunnenhof.property_id}"):
        assert desk.get(path).status_code == 200, path
    monkeypatch.undo()
    with brunnenhof.db() as db:
        counted = {row.name: row.module for row in db.execute(text(COUNTED))}
    assert set(looked.tables) == {("places", "contracts"), ("places", "periods"), ("places", "periods", "people")}
    for modules, tables in looked.tables.items():
        sources = {source for table in tables for source in KEPT_BY_TRIGGERS.get(table, {table})}
        assert {counted.get(table) for table in sources} <= set(modules), (modules, tables)


def _write(company: SomeCompany, change: Update) -> None:
    with company.db() as db:
        db.execute(change)
        db.commit()


def test_right_after_a_change_each_list_says_it(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    desk = brunnenhof.agent("Nadja Frei", *RIGHTS, language="en").browser
    home = brunnenhof.property_id
    steps: list[tuple[Update, dict[str, tuple[str, str]]]] = [
        (update(Property).values(name="Uferpark"), {
            TREE: ("<strong>Brunnenhofstrasse", "Uferpark"), VACANCY: (">Brunnenhofstrasse", "Uferpark"),
            f"{UNITS}?property={home}": ("</span> Brunnenhofstrasse", "Uferpark"),
        }),
        (update(Building).values(street="Quai"),
         dict.fromkeys((f"{TREE}?open={home}", UNITS, PEOPLE), (STREET, "Quai "))),
        (update(Person).values(given_name="Vera"), dict.fromkeys((UNITS, PEOPLE), ("Verena Keller", "Vera Keller"))),
        (update(Unit).values(name="Loft"), dict.fromkeys((UNITS, PEOPLE), (">Unit ", "Loft"))),
        (update(Occupant).values(role="child"), {UNITS: ("Vera Keller", "Tenancy<span")}),
        (update(Occupancy).values(ends=date(2025, 1, 1)), {
            UNITS: ("since", "badge-warning"), VACANCY: ("0 of 1 units", "1 of 1 units"),
            PEOPLE: ("Registered", ">Moved out</span>"),
        }),
        (update(Unit).values(archived_at=datetime(2026, 1, 1, tzinfo=UTC)), {
            UNITS: ("Loft", "No unit fits"), f"{UNITS}?archived=1": ("No unit fits", "Loft"),
            VACANCY: ("Uferpark", "No units yet"),
        }),
    ]  # fmt: skip
    for change, pages in steps:
        before = {path: _main(desk, path) for path in pages}
        _write(brunnenhof, change)
        for path, (gone, new) in pages.items():
            after = _main(desk, path)
            assert (gone in before[path], new in before[path]) == (True, False), (path, gone, new)
            assert (gone in after, new in after) == (False, True), (path, gone, new)


def test_what_is_kept_for_one_reader_is_not_for_another(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    elsewhere, house = brunnenhof.house("Seestrasse")
    brunnenhof.resident("Hans Meier", building_id=house)
    pages = (UNITS, TREE, VACANCY, f"{UNITS}?building={house}")
    chief = brunnenhof.agent("Nadja Frei", *RIGHTS).browser
    limited = brunnenhof.agent("Lea Graf", *RIGHTS).limited_to(elsewhere).browser
    blind = brunnenhof.agent("Urs Roth", "estate.read").browser
    half = brunnenhof.agent("Mia Kern", "estate.read").granted("people.read", property_id=elsewhere).browser
    words = ("Brunnenhofstrasse", "Seestrasse", "Verena Keller", "Hans Meier", 'form="bulk"')
    for _time in range(2):  # the second time all is kept
        seen = [tuple(any(word in _main(one, path) for path in pages) for word in words)
                for one in (chief, limited, blind, half)]  # fmt: skip
        assert seen == [
            (True, True, True, True, True),
            (False, True, False, True, True),
            (True, True, False, False, False),
            (True, True, False, True, False),
        ]
    assert limited.get(f"{UNITS}?building={brunnenhof.building_id}").status_code == 404


def test_a_kept_page_has_each_readers_own_token(brunnenhof: SomeCompany) -> None:
    brunnenhof.resident("Verena Keller")
    pages = [_main(brunnenhof.agent(name, *RIGHTS).browser, UNITS) for name in ("Nadja Frei", "Lea Graf")]
    tokens = [re.findall(r'name="form_token" value="([0-9a-f]{32})"', page) for page in pages]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert pages[0].replace(*tokens[0], *tokens[1]) == pages[1], "all else is drawn once"


def _main(desk: Browser, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200, path
    return str(answer.text).partition('<main id="content">')[2]
