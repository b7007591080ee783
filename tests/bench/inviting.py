"""Inviting 2,000 people by mail, setting 2,000 letters, and the lists of a company with 150,000 people."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg

from quartier.app import create_app
from quartier.db.base import new_id
from quartier.files.storage import storage
from quartier.invitations import acts, services
from quartier.invitations.printing import print_act
from quartier.people.figures import ask, count_what_is_due
from quartier.people.stages import ResidentFilters
from quartier.tenancy.session import CompanySession
from tests.bench.pages import pages
from tests.bench.world import World, driver_url

MANY, CROWD = 2_000, 150_000
DESK = "/cockpit/residents/"
LISTS = {
    "tenant management, everybody": "",
    "tenant management, not invited yet": "?stage=addressable",
    "tenant management, invited": "?stage=invited",
    "tenant management, registered": "?stage=registered",
    "tenant management, known by name only": "?stage=name_only",
    "tenant management, moved out": "?stage=moved_out",
    "tenant management, a name": "?q=muster77",
    "tenant management, a name that everybody has": "?q=vera",
}
PEOPLE = """
    INSERT INTO {table} (company_id, id, {columns})
    SELECT %(company)s, md5(%(seed)s || '{table}' || n)::uuid, {values} FROM generate_series(1, %(many)s) n
"""
PLANTED = {
    "property": ("name, timezone", "'Siedlung', 'Europe/Zurich'"),
    "building": (
        "property_id, name, street, house_number, postal_code, city, country",
        "md5(%(seed)s || 'property1')::uuid, 'Haus ' || n, 'Seestrasse', n::text, '8057', 'Zürich', 'CH'",
    ),
    "unit": ("building_id, name, kind", "md5(%(seed)s || 'building' || 1 + n %% 500)::uuid, 'Wohnung ' || n, 'flat'"),
    "person": (
        "given_name, family_name, email",
        "'Vera ' || n %% 977, 'Muster' || n, CASE WHEN n %% 4 > 0 THEN 'person-' || n || '@post.example' END",
    ),
    "occupancy": (
        "unit_id, kind, starts, ends",
        "md5(%(seed)s || 'unit' || n)::uuid, 'tenancy', '2020-01-01', CASE WHEN n %% 9 = 0 THEN '2024-01-01'::date END",
    ),
    "occupant": (
        "occupancy_id, person_id",
        "md5(%(seed)s || 'occupancy' || n)::uuid, md5(%(seed)s || 'person' || n)::uuid",
    ),
}  # fmt: skip

REGISTERED_AND_INVITED = (
    """INSERT INTO account (company_id, id, person_id, email, email_key)
       SELECT company_id, gen_random_uuid(), id, email, email FROM person
        WHERE company_id = %(company)s AND email LIKE 'person-%%' AND left(md5(id::text), 1) < '5'""",
    """INSERT INTO invitation (company_id, id, person_id, code_hash, token_hash, created_by)
       SELECT company_id, gen_random_uuid(), id, sha256(('c' || id)::bytea), sha256(('t' || id)::bytea), 'bench'
         FROM person WHERE company_id = %(company)s AND left(md5(id::text), 1) IN ('6', '7')""",
    """INSERT INTO invitation_sending (company_id, id, invitation_id, event, channel, kind, sent_by)
       SELECT company_id, gen_random_uuid(), id, gen_random_uuid(), 'mail', 'invitation', 'bench'
         FROM invitation WHERE company_id = %(company)s""",
)
CHANGED = "UPDATE property SET name = name WHERE company_id = %(company)s"


def inviting(world: World) -> dict[str, str]:
    """The figures."""
    small, large = world.company("einladungen", articles=1), world.company("viele-leute", articles=60)
    plant(world, small, MANY * 9 // 8)  # each ninth has moved out, and is not invited
    world.analyse()  # as after any large import (`estate.jobs`)
    found = queued(world, small)
    plant(world, large, CROWD)
    world.analyse()
    return found | crowd(world, large)


def plant(world: World, company: UUID, people: int) -> None:
    """People with a flat each, by plain SQL: three of four have an e-mail address."""
    address = driver_url(world.config.database_url)
    with psycopg.connect(address) as connection:
        for table, (columns, values) in PLANTED.items():
            many = {"property": 1, "building": 500}.get(table, people)
            statement = PEOPLE.format(table=table, columns=columns, values=values)
            connection.execute(statement, {"company": company, "seed": str(company), "many": many})  # type: ignore[arg-type]


def queued(world: World, company: UUID) -> dict[str, str]:
    """From the click to the commit, and the file with all letters."""
    platform = create_app(world.config)
    snapshot = platform.shell.snapshots(company)
    assert snapshot is not None
    db, actor, event = CompanySession(world.app, company), acts.inviter_of(world.config, snapshot, "bench"), new_id()
    people = [row.id for row in db.rows("SELECT id FROM person WHERE family_name LIKE %s", ("Muster%",))]
    db.rows("UPDATE person SET email = id || '@post.example' WHERE family_name LIKE 'Muster%%' RETURNING id", ())
    db.commit()
    began = time.perf_counter()
    invited = services.invite(db, people, channel="mail", actor=actor)
    db.commit()
    mails = time.perf_counter() - began
    assert len(invited) == MANY
    services.send(db, invited, channel="letter", actor=actor, event=event)
    began = time.perf_counter()
    body = print_act(db, storage(world.config), snapshot, actor, event, today=date(2026, 11, 22))
    letters = time.perf_counter() - began
    db.close()
    platform.close()
    return {
        "2,000 invitations by mail, queued (budget 3 s)": f"{mails:.1f} s",
        "2,000 letters as one PDF (budget 30 s)": f"{letters:.1f} s, {len(body) / 1_000_000:.0f} MB",
    }


def crowd(world: World, company: UUID) -> dict[str, str]:
    """Tenant management of so many, a quarter of whom are registered and an eighth invited, after they were counted."""
    cookie, address = world.session(company, agent=True), driver_url(world.config.database_url)
    with psycopg.connect(address, autocommit=True) as connection, CompanySession(world.app, company) as db:
        for statement in REGISTERED_AND_INVITED:
            connection.execute(statement, {"company": company})
        world.analyse()
        ask(db, ResidentFilters(), within=())
        count_what_is_due(db, today=datetime.now(UTC).date())
        db.commit()
        asked = [(name, f"{DESK}{more}", cookie) for name, more in LISTS.items()]
        return pages(
            world, "viele-leute", "150,000 people", asked,
            change=lambda: connection.execute(CHANGED, {"company": company}),
        )  # fmt: skip
