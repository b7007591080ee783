"""Bring the schema up to the code: the core's history first, then each plugin's own.

Each plugin has its own version table, built-in ones too: removing a plugin's folder, or a plugin with a broken
migration, must not stop the others (docs/decisions/0002-plugins.md). Migrations only go forward.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from quartier.db.engines import APP, OWNER, PLATFORM, engine
from quartier.db.histories import CORE, CORE_HISTORY, History

log = structlog.get_logger(__name__)

LOCK = 7_211_404_711  # any number, as long as every process takes the same
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "5s", "10min"

# Until core_0005 only the first migration of a run acted as the owner: what later ones made belonged to the login.
HAND_OVER = f"""
    DO $$ DECLARE thing text; BEGIN
        FOR thing IN
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' WHEN 'v' THEN 'VIEW ' ELSE 'TABLE ' END || c.oid::regclass
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
                AND c.relowner = current_user::regrole
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
            UNION ALL
            SELECT 'ROUTINE ' || p.oid::regprocedure
            FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            UNION ALL
            SELECT 'TYPE ' || t.oid::regtype
            FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
                AND t.typowner = current_user::regrole
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
        LOOP EXECUTE 'ALTER ' || thing || ' OWNER TO {OWNER}'; END LOOP;
    END $$
"""  # noqa: S608 - the owner's name is a constant of ours


def migrate(url: URL, plugins: Iterable[History]) -> dict[str, str]:
    """Migrate everything; returns {plugin: error} for those that could not be. A broken core raises.

    Safe to run twice and from several processes at once: an advisory lock lets one in, the others find nothing to do.
    """
    admin = engine(url, size=1)
    try:
        with admin.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            connection.commit()
            try:
                _roles(connection)
                _upgrade(connection, CORE_HISTORY)
                return {history.name: error for history in plugins if (error := _attempt(connection, history))}
            finally:
                connection.rollback()
                connection.exec_driver_sql("RESET ROLE")
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
                connection.commit()
    finally:
        admin.dispose()


def _attempt(connection: Connection, history: History) -> str | None:
    try:
        _upgrade(connection, history)
    except Exception as error:  # noqa: BLE001 - a plugin's migration is foreign code: whatever it raises is its own fault
        connection.rollback()
        log.error("plugin_migration_failed", plugin=history.name, error=str(error))
        return str(error)
    return None


def _upgrade(connection: Connection, history: History) -> None:
    if not history.versions.is_dir():
        return
    config = _config(history)
    config.attributes.update(connection=connection, history=history)
    command.upgrade(config, "head")
    connection.exec_driver_sql(f"GRANT SELECT ON {history.version_table} TO {PLATFORM}")  # for `pending`
    connection.commit()


def _config(history: History) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(CORE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(history.versions))
    return config


def _roles(connection: Connection) -> None:
    """Make the three roles where they are missing; the login that migrates may act as the owner."""
    present = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    for role, options in ((OWNER, "NOLOGIN"), (APP, "LOGIN NOBYPASSRLS"), (PLATFORM, "LOGIN NOBYPASSRLS")):
        if role not in present:
            connection.exec_driver_sql(f"CREATE ROLE {role} {options}")
    connection.exec_driver_sql(f"GRANT {OWNER}, {APP}, {PLATFORM} TO CURRENT_USER")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {APP}, {PLATFORM}")
    connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
    database = connection.scalar(text("SELECT quote_ident(current_database())"))
    connection.exec_driver_sql(f"GRANT CREATE ON DATABASE {database} TO {OWNER}")
    connection.exec_driver_sql(HAND_OVER)
    connection.commit()


def set_up_session(connection: Connection) -> None:
    """Act as the owner, and rather fail than hold up a running portal behind a lock.

    For the whole session: each migration has a transaction of its own, and what is set for one only ends with it.
    """
    for setting in (f"ROLE {OWNER}", f"lock_timeout = '{LOCK_TIMEOUT}'", f"statement_timeout = '{STATEMENT_TIMEOUT}'"):
        connection.exec_driver_sql(f"SET {setting}")
    connection.commit()
