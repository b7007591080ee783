"""Rules for every module, built in or from outside: it gets them for nothing by being installed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import column, func, select, table, text

from quartier.app import Platform
from quartier.plugin.manifest import Holding
from quartier.testing import Browser, SomeCompany, Statements

ZURICH = ZoneInfo("Europe/Zurich")

BUDGET = 3  # SQL statements of a signed-in page, the bound company included


def sample_of(platform: Platform, slug: str) -> Any:
    """The module that plants content of a plugin for rules: `plant`, and `plant_many` for its list page."""
    package = platform.shell.plugins.serving[slug].module.__name__.rpartition(".")[0]
    return importlib.import_module(f"{package}.tests.sample")


def test_every_module_explains_itself_to_a_product_owner(platform: Platform) -> None:
    readmes = {slug: plugin.folder / "README.md" for slug, plugin in platform.shell.plugins.serving.items()}
    assert {slug for slug, readme in readmes.items() if not readme.is_file()} == set()


def test_every_table_of_a_module_begins_with_its_slug(platform: Platform) -> None:
    strange = set()
    for slug, plugin in platform.shell.plugins.serving.items():
        models = importlib.import_module(f"{plugin.module.__name__.rpartition('.')[0]}.models")
        mapped = [one for one in vars(models).values() if getattr(one, "__module__", "") == models.__name__]
        tables = {one.__tablename__ for one in mapped if hasattr(one, "__tablename__")}
        strange |= {table for table in tables if not table.startswith(f"{slug}_")}
    assert strange == set()


def test_a_list_costs_the_same_with_one_ten_and_a_hundred_rows(brunnenhof: SomeCompany) -> None:
    resident = brunnenhof.resident()
    browser = resident.browser
    for slug in brunnenhof.platform.shell.plugins.serving:
        counts = {}
        for rows in (1, 10, 100):
            sample_of(brunnenhof.platform, slug).plant_many(brunnenhof, rows)
            browser.get(f"/{slug}/")
            with Statements() as sent:
                assert browser.get(f"/{slug}/").status_code == 200
            counts[rows] = sent.count
        assert len(set(counts.values())) == 1, (slug, counts)
        assert counts[100] <= BUDGET, (slug, sent.sent)


def test_forgetting_a_person_leaves_no_row_that_names_the_person(brunnenhof: SomeCompany) -> None:
    platform = brunnenhof.platform
    for slug in platform.shell.plugins.serving:
        sample_of(platform, slug).plant(brunnenhof, "Erinnerung")
    people = {person for person, _account in known_people(brunnenhof)}
    db = brunnenhof.db()
    for person_id in people:
        for _done in platform.shell.plugins.call(
            "erase_person", on=platform.shell.plugins.serving, db=db, person_id=person_id
        ):
            pass
    db.commit()
    db.close()
    assert left_behind(brunnenhof) == set()


def known_people(company: SomeCompany) -> list[tuple[UUID, UUID | None]]:
    with company.platform.shell.platform.connect() as connection:
        query = (
            "SELECT p.id, a.id FROM person p LEFT JOIN account a ON a.person_id = p.id WHERE p.company_id = :company"
        )
        return [(row[0], row[1]) for row in connection.execute(text(query), {"company": company.id})]


def left_behind(company: SomeCompany) -> set[tuple[str, str]]:
    """(table, column) of modules' tables that still refer to a person or an account."""
    slugs = tuple(company.platform.shell.plugins.serving)
    found = set()
    with company.platform.shell.platform.connect() as connection:
        references = connection.execute(
            text(
                "SELECT t.relname, a.attname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
                "JOIN pg_class f ON f.oid = c.confrelid JOIN pg_attribute a ON a.attrelid = t.oid "
                "AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f' AND f.relname IN ('person', 'account') "
                "AND a.attname <> 'company_id'"
            )
        ).all()
        for table, column in references:
            if table.startswith(slugs):
                query = f"SELECT count(*) FROM {table} WHERE company_id = :company AND {column} IS NOT NULL"
                if connection.scalar(text(query), {"company": company.id}):
                    found.add((table, column))
    return found


def test_what_a_module_keeps_is_counted_before_its_contract_changes(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, console: Callable[..., Browser]
) -> None:
    """A dry run tells of every table that a manifest names, of this company alone, and in the end changes nothing."""
    platform, mara, lost = brunnenhof.platform, console("sales"), set()
    now, later = datetime.now(UTC), datetime.now(ZURICH).replace(hour=0, minute=0, second=0) + timedelta(days=9)
    for slug, plugin in platform.shell.plugins.serving.items():
        for company in (brunnenhof, nordlicht):
            sample_of(platform, slug).plant(company, "Erinnerung")
        deny = {"module": slug, "effect": "deny", "reason": "Unpaid", "step": "review"}
        for moment, sentence in (
            (now, "Cannot be reached then, and stays: "),
            (later, "it disappears from the menu of "),
        ):
            day = {"starts": moment.astimezone(ZURICH).date().isoformat()}
            page = mara.post(f"/companies/{brunnenhof.id}/overrides/new", deny | day).text
            lost |= {(slug, sentence)} if sentence not in page else set()
            for holding in plugin.manifest.holdings:
                number = _kept(brunnenhof, holding, moment)
                if number and holding.words["en"][number != 1] % {"num": number} not in page:
                    lost.add((holding.table, moment.isoformat()))
        assert slug in working(brunnenhof)
    assert lost == set()


def working(company: SomeCompany) -> frozenset[str]:
    snapshot = company.platform.shell.snapshots._load(company.id)
    assert snapshot is not None
    return snapshot.modules


def _kept(company: SomeCompany, holding: Holding, moment: datetime) -> int:
    rows = table(holding.table, *map(column, ("company_id", "state", holding.coming or "id")))
    query = select(func.count()).select_from(rows).where(rows.c.company_id == company.id)
    query = query.where(rows.c[holding.coming] > moment) if holding.coming else query
    query = query.where(rows.c.state.in_(holding.states)) if holding.states else query
    with company.platform.shell.platform.connect() as connection:
        return int(connection.scalar(query) or 0)


def test_every_module_counts_its_use_as_numbers_with_words_in_every_language(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    """What the platform sees of a module is what its manifest names, and whole numbers of one company."""
    plugins, wrong = brunnenhof.platform.shell.plugins, {}
    since, until = datetime.now(UTC) - timedelta(days=400), datetime.now(UTC) + timedelta(days=400)
    for slug, plugin in plugins.serving.items():
        sample_of(brunnenhof.platform, slug).plant(brunnenhof, "Erinnerung")
        said = {}
        for company in (brunnenhof, nordlicht):
            with company.db() as db:
                asked = plugins.call("count_usage", on={slug}, db=db, since=since, until=until)
                said[company.slug] = dict(asked)[slug]
        measures = {one.key: one for one in plugin.manifest.measures}
        numbers = [number for one in said.values() for number in one.values()]
        words = [word for one in measures.values() for each in one.words.values() for word in each]
        found = (
            bool(measures), {frozenset(one) for one in said.values()} == {frozenset(measures)},
            {type(number) for number in numbers}, any(said[brunnenhof.slug].values()),
            any(said[nordlicht.slug].values()), {frozenset(one.words) for one in measures.values()},
            all(word.strip() == word != "" and "%" not in word for word in words),
        )  # fmt: skip
        if found != (True, True, {int}, True, False, {frozenset({"de", "en", "fr"})}, True):
            wrong[slug] = found
    assert wrong == {}
