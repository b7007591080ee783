"""What companies used, counted at night and read by the platform."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import EntryPoint
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, AccountSession
from quartier.plugin.manager import GROUP, Plugins, discover
from quartier.testing import SomeCompany
from quartier.usage.models import UsageDay
from quartier.usage.queries import last_month, usage_of
from quartier.usage.services import BACK, count_days

ZURICH = ZoneInfo("Europe/Zurich")
TODAY = datetime.now(ZURICH).date()
DAY = timedelta(days=1)
MANIFEST = """
from quartier.sdk import Manifest, Measure

ONE = dict(de=("Ball", "Bälle"), en=("ball", "balls"), fr=("bal", "bals"))
manifest = Manifest(
    slug={slug!r}, name=dict(de="x", en="x", fr="x"), short_name=dict(de="x", en="x", fr="x"),
    description=dict(de="x", en="x", fr="x"), icon="pin",
    measures=(Measure("balls", ONE), Measure("guests", ONE, people=True)),
)
"""
BALLROOM = """
from quartier.sdk import hookimpl

asked = []


@hookimpl
def count_usage(db, since, until):
    asked.append((since, until))
    days = round((until - since).total_seconds() / 86400)
    return {"balls": 2 * days, "guests": 7 if days > 1 else 3, "names": "Verena", "doors": 4}
"""
CELLAR = """
from quartier.sdk import hookimpl


@hookimpl
def count_usage(db, since, until):
    db.row("SELECT no_such_column FROM account")
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugins]:
    """A ballroom that says more than it should, and a cellar whose question the database refuses."""
    folder = tmp_path_factory.mktemp("counted")
    for slug, hooks in (("ballroom", BALLROOM), ("cellar", CELLAR)):
        package = folder / f"counted_{slug}"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "manifest.py").write_text(MANIFEST.format(slug=slug))
        (package / "plugin.py").write_text(hooks)
    sys.path.insert(0, str(folder))
    yield discover(EntryPoint(slug, f"counted_{slug}.plugin", GROUP) for slug in ("ballroom", "cellar"))
    sys.path.remove(str(folder))


def count(company: SomeCompany, plugins: Plugins, today: date = TODAY) -> None:
    with company.db() as db:
        count_days(db, plugins, ["cellar", "ballroom"], today=today, zone=ZURICH)
        db.commit()


def kept(company: SomeCompany) -> dict[tuple[str, date], Any]:
    with company.db() as db:
        return {(row.module, row.day): (row.counts, row.recent) for row in db.scalars(select(UsageDay))}


def test_a_module_is_counted_for_a_quarter_back_and_then_day_by_day(brunnenhof: SomeCompany, modules: Plugins) -> None:
    """Its numbers alone are kept; a module that fails takes nothing of the others with it; twice is once."""
    count(brunnenhof, modules, TODAY - DAY)
    first = kept(brunnenhof)
    ballroom = {day: both for (module, day), both in first.items() if module == "ballroom"}
    assert sorted(ballroom) == [TODAY - DAY * (back + 1) for back in range(BACK, 0, -1)]
    assert {module for module, _day in first} == {"ballroom", "people"}
    assert ballroom[TODAY - 2 * DAY] == ({"balls": 2, "guests": 3}, {"balls": 60, "guests": 7})
    assert {both[1] for day, both in ballroom.items() if day != TODAY - 2 * DAY} == {None}
    asked = sys.modules["counted_ballroom.plugin"].asked
    asked.clear()
    count(brunnenhof, modules)
    count(brunnenhof, modules)
    begins = datetime.combine(TODAY - DAY, datetime.min.time(), ZURICH)
    assert {since for since, until in asked if until - since <= DAY + timedelta(hours=1)} == {begins}
    again = kept(brunnenhof)
    assert again.keys() - first.keys() == {("ballroom", TODAY - DAY), ("people", TODAY - DAY)}
    assert {key: again[key] for key in first} == first


def test_the_last_month_adds_days_up_and_people_not(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, modules: Plugins
) -> None:
    count(brunnenhof, modules)
    with Session(brunnenhof.platform.shell.platform) as db:
        found = last_month(db, modules, brunnenhof.id, "ballroom", today=TODAY)
        assert last_month(db, modules, nordlicht.id, "ballroom", today=TODAY) is None
        assert list(usage_of(db, modules, brunnenhof.id, today=TODAY, days=90)) == ["people", "ballroom"]
    assert found is not None
    balls, guests = found.numbers
    assert (balls.value, len(balls.days), set(balls.days), guests.value) == (60, 30, {2}, 7)
    assert (found.since, found.until) == (TODAY - 30 * DAY, TODAY - DAY)
    assert (balls.word("de"), balls.word("en"), found.nothing) == ("Bälle", "balls", False)


def test_residents_are_active_when_they_used_the_portal_and_the_team_is_none_of_them(
    brunnenhof: SomeCompany, modules: Plugins
) -> None:
    verena, gone, nadja = brunnenhof.resident(), brunnenhof.resident("Luis Moreno"), brunnenhof.agent()
    new = brunnenhof.resident("Neu Hier")
    long_ago = datetime.now(UTC) - timedelta(days=60)
    for body, seen in ((verena, timedelta(days=3)), (gone, timedelta(days=45)), (nadja, timedelta(days=3))):
        body.session_token()
        last = datetime.now(UTC) - seen
        with Session(brunnenhof.platform.shell.platform) as db:
            mine = update(AccountSession).filter_by(account_id=body.account_id)
            db.execute(mine.values(seen_at=last, created_at=long_ago))
            db.execute(update(Account).filter_by(id=body.account_id).values(created_at=long_ago))
            db.commit()
    with Session(brunnenhof.platform.shell.platform) as db:
        yesterday = datetime.now(UTC) - timedelta(days=1, hours=1)
        db.execute(update(Account).filter_by(id=new.account_id).values(created_at=yesterday))
        db.commit()
    count(brunnenhof, modules)
    counts, recent = kept(brunnenhof)["people", TODAY - DAY]
    assert (counts["active"], recent) == (0, {"registered": 1, "invited": 0, "active": 1})
