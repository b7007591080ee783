"""What the database itself says: no table of a company without its lock, whoever wrote the migration."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from quartier.app import Platform
from quartier.db.engines import APP, OWNER, PLATFORM
from quartier.tables import METADATA

# Tables without a company, each with its reason. Nothing else may be without one.
GLOBAL = {
    "company": "the company itself; its policy compares the id",
    "operator": "staff of the platform, reachable by the console's role only",
    "operator_session": "as operator",
    "operator_reset": "as operator",
    "operator_failure": "as operator",
    "operator_origin": "as operator",
    "operator_passkey": "as operator",
    "operator_question": "as operator",
    "operator_alert": "as operator",
    "platform_token": "as operator",
    "platform_answer": "as operator",
    "product": "what the platform sells; companies read what it costs",
    "product_version": "as product",
    "product_price": "as product",
    "product_picture": "as product; the portal shows it to who may buy",
    "lead": "also of who is no customer yet; the console's role only",
    "lead_note": "as lead",
    "procrastinate_workers": "processes that do jobs, of no company",
    "procrastinate_jobs": "the queue of a library; the company is in the job, put there by queue_job, and the portal "
    "has no right to the table",
    "procrastinate_periodic_defers": "as procrastinate_jobs: the clock of all companies",
    "procrastinate_events": "as procrastinate_jobs: what became of a job, without its arguments",
}
DEFINERS = {
    "find_company": "host → company must look across companies; it answers one exact name with one id",
    "estate_find": "as faq_find, over the estate and people",
    "note_changes": "writes the history, which nobody at runtime may write; it copies rows of the statement it follows",
    "queue_job": "the portal may queue jobs and not see them; it writes the bound company itself, and only adds",
    "operator_present": "whether an operator's session at the console goes on; it answers two ids with yes or no",
    "ask_sales": "the portal may ask for something and see no lead; it writes the bound company itself, and only adds",
    "keep_unheld": "keeps what the portal may only read; it looks at the units of the rows that it follows",
    "keep_unplaced": "as keep_unheld, of people: it looks at the periods of the rows that it follows",
    "note_contents": "leaves what the portal may only read: that the statement it follows wrote in a company's tables",
    "note_content": "as note_contents, after a row",
    "count_noted": "counts what note_contents left, for the companies that are named there",
    "sort_search": "only who owns an index may have it sorted; it reads and answers nothing",
    "freshen_statistics": "only who owns a table may have it analysed; it reads and answers nothing",
    "pinboard_find": "as faq_find, over posts",
    "faq_find": "trigram operators are not leakproof; it asks for the bound company itself and answers with keys only",
}


@pytest.fixture
def catalogue(platform: Platform) -> Iterator[Connection]:
    with platform.shell.platform.connect() as connection:
        yield connection


def rows(connection: Connection, query: str) -> list[Any]:
    return list(connection.execute(text(query)))


def tables(connection: Connection) -> set[str]:
    found = rows(
        connection, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return {row.relname for row in found if not row.relname.startswith("alembic_version")}


def owned(connection: Connection) -> set[str]:
    return tables(connection) - GLOBAL.keys()


def test_every_table_belongs_to_a_company_or_says_why_not(catalogue: Connection) -> None:
    with_company = rows(
        catalogue,
        "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE a.attname = 'company_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
    )
    assert {row.relname for row in with_company} == owned(catalogue)


def test_row_security_is_enabled_and_forced(catalogue: Connection) -> None:
    open_tables = rows(
        catalogue,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND NOT (relrowsecurity AND relforcerowsecurity)",
    )
    without_company = GLOBAL.keys() - {"company"}
    assert {r.relname for r in open_tables if not r.relname.startswith("alembic_version")} == without_company


def test_the_portals_policy_compares_the_bound_company_and_nothing_else(catalogue: Connection) -> None:
    policies = rows(catalogue, "SELECT tablename, roles, qual, with_check FROM pg_policies WHERE schemaname = 'public'")
    of_portal = {row.tablename: row for row in policies if APP in row.roles}
    assert set(of_portal) == owned(catalogue) | {"company"}
    shapes = {row.qual.replace("company_id", "id") for row in of_portal.values()}
    assert shapes == {"(id = (NULLIF(current_setting('app.id'::text, true), ''::text))::uuid)"}
    assert {row.with_check for row in of_portal.values()} == {None}


def test_only_the_three_roles_have_policies(catalogue: Connection) -> None:
    policies = rows(catalogue, "SELECT tablename, roles FROM pg_policies WHERE schemaname = 'public'")
    assert {role for row in policies for role in row.roles} == {APP, PLATFORM, OWNER}
    found = {"property", "building", "unit", "occupancy", "occupant", "person", "faq_article_text", "pinboard_post"}
    assert {row.tablename for row in policies if OWNER in row.roles} == {
        "domain",
        "company",
        "change",
        "unheld_unit",
        "unplaced_person",
        "content_touched",
        "content_version",  # counted by a trigger, whoever wrote
        "webhook",  # read, and
        "webhook_pending",  # written by the trigger that tells of changes, whoever made them
        "correction",
        "correction_field",  # closed by the trigger that sees a value arrive, whoever brings it
        *found,
    }


def test_every_key_and_index_of_a_company_begins_with_it(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        "SELECT t.relname AS table, i.relname AS index, a.attname AS first, x.indisprimary "
        "FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
        "LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] "
        "WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'",
    )
    mine = owned(catalogue)
    strange = {(row.table, row.index) for row in found if row.table in mine and row.first != "company_id"}
    assert strange == {("domain", "pk_domain"), ("outbox_mail", "pk_outbox_mail")}


def test_references_between_companies_tables_carry_the_company(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        "SELECT c.conname, t.relname AS table, f.relname AS target, "
        "(SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = t.oid AND attnum = ANY (c.conkey)) "
        "AS columns "
        "FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid "
        "WHERE c.contype = 'f'",
    )
    mine = owned(catalogue)
    assert {row.conname for row in found if row.target in mine and "company_id" not in row.columns} == set()


def test_views_and_functions_cannot_look_around_the_policies(catalogue: Connection) -> None:
    views = rows(
        catalogue,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR relkind = 'v' "
        "AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false))",
    )
    definers = rows(
        catalogue,
        "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace",
    )
    assert {row.relname for row in views} == set()
    assert {row.proname for row in definers} == DEFINERS.keys()


def test_the_runtime_roles_own_nothing_and_cannot_bypass(catalogue: Connection) -> None:
    roles = rows(
        catalogue,
        f"SELECT rolname FROM pg_roles WHERE rolname IN ('{APP}', '{PLATFORM}') "
        "AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)",
    )
    possessions = rows(
        catalogue, f"SELECT relname FROM pg_class WHERE relowner IN ('{APP}'::regrole, '{PLATFORM}'::regrole)"
    )
    assert (roles, possessions) == ([], [])


def test_the_portal_may_write_only_what_its_people_may_change(catalogue: Connection) -> None:
    grants = rows(
        catalogue,
        "SELECT c.relname AS table_name, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
        f"WHERE a.grantee = '{APP}'::regrole AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
    )
    rights: dict[str, set[str]] = {}
    for grant in grants:
        rights.setdefault(grant.table_name, set()).add(grant.privilege_type)
    everything = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    narrower = {table: frozenset(kinds) for table, kinds in rights.items() if kinds != everything}
    read, append = frozenset({"SELECT"}), frozenset({"SELECT", "INSERT"})
    assert narrower == {
        "company": read,
        "domain": read,
        "change": read,
        "unheld_unit": read,
        "unplaced_person": read,
        "content_touched": read,
        "contract": read,
        "contract_line": read,
        "entitlement_override": read,
        "module_trial": append,
        "product": read,
        "product_version": read,
        "product_price": read,
        "product_order": frozenset({"SELECT", "INSERT", "UPDATE"}),
        "lapse_reminder": read,
        "product_picture": read,
        "brand_version": append,
        "contract_event": append,
        "outbox_mail": append,
        "support_page": append,
        "support_access": frozenset({"SELECT", "INSERT", "UPDATE"}),
        "legal_version": append,
        "legal_consent": append,  # a merge may hand a row to another account, by a right to that column
        "sandbox": read,  # and its counts of visits, by columns
        "sandbox_sample": read,
        "content_version": frozenset({"SELECT", "INSERT", "UPDATE"}),  # by triggers, which run as who wrote
        **{name: kinds for name, kinds in narrower.items() if name.endswith("_revision") and kinds == append},
    }
    known = {"company", "product", "product_version", "product_price", "product_picture"}
    assert rights.keys() & GLOBAL.keys() == known


def test_models_and_migrations_agree(platform: Platform) -> None:
    for plugin in platform.shell.plugins.serving.values():
        importlib.import_module(f"{plugin.module.__name__.rpartition('.')[0]}.models")
    with platform.shell.platform.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours, "compare_type": _differs})
        assert compare_metadata(context, METADATA) == []


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or not (name or "").startswith(("alembic_version", "procrastinate_"))


def _differs(_context: Any, _inspected: Any, column: Any, found: Any, _declared: Any) -> bool | None:
    return False if type(column.type).__name__ == "LocalizedTextType" and type(found).__name__ == "JSONB" else None
