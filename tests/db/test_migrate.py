"""Migrations: once is enough, twice does no harm, two at once are one, and a broken plugin stays alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from quartier.db import engines
from quartier.db.base import new_id
from quartier.db.embedded import EmbeddedPostgres
from quartier.db.histories import CORE_HISTORY, History, pending
from quartier.db.migrate import migrate
from quartier.testing import libpq
from quartier.testing import migrated as migrated_template

GOOD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "sample_0001", None, None, None


def upgrade() -> None:
    op.create_table("sample_thing", sa.Column("id", sa.Integer(), primary_key=True))
"""
BROKEN = GOOD.replace("sample", "broken") + '    op.execute("SELECT nonsense FROM nowhere")\n'


@pytest.fixture
def empty(test_server: EmbeddedPostgres, test_urls: engines.Urls) -> Iterator[URL]:
    """A database with nothing in it."""
    with made(test_server, f"{test_urls.admin.database}_empty", "template1") as url:
        yield url


@pytest.fixture
def migrated(test_server: EmbeddedPostgres, test_urls: engines.Urls) -> Iterator[URL]:
    """A database with the core's tables and those of our own modules, as an earlier run left them."""
    with psycopg.connect(libpq(test_server, "postgres"), autocommit=True) as connection:
        template = migrated_template(test_server, connection)
    with made(test_server, f"{test_urls.admin.database}_migrated", template) as url:
        yield url


@contextmanager
def made(server: EmbeddedPostgres, name: str, template: str) -> Iterator[URL]:
    with psycopg.connect(libpq(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield make_url(server.url("postgres", name))  # left to the next: when one goes the server writes all out


def history(folder: Path, name: str, source: str) -> History:
    """A plugin's folder of migrations with one in it."""
    versions = folder / name
    versions.mkdir()
    (versions / f"{name}_0001_first.py").write_text(source)
    return History(name, versions)


def tables(url: URL) -> set[str]:
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def test_a_second_run_finds_nothing_to_do(migrated: URL, tmp_path: Path) -> None:
    sample = history(tmp_path, "sample", GOOD)
    assert migrate(migrated, [sample]) == {}
    before = tables(migrated)
    assert migrate(migrated, [sample]) == {}
    assert tables(migrated) == before
    assert {"company", "sample_thing", "alembic_version", "alembic_version_sample"} <= before


def owners(url: URL) -> set[str]:
    """Whose the tables, sequences, types and functions are; those of extensions are not ours."""
    query = """
        SELECT relowner::regrole::text FROM pg_class c WHERE relnamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        UNION SELECT proowner::regrole::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        UNION SELECT typowner::regrole::text FROM pg_type t WHERE typnamespace = 'public'::regnamespace
            AND typtype IN ('e', 'd')
    """
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        return {owner for (owner,) in connection.execute(query)}


def test_everything_belongs_to_the_owner_whichever_migration_made_it(migrated: URL, tmp_path: Path) -> None:
    second = GOOD.replace("sample_0001", "sample_0002").replace('"sample_thing"', '"sample_other"')
    sample = history(tmp_path, "sample", GOOD)
    (sample.versions / "sample_0002.py").write_text(second.replace(", None, None, None", ', "sample_0001", None, None'))
    assert migrate(migrated, [sample]) == {}
    assert owners(migrated) == {engines.OWNER}


def test_two_at_once_are_one_and_what_the_login_made_goes_to_the_owner(empty: URL, tmp_path: Path) -> None:
    """In one test: from nothing to the newest tables is the longest way there is."""
    with psycopg.connect(empty.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute("CREATE TABLE old (id serial PRIMARY KEY, at int GENERATED ALWAYS AS IDENTITY)")
        connection.execute("CREATE TYPE old_kind AS ENUM ('a')")
        connection.execute("CREATE FUNCTION old_one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    sample = history(tmp_path, "sample", GOOD)
    with ThreadPoolExecutor(2) as both:
        results = list(both.map(lambda _number: migrate(empty, [sample]), range(2)))
    assert results == [{}, {}]
    assert {"old", "sample_thing"} <= tables(empty)
    assert owners(empty) == {engines.OWNER}


def test_a_broken_plugin_is_named_and_leaves_no_trace_while_the_others_go_on(migrated: URL, tmp_path: Path) -> None:
    broken, sample = history(tmp_path, "broken", BROKEN), history(tmp_path, "sample", GOOD)
    failed = migrate(migrated, [broken, sample])
    assert set(failed) == {"broken"}
    assert "nonsense" in failed["broken"]
    assert {"broken_thing"} & tables(migrated) == set()
    assert {"sample_thing"} <= tables(migrated)
    engine = engines.engine(migrated, size=1)
    assert pending(engine, [CORE_HISTORY, broken, sample]) == {"broken"}
    engine.dispose()


def test_invitations_for_a_home_are_found_though_the_owner_sees_no_companys_rows(migrated: URL) -> None:
    of, anna, employee = (str(new_id()) for _each in range(3))
    home = ("INSERT INTO occupant (company_id, id, occupancy_id, unit_id, person_id) "
            f"VALUES ('{of}', '{of}', '{of}', '{of}', '{anna}')")  # fmt: skip
    invited = ("INSERT INTO invitation (company_id, id, person_id, code_hash, token_hash, created_by) "
               "VALUES ('{of}', '{who}', '{who}', '{who}', '{who}', 'Nadja')")  # fmt: skip
    admin = engines.engine(migrated, size=1)
    with admin.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # only these two tables matter
        for statement in (home, *(invited.format(of=of, who=who) for who in (anna, employee))):
            connection.execute(text(statement))
        connection.execute(text(f"SET LOCAL ROLE {engines.OWNER}"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("quartier.migrations.versions.core_0067_placed").upgrade()
        connection.execute(text("RESET ROLE"))
        rows = connection.execute(text("SELECT person_id::text, placed FROM invitation"))
        assert dict(map(tuple, rows)) == {anna: True, employee: False}
    admin.dispose()


OLD_BRAND = """
    ALTER TABLE brand_version DROP tone, DROP micro_apps, DROP mail_header, DROP mail_footer;
    ALTER TABLE brand_draft DROP tone, DROP micro_apps, DROP mail_header, DROP mail_footer;
    ALTER TABLE company ADD tone text NOT NULL DEFAULT 'formal';
    ALTER TABLE mail_settings ADD footer jsonb NOT NULL DEFAULT '{}';
    CREATE TABLE micro_app
        (company_id uuid, id uuid, module text, name jsonb, short_name jsonb, icon text, position int);
    ALTER TABLE micro_app OWNER TO quartier_owner;
    ALTER TABLE micro_app ENABLE ROW LEVEL SECURITY;
    INSERT INTO company (id, slug, name, country, timezone, languages, tone) VALUES
        ('{one}', 'one', 'One', 'CH', 'Europe/Zurich', '{de}', 'informal'),
        ('{two}', 'two', 'Two', 'CH', 'Europe/Zurich', '{de}', 'formal');
    INSERT INTO brand_version (company_id, id, number, app_name, theme, colour, published_at) VALUES
        ('{one}', gen_random_uuid(), 1, '{}', 'klar', '#111111', now() - interval '1 day'),
        ('{one}', gen_random_uuid(), 2, '{}', 'klar', '#222222', now() + interval '1 day'),
        ('{two}', gen_random_uuid(), 1, '{}', 'klar', '#333333', now());
    INSERT INTO brand_draft (company_id, id, mark, based_on, app_name, theme, colour)
        VALUES ('{one}', gen_random_uuid(), gen_random_uuid(), 1, '{}', 'klar', '#444444');
    INSERT INTO mail_settings (company_id, id, footer) VALUES ('{one}', gen_random_uuid(), '{"de": "8057 Zürich"}');
    INSERT INTO micro_app VALUES
        ('{one}', gen_random_uuid(), 'faq', '{"de": "Rat"}', '{}', NULL, 20),
        ('{one}', gen_random_uuid(), 'board', '{}', '{}', 'megaphone', 10);
"""
"""As it was before a version held everything; what is written between braces is filled in."""


def test_names_tone_and_footer_of_an_old_database_are_in_every_version_and_the_draft(migrated: URL) -> None:
    one, two = str(new_id()), str(new_id())
    admin = engines.engine(migrated, size=1)
    with admin.begin() as connection:
        connection.exec_driver_sql(OLD_BRAND.replace("{one}", one).replace("{two}", two).replace("%", "%%"))
        connection.execute(text(f"SET LOCAL ROLE {engines.OWNER}"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("quartier.migrations.versions.core_0200_whole_brand").upgrade()
        connection.execute(text("RESET ROLE"))
        facts = "colour, tone, micro_apps, mail_header, mail_footer"
        rows = connection.execute(
            text(f"SELECT {facts} FROM brand_version UNION ALL SELECT {facts} FROM brand_draft ORDER BY colour")
        )
        names = {"faq": {"name": {"de": "Rat"}, "position": 20}, "board": {"icon": "megaphone", "position": 10}}
        mine = ("informal", names, {}, {"de": "8057 Zürich"})
        assert list(map(tuple, rows)) == [
            ("#111111", *mine), ("#222222", *mine), ("#333333", "formal", {}, {}, {}), ("#444444", *mine),
        ]  # fmt: skip
        forced = "SELECT relforcerowsecurity FROM pg_class WHERE relname = ANY(:names)"
        closed = connection.execute(text(forced), {"names": ["brand_version", "brand_draft", "company"]})
        assert [one for (one,) in closed] == [True, True, True]
        off = "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D' AND tgrelid = 'brand_version'::regclass"
        assert connection.scalar(text(off)) == 0
    admin.dispose()


def test_a_plugin_that_was_removed_is_missed_by_nobody(migrated: URL, tmp_path: Path) -> None:
    migrate(migrated, [history(tmp_path, "sample", GOOD)])
    assert migrate(migrated, []) == {}
