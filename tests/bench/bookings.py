"""Bookings of a company in which 200,000 were made of 50 assets, of which most of the next month is taken."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import md5
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg.types.json import Jsonb

from plugins.bookings import queries, services
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import Rules, minute_at, minute_of
from plugins.bookings.services import Party, Refused, Wish
from quartier.tenancy.session import CompanySession
from tests.bench.board import sell
from tests.bench.client import p50
from tests.bench.pages import pages
from tests.bench.world import World, driver_url

SLUG, ASSETS, PER_DAY, BACK, AHEAD = "buchungen", 50, 5, 940, 60
REQUESTS, TRIES, AT_ONCE = 60, 40, 100
HOURS = tuple((at, at + 180) for at in range(7 * 60, 22 * 60, 180))
ROOM = Rules(hours=(HOURS,) * 7, horizon=60, quota=3, quota_per="week")
SOURCE = """
    FROM generate_series(0, %(assets)s::int - 1) a, generate_series(-%(back)s::int, %(ahead)s::int) d,
        generate_series(0, %(slots)s::int - 1) s,
        LATERAL (SELECT md5(a || '-' || d || '-' || s)::uuid AS id,
            (date_trunc('day', now() AT TIME ZONE 'Europe/Zurich') + d * interval '1 day' + (7 + 3 * s) *
            interval '1 hour') AT TIME ZONE 'Europe/Zurich' AS starts, hashint4(a * 100000 + d * 10 + s) AS h) b
    WHERE d > 30 AND h %% 3 = 0 OR d BETWEEN 1 AND 30 AND h %% 20 <> 0 OR d <= 0 AND h %% 5 <> 0
"""
PLANTED = f"""
    INSERT INTO person (company_id, id, given_name, family_name)
    SELECT %(company)s, md5('guest' || n)::uuid, 'Gast', 'Nummer ' || n FROM generate_series(0, 499) n;
    INSERT INTO bookings_asset (company_id, id, key, name, place, timezone, rules, property_id, position)
    SELECT %(company)s, md5('asset' || n)::uuid, 'raum-' || n, jsonb_build_object('de', 'Raum ' || n),
        '{{"de": "Untergeschoss"}}', 'Europe/Zurich', %(rules)s, %(home)s::uuid, n
    FROM generate_series(0, %(assets)s::int - 1) n;
    INSERT INTO bookings_booking (company_id, id, asset_id, person_id, household, starts, ends, state, price, rules,
        created_at, changed_at)
    SELECT %(company)s, b.id, md5('asset' || a)::uuid, md5('guest' || abs(h %% 500))::uuid,
        md5('guest' || abs(h %% 500))::uuid, b.starts, b.starts + interval '3 hours',
        CASE WHEN h %% 17 = 0 AND d <= 0 THEN 'cancelled' WHEN h %% 401 = 0 AND d > 0 THEN 'requested'
            ELSE 'confirmed' END, 20, %(rules)s, b.starts - interval '9 days', b.starts - interval '9 days' {SOURCE};
    INSERT INTO bookings_blocking (company_id, id, booking_id, resource_id, starts, ends)
    SELECT company_id, id, id, asset_id, starts, ends FROM bookings_booking
    WHERE company_id = %(company)s AND state <> 'cancelled';
    INSERT INTO bookings_event (company_id, id, booking_id, what, at)
    SELECT company_id, id, id, 'confirmed', created_at FROM bookings_booking WHERE company_id = %(company)s
"""
CHANGED = "UPDATE bookings_booking SET changed_at = now() WHERE id = %s"
PAGES = {
    "what can be booked": "/bookings/",
    "week of an asset": "/bookings/raum-7",
    "day of an asset": "/bookings/raum-7?view=day",
    "month of an asset": "/bookings/raum-7?view=month",
    "own bookings": "/bookings/mine",
}
DESK = {
    "the team's list": "/cockpit/bookings/",
    "the team's list of an asset": "/cockpit/bookings/?asset={asset}",
    "the team's day": "/cockpit/bookings/calendar",
    "the team's week": "/cockpit/bookings/calendar?view=week",
    "the team's month": "/cockpit/bookings/calendar?view=month",
    "figures of six months": "/cockpit/bookings/figures",
    "a month as a table": "/cockpit/bookings/bookings.csv?since={since}&until={until}",
}


def bookings(world: World) -> dict[str, str]:
    """Page by page, the search for what is free, a booking written, and a hundred who want the same."""
    company = world.company(SLUG, articles=60)  # as many as bare Flask's page has rows
    sell(world, company, "bookings")
    resident, agent = world.session(company), world.session(company, agent=True)
    total = plant(world, company)
    return {**lists(world, resident, agent, total), **searching(world, company), **writing(world, company)}


def lists(world: World, resident: str, agent: str, total: int) -> dict[str, str]:
    """Milliseconds for one reader, of this process, and statements."""
    today = datetime.now(UTC).date()
    words = {"asset": named("asset7"), "since": today - timedelta(days=30), "until": today}
    asked = [(name, path, resident) for name, path in PAGES.items()]
    asked += [(name, path.format(**words), agent) for name, path in DESK.items()]
    with psycopg.connect(driver_url(world.config.database_url), autocommit=True) as db:
        return pages(
            world, SLUG, f"{total:,} bookings", asked, change=lambda: db.execute(CHANGED, (named("0-1-0"),))
        )  # fmt: skip


def searching(world: World, company: UUID) -> dict[str, str]:
    """The next free time of each asset, looked for 30 days ahead: what a list of all of them asks."""
    with CompanySession(world.app, company) as db:
        assets, now = queries.assets_of(db), minute_of(datetime.now(UTC))
        times = timed(REQUESTS, lambda _n: queries.next_free_of(db, assets, now))
    return {f"Free times of {len(assets)} assets in 30 days (budget 10 ms)": f"{p50(times):.1f} ms"}


def writing(world: World, company: UUID) -> dict[str, str]:
    """Bookings written one after the other, each with its commit; then a hundred for one slot."""
    with CompanySession(world.app, company) as db:
        asset = queries.assets_of(db, named("asset7"))[0]
        free = [wish for wish in wishes(asset) if is_free(db, asset, wish)]

        def one(number: int) -> None:
            person = named(f"guest{number}")
            services.book(db, asset, free[number], Party(person, person))
            db.commit()

        times = timed(min(TRIES, len(free) - 1), one)
    won, seconds = crowd(world, company, asset, free[-1])
    return {
        "A booking written, its message queued (budget 8 ms)": f"{p50(times):.1f} ms",
        f"{AT_ONCE} at once for one slot: {won} got it (budget 2 s)": f"{seconds:.2f} s",
    }


def wishes(asset: AssetFacts) -> list[Wish]:
    """Slots of the next two months."""
    zone = ZoneInfo("Europe/Zurich")
    today = datetime.now(zone).date()
    days = [today + timedelta(days=number) for number in range(1, asset.rules.horizon)]
    return [Wish(minute_at(day, start, zone), minute_at(day, end, zone)) for day in days for start, end in HOURS]


def is_free(db: CompanySession, asset: AssetFacts, wish: Wish) -> bool:
    """Whether nobody has it."""
    return not queries.busy_of(db, asset, wish.start, wish.end).hits(wish.start, wish.end)


def crowd(world: World, company: UUID, asset: AssetFacts, wish: Wish) -> tuple[int, float]:
    """A hundred people through two connections; all but one get what stands against it, and what is free next."""
    ended: Counter[bool | None] = Counter()
    guests, lock = iter(range(100, 100 + AT_ONCE)), threading.Lock()

    def work() -> None:
        with CompanySession(world.app, company) as db:
            while True:
                with lock:
                    if (number := next(guests, None)) is None:
                        return
                person = named(f"guest{number}")
                won: bool | None = True
                try:
                    services.book(db, asset, wish, Party(person, person))
                    db.commit()
                except Refused as refused:
                    db.rollback()
                    won = False if refused.reasons and refused.following else None
                with lock:
                    ended[won] += 1

    threads = [threading.Thread(target=work) for _each in range(2)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == {True: 1, False: AT_ONCE - 1}, ended
    return ended[True], time.perf_counter() - began


def timed(rounds: int, act: Callable[[int], object]) -> list[float]:
    """Milliseconds of each round."""
    times = []
    for number in range(rounds):
        began = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - began) * 1000)
    return times


def named(text: str) -> UUID:
    """The id that planting gave to something."""
    return UUID(md5(text.encode(), usedforsecurity=False).hexdigest())


def plant(world: World, company: UUID) -> int:
    """By plain SQL, as writing them one by one would take half an hour; how many there are."""
    with psycopg.connect(driver_url(world.config.database_url)) as db:
        home = db.execute("SELECT id FROM property WHERE company_id = %s LIMIT 1", (company,)).fetchone()
        given = {
            "company": company, "home": home[0] if home else None, "rules": Jsonb(ROOM.to_json()),
            "assets": ASSETS, "back": BACK, "ahead": AHEAD, "slots": PER_DAY,
        }  # fmt: skip
        for statement in PLANTED.split(";"):
            db.execute(statement.encode(), given)
        made = db.execute("SELECT count(*) FROM bookings_booking WHERE company_id = %s", (company,)).fetchone()
    world.analyse()
    assert made is not None
    return int(made[0])
