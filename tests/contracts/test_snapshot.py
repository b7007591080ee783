"""A change made anywhere is seen everywhere: by the listener, not by luck."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import ClassVar, Self
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from quartier.app import Platform, listen
from quartier.contracts.models import Contract, EntitlementOverride, ModuleScope, ModuleSwitch
from quartier.db import engines
from quartier.db.base import new_id
from quartier.estate.models import Building, Property
from quartier.tenancy.hosts import HostTable, Match
from quartier.tenancy.snapshot import Listener, Snapshot, SnapshotCache
from quartier.testing import SomeCompany

INSTANT = timedelta(microseconds=1)
PATIENCE = 20.0  # seconds until a test gives up; nothing waits that long


class Clock(datetime):
    """A clock that a test sets."""

    moment: ClassVar[datetime]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(cls.moment.timestamp(), tz)


class OtherProcess:
    """What a second web process has: a cache of its own, and a listener that tells it."""

    def __init__(self, platform: Platform, urls: engines.Urls) -> None:
        self.shell = replace(platform.shell, snapshots=SnapshotCache(platform.shell.snapshots._load))
        self._news = threading.Condition()
        self._heard: list[UUID | None] = []
        self.listener = Listener(urls.app, heard=self._hear, up=self._up)
        self.listener.start()
        self.wait_for(None)

    def _hear(self, company_id: UUID | None) -> None:
        self.shell.snapshots.forget(company_id)
        with self._news:
            self._heard.append(company_id)
            self._news.notify_all()

    def _up(self, listening: bool) -> None:
        self.shell.snapshots.listening = listening

    def wait_for(self, company_id: UUID | None) -> None:
        """Until the database has announced a change of this company."""
        with self._news:
            assert self._news.wait_for(lambda: company_id in self._heard, PATIENCE)
            self._heard.clear()

    def modules(self, company: SomeCompany) -> frozenset[str]:
        snapshot = self.shell.snapshots(company.id)
        assert snapshot is not None
        return snapshot.modules


@pytest.fixture
def other(platform: Platform, test_urls: engines.Urls) -> Iterator[OtherProcess]:
    process = OtherProcess(platform, test_urls)
    yield process
    process.listener.stop()


def change(company: SomeCompany, *statements: object) -> None:
    with Session(company.platform.shell.platform) as db:
        for statement in statements:
            db.execute(statement)  # type: ignore[call-overload]
        db.commit()


def test_a_module_is_off_and_on_again_in_another_process(
    make_company: Callable[..., SomeCompany], other: OtherProcess
) -> None:
    firm = make_company("Brunnenhof", modules=("ballroom",))
    other.wait_for(firm.id)
    assert other.modules(firm) == {"ballroom"}
    mine = update(ModuleSwitch).where(ModuleSwitch.company_id == firm.id)
    for on, works in ((False, frozenset[str]()), (True, frozenset({"ballroom"}))):
        change(firm, mine.values(is_on=on))
        other.wait_for(firm.id)
        assert other.modules(firm) == works


def test_a_new_company_is_known_to_another_process(
    make_company: Callable[..., SomeCompany], other: OtherProcess
) -> None:
    unknown = new_id()
    assert other.shell.snapshots(unknown) is None
    firm = make_company("Seeblick")
    other.wait_for(firm.id)
    snapshot = other.shell.snapshots(firm.id)
    assert snapshot is not None
    assert (snapshot.name, snapshot.host) == ("Seeblick AG", firm.host)


def test_a_denial_is_heard_as_well(make_company: Callable[..., SomeCompany], other: OtherProcess) -> None:
    firm = make_company("Brunnenhof", modules=("ballroom",))
    other.wait_for(firm.id)
    assert other.modules(firm) == {"ballroom"}
    today = datetime.now(UTC).date()
    denial = EntitlementOverride(module="ballroom", effect="deny", starts=today - timedelta(days=1), ends=None)
    denial.reason, denial.author = "Unpaid.", "Mara Lindt"
    firm.plant(denial)
    other.wait_for(firm.id)
    assert other.modules(firm) == frozenset()
    change(firm, delete(EntitlementOverride).where(EntitlementOverride.company_id == firm.id))
    other.wait_for(firm.id)
    assert other.modules(firm) == {"ballroom"}


def test_what_was_read_before_an_announcement_is_not_kept_after_it(make_company: Callable[..., SomeCompany]) -> None:
    firm = make_company("Brunnenhof", modules=("ballroom",))
    load = firm.platform.shell.snapshots._load
    loads = 0

    def slow(company_id: UUID) -> Snapshot | None:
        nonlocal loads
        loads += 1
        snapshot = load(company_id)
        if loads == 1:  # the change is announced while the old state is on its way
            cache.forget(company_id)
        return snapshot

    cache = SnapshotCache(slow)
    cache.listening = True
    cache(firm.id), cache(firm.id), cache(firm.id)
    assert loads == 2


def test_a_host_that_was_unknown_a_moment_ago_is_asked_for_again() -> None:
    asked, company_id = [], new_id()

    def find(key: str) -> Match | None:
        asked.append(key)
        if len(asked) == 1:  # the company is made while somebody looks for it
            table.forget()
            return None
        return Match(company_id)

    table = HostTable(find)
    assert [table("seeblick"), table("seeblick"), table("seeblick")] == [None, Match(company_id), Match(company_id)]
    assert len(asked) == 2


def test_a_snapshot_ends_with_the_next_date_of_its_contract(make_company: Callable[..., SomeCompany]) -> None:
    firm = make_company("Brunnenhof", modules=("ballroom",))
    grant = EntitlementOverride(module="billboard", effect="grant", starts=date(2199, 4, 1), ends=None)
    grant.reason, grant.author = "Pilot.", "Mara Lindt"
    firm.plant(grant)
    snapshot = firm.platform.shell.snapshots._load(firm.id)
    assert snapshot is not None
    assert snapshot.valid_until == datetime(2199, 3, 31, 22, tzinfo=UTC)


def test_a_module_for_one_property_is_met_by_its_people_and_by_staff_only(
    make_company: Callable[..., SomeCompany],
) -> None:
    firm = make_company("Brunnenhof")
    _home, building = firm.house("Seestrasse")
    firm.switch("billboard", properties=(firm.property_id,))
    inside, outside = firm.resident("Verena Keller"), firm.resident("Lea Zimmermann", building_id=building)
    met = {body.name: set(body.visit().modules) for body in (inside, outside, firm.agent("Nadja Frei"))}
    assert met == {"Verena Keller": {"billboard"}, "Lea Zimmermann": set(), "Nadja Frei": {"billboard"}}


def test_a_module_whose_last_property_is_gone_is_met_by_no_resident(make_company: Callable[..., SomeCompany]) -> None:
    firm = make_company("Brunnenhof")
    sold, building = firm.house("Seestrasse")
    firm.switch("billboard", properties=(sold,))
    change(firm, delete(Building).where(Building.company_id == firm.id, Building.id == building))
    change(firm, delete(Property).where(Property.company_id == firm.id, Property.id == sold))
    with Session(firm.platform.shell.platform) as db:
        assert db.scalars(select(ModuleScope).filter_by(company_id=firm.id)).all() == []
    firm.platform.shell.snapshots.forget(firm.id)
    assert firm.resident("Verena Keller").visit().modules == frozenset()


def test_the_platform_listens_as_soon_as_it_stands(platform: Platform, test_urls: engines.Urls) -> None:
    ready = threading.Event()
    shell = replace(platform.shell, snapshots=SnapshotCache(platform.shell.snapshots._load))
    shell.snapshots.forget = lambda _company=None: ready.set()  # type: ignore[method-assign, assignment]
    listener = listen(shell, test_urls)
    assert ready.wait(PATIENCE)
    listener.stop()
    assert not listener.is_alive()


@pytest.mark.parametrize("weeks", [0, 52])
def test_a_line_that_ends_at_the_moment_of_a_request_changes_what_is_kept(
    make_company: Callable[..., SomeCompany], monkeypatch: pytest.MonkeyPatch, weeks: int
) -> None:
    """The night of 25 October 2026 has an hour twice; in the same week of a year later clocks stand still."""
    firm, clock = make_company("Brunnenhof", modules=("billboard",)), Clock
    end = date(2026, 10, 26) + timedelta(weeks=weeks)
    change(
        firm, update(Contract).where(Contract.company_id == firm.id).values(ends=end, grace_days=0, read_only_days=1)
    )
    midnight = datetime.combine(end, time(), ZoneInfo("Europe/Zurich")).astimezone(UTC)
    for module in ("quartier.tenancy.snapshot", "quartier.companies.snapshot"):
        monkeypatch.setattr(f"{module}.datetime", clock)
    snapshots, steps = firm.platform.shell.snapshots, []
    snapshots.forget(firm.id)
    for moment in (midnight - INSTANT, midnight, midnight + timedelta(days=1) - INSTANT, midnight + timedelta(days=1)):
        clock.moment = moment
        found = snapshots(firm.id)  # as the same process has it, with nothing announced in between
        assert found is not None
        steps.append((found.has("billboard"), found.only_reads("billboard")))
    assert steps == [(True, False), (True, True), (True, True), (False, False)]
    snapshots.forget(firm.id)
