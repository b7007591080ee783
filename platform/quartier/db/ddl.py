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


def holds_files(table: str) -> None:
    """Rows of this table have files (`quartier.attachments`): whichever way a row goes, its files go with it."""
    _execute(
        f'CREATE TRIGGER drop_files AFTER DELETE ON "{table}" REFERENCING OLD TABLE AS gone '
        "FOR EACH STATEMENT EXECUTE FUNCTION drop_files()"
    )


def _execute(statement: str) -> None:
    from alembic import op

    op.execute(statement)
