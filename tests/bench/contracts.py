"""What contracts cost: asking for a module in a request, 10,000 companies' rights, a dry run for 100,000 people."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from quartier.app import create_app
from quartier.contracts import services
from quartier.contracts.effects import trial
from quartier.contracts.entitlement import next_change
from quartier.contracts.models import Contract, ContractLine
from quartier.contracts.queries import needs_of, standings
from quartier.contracts.services import By
from quartier.i18n.voice import Voice
from quartier.plugin.manager import Plugins, discover
from quartier.tenancy.session import CompanySession
from quartier.viewer import ANONYMOUS
from quartier.web.gate import PUBLIC, require
from quartier.web.visit import Visit
from tests.bench.inviting import plant
from tests.bench.world import World, driver_url

COMPANIES, CROWD, ASKED = 10_000, 100_000, 200_000
MODULES = ("faq", "pinboard", "bookings", "chat", "units", "file_space")
SOLD = (
    """INSERT INTO company (id, slug, name, country, timezone, languages)
       SELECT md5('sold' || n)::uuid, 'sold-' || n, 'Firma ' || n, 'CH', 'Europe/Zurich', '{de,en,fr}'
         FROM generate_series(1, %(many)s) n""",
    """INSERT INTO contract (company_id, id, number, timezone, starts)
       SELECT id, id, 'B-1', timezone, '2024-01-01' FROM company WHERE slug LIKE 'sold-%%'""",
    """INSERT INTO contract_line (company_id, id, contract_id, module, starts, ends, needs)
       SELECT c.id, gen_random_uuid(), c.id, m.key, '2024-01-01', CASE WHEN m.place = 2 THEN date '2027-06-01' END,
              CASE WHEN m.place = 3 THEN 'faq OR pinboard AND units' ELSE '' END
         FROM company c, unnest(%(modules)s::text[]) WITH ORDINALITY m(key, place) WHERE c.slug LIKE 'sold-%%'""",
    """INSERT INTO module_trial (company_id, id, module, starts, ends, reason, author)
       SELECT id, gen_random_uuid(), 'tried', '2026-01-01', '2026-02-01', 'bench', 'bench'
         FROM company WHERE slug LIKE 'sold-%%'""",
    """INSERT INTO entitlement_override (company_id, id, module, effect, starts, reason, author)
       SELECT id, gen_random_uuid(), 'chat', 'deny', '2026-01-01', 'bench', 'bench'
         FROM company WHERE slug LIKE 'sold-%%' AND slug LIKE '%%7'""",
    """INSERT INTO module_switch (company_id, id, module, is_on)
       SELECT c.id, gen_random_uuid(), m.key, true FROM company c, unnest(%(modules)s::text[]) m(key)
        WHERE c.slug LIKE 'sold-%%'""",
)
REGISTERED = """
    INSERT INTO account (company_id, id, person_id, email, email_key)
    SELECT company_id, gen_random_uuid(), id, 'p-' || id || '@post.example', 'p-' || id || '@post.example' FROM person
     WHERE company_id = %(company)s
"""


def contracts(world: World) -> dict[str, str]:
    """The figures."""
    company = world.company("vertraege", articles=60)
    plant(world, company, CROWD)
    with psycopg.connect(driver_url(world.config.database_url)) as db:
        db.execute(REGISTERED, {"company": company})
    world.analyse()
    platform = create_app(world.config)
    found = asking(world, platform.shell.snapshots(company), company)
    platform.close()
    plugins = discover()
    return found | dry_run(world, company, plugins) | recomputed(world, plugins)


def asking(world: World, snapshot: object, company: UUID) -> dict[str, str]:
    """The gate of a page of a module, as each request passes it."""
    db = CompanySession(world.app, company)
    visit = Visit(snapshot, ANONYMOUS, Voice("de"), db)  # type: ignore[arg-type]
    times = []
    for _round in range(9):
        began = time.process_time()
        for _one in range(ASKED):
            require(visit, PUBLIC, module="faq")
        times.append((time.process_time() - began) / ASKED)
    db.close()
    return {"may this company use the module, in a request (budget 5 µs)": f"{statistics.median(times) * 1e6:.2f} µs"}


def dry_run(world: World, company: UUID, plugins: Plugins) -> dict[str, str]:
    """What the review of an ending line takes: first with nothing of the database in its memory, then again."""
    with Session(world.platform) as db:
        line = db.query(ContractLine).filter_by(company_id=company, module="faq").one()
        contract = db.get_one(Contract, (company, line.contract_id))
        assert contract.stage == "accepted"

    def review() -> float:
        began = time.perf_counter()
        with Session(world.platform) as db:
            mine = db.get_one(ContractLine, (company, line.id))
            ends = date(2030, 1, 1)
            effects = trial(
                db, company, plugins,
                lambda: services.change_line(db, mine, starts=mine.starts, ends=ends, by=By("bench")),
            )  # fmt: skip
            assert effects[0].residents > CROWD * 0.8
        return time.perf_counter() - began

    world.forget()
    cold, warm = review(), [review() for _round in range(9)]
    name = "what a change would do, with 100,000 people"
    return {
        f"{name}, the database just started (budget 2 s)": f"{cold:.2f} s",
        f"{name}, asked again": f"{statistics.median(warm):.2f} s",
    }


def recomputed(world: World, plugins: Plugins) -> dict[str, str]:
    """What every company may use now and until when, from what is written down."""
    with psycopg.connect(driver_url(world.config.database_url)) as db:
        for statement in SOLD:
            db.execute(statement, {"many": COMPANIES, "modules": list(MODULES)})
        ids = [row[0] for row in db.execute("SELECT id FROM company WHERE slug LIKE 'sold-%'").fetchall()]
    world.analyse()
    needs, now, began, works = needs_of(plugins), datetime.now(UTC), time.perf_counter(), 0
    with Session(world.platform) as session:
        for start in range(0, len(ids), 500):
            for stands in standings(session, ids[start : start + 500]).values():
                works += len(stands.modules(needs, now))
                assert next_change(stands.spans, now) is not None
    took = time.perf_counter() - began
    assert works > COMPANIES
    return {f"entitlements of {COMPANIES:,} companies, computed anew (budget 30 s)": f"{took:.1f} s"}
