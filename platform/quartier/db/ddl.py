"""The few statements that make a table safe; every migration that creates one uses them."""

from __future__ import annotations

from quartier.db.base import CURRENT_COMPANY
from quartier.db.engines import APP, PLATFORM


def secure(table: str, *, key: str = "company_id", app: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Close a company-owned table: row security for everybody, the owner included.

    The portal sees the bound company only, the console sees all through a policy of its own (visible in
    `pg_policies`, unlike BYPASSRLS). `app` narrows what the portal may do, for example to "SELECT, INSERT" for
    an append-only table.
    """
    _execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    _execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    _execute(f'CREATE POLICY company ON "{table}" TO {APP} USING ({key} = {CURRENT_COMPANY})')
    _execute(f'CREATE POLICY platform ON "{table}" TO {PLATFORM} USING (true)')
    _execute(f'GRANT {app} ON "{table}" TO {APP}')
    _execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {PLATFORM}')


def announce(table: str, *, company: str = "company_id") -> None:
    """Tell every process when a row of this table changes, so that it reads the company's snapshot anew.

    A trigger and not a call in a service: a change by psql or by a forgetful plugin is seen as well.
    """
    _execute(
        f'CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION announce_company('{company}')"
    )


def versioned(table: str, module: str) -> None:
    """Count the module's contents as changed when a row of this table changes: what `Visit.kept` holds ends then."""
    _execute(
        f'CREATE CONSTRAINT TRIGGER count_contents AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_contents('{module}')"
    )


def versioned_once(table: str, module: str, *, columns: str = "") -> None:
    """The same for tables of which thousands of rows are written at once: only a transaction's first change is noted.

    One migration counted so; `counted` has taken its place, which counts several modules in one order.
    `columns` are those whose changes count ("email, person_id"), where a table has others that change often.
    """
    this = f"company_id || '/{module}'"
    due = "coalesce(current_setting('app.due', true), '')"
    for row, events in (("NEW", f"INSERT OR UPDATE{columns and ' OF ' + columns}"), ("OLD", "DELETE")):
        _execute(
            f'CREATE CONSTRAINT TRIGGER count_{module}_{row.lower()} AFTER {events} ON "{table}" '
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (CASE WHEN strpos({due}, {row}.{this}) = 0 "
            f"THEN set_config('app.due', {due} || ' ' || {row}.{this}, true) <> '' ELSE false END) "
            f"EXECUTE FUNCTION count_contents('{module}')"
        )


def counted(table: str, module: str, *, columns: str = "") -> None:
    """The same once a statement, and not once a row, for tables of which thousands are written at once.

    `columns` are those whose changes count ("email, person_id"), where a table has others that change often; such a
    table is counted by rows, as PostgreSQL wants it.
    """
    for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        each = f"REFERENCING {rows} TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION note_contents"
        if columns:
            each = "FOR EACH ROW EXECUTE FUNCTION note_content"
        of = f"UPDATE OF {columns}" if columns and event == "UPDATE" else event
        _execute(f"CREATE TRIGGER note_contents_{event.lower()} AFTER {of} ON \"{table}\" {each}('{module}')")


def holds_files(table: str) -> None:
    """Rows of this table have files (`quartier.attachments`): whichever way a row goes, its files go with it."""
    _execute(
        f'CREATE TRIGGER drop_files AFTER DELETE ON "{table}" REFERENCING OLD TABLE AS gone '
        "FOR EACH STATEMENT EXECUTE FUNCTION drop_files()"
    )


def _execute(statement: str) -> None:
    from alembic import op

    op.execute(statement)
