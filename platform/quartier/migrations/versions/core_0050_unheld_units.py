"""Units that nobody holds without an end are kept beside the periods: among these few are all that are vacant."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import OWNER

revision = "core_0050"
down_revision = "core_0048"
branch_labels = None
depends_on = None

# A row for each unit that has no period without an end, or has one that begins later (`until`). Who reads looks at its
# periods once more, so a row too many does no harm; none may be missing. New periods can only make rows fewer, and
# need no lock: of two that see nothing of each other, each deletes what it may. Where a period without an end is ended,
# deleted or goes to another unit, the unit is locked first: of two that are ended at once, the second sees the first.
# It runs as the tables' owner: the portal reads these rows and writes none. Its plans are kept, and made for whatever
# comes first, one row or thousands: so they look rows up by their keys, which is right for both.
KEEP_UNHELD = """
    CREATE FUNCTION keep_unheld() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    DECLARE
        over date := current_date - 7;  -- a reader's today is never a week behind
    BEGIN
        IF TG_TABLE_NAME = 'unit' AND TG_OP = 'INSERT' THEN
            INSERT INTO unheld_unit (company_id, id) SELECT n.company_id, n.id FROM new_rows n;
        ELSIF TG_TABLE_NAME = 'unit' THEN
            DELETE FROM unheld_unit h USING old_rows o WHERE h.company_id = o.company_id AND h.id = o.id;
        ELSIF TG_OP = 'INSERT' THEN
            DELETE FROM unheld_unit h USING new_rows n
             WHERE h.company_id = n.company_id AND h.id = n.unit_id AND n.ends IS NULL AND n.starts <= over;
            UPDATE unheld_unit h SET until = least(h.until, n.starts)
              FROM (SELECT company_id, unit_id, min(starts) AS starts FROM new_rows
                     WHERE ends IS NULL AND starts > over GROUP BY 1, 2) n
             WHERE h.company_id = n.company_id AND h.id = n.unit_id;
        ELSIF TG_OP = 'DELETE' THEN
            PERFORM hold_again(company_id, array_agg(unit_id), over) FROM old_rows
             WHERE ends IS NULL GROUP BY company_id;
        ELSE
            PERFORM hold_again(company_id, array_agg(unit_id), over) FROM (
                (SELECT company_id, unit_id, id, starts FROM old_rows WHERE ends IS NULL
                 EXCEPT SELECT company_id, unit_id, id, starts FROM new_rows WHERE ends IS NULL)
                UNION (SELECT company_id, unit_id, id, starts FROM new_rows WHERE ends IS NULL
                 EXCEPT SELECT company_id, unit_id, id, starts FROM old_rows WHERE ends IS NULL)) x
             GROUP BY company_id;
        END IF;
        RETURN NULL;
    END $$
"""
HOLD_AGAIN = """
    CREATE FUNCTION hold_again(company uuid, units uuid[], over date) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM FROM unit u WHERE u.company_id = company AND u.id = ANY (units) ORDER BY u.id FOR NO KEY UPDATE;
        DELETE FROM unheld_unit h WHERE h.company_id = company AND h.id = ANY (units);
        INSERT INTO unheld_unit (company_id, id, until)
        SELECT u.company_id, u.id, min(y.starts) FROM unit u
          LEFT JOIN occupancy y ON y.company_id = u.company_id AND y.unit_id = u.id AND y.ends IS NULL
         WHERE u.company_id = company AND u.id = ANY (units)
         GROUP BY u.company_id, u.id HAVING coalesce(min(y.starts) > over, true)
        ON CONFLICT (company_id, id) DO UPDATE SET until = excluded.until;
    END $$
"""
ALL_UNITS = """
    INSERT INTO unheld_unit (company_id, id, until)
    SELECT u.company_id, u.id, min(y.starts) FROM unit u
      LEFT JOIN occupancy y ON y.company_id = u.company_id AND y.unit_id = u.id AND y.ends IS NULL
     GROUP BY u.company_id, u.id HAVING coalesce(min(y.starts) > current_date - 7, true)
"""


def upgrade() -> None:
    op.create_table(
        "unheld_unit",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    secure("unheld_unit", app="SELECT")
    op.execute(f"CREATE POLICY keep ON unheld_unit TO {OWNER} USING (true)")
    # To lock a unit one has to be allowed to write it; what the owner would write is refused.
    op.execute(f"CREATE POLICY lock ON unit FOR UPDATE TO {OWNER} USING (true) WITH CHECK (false)")
    op.execute(KEEP_UNHELD)
    op.execute(HOLD_AGAIN)
    op.execute("REVOKE ALL ON FUNCTION keep_unheld(), hold_again(uuid, uuid[], date) FROM PUBLIC")
    op.execute(ALL_UNITS)
    for table, event, rows in (
        ("unit", "INSERT", "NEW TABLE AS new_rows"),
        ("unit", "DELETE", "OLD TABLE AS old_rows"),
        ("occupancy", "INSERT", "NEW TABLE AS new_rows"),
        ("occupancy", "UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("occupancy", "DELETE", "OLD TABLE AS old_rows"),
    ):
        op.execute(
            f"CREATE TRIGGER unheld_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_unheld()"
        )
    op.create_index(
        "ix_unit_rentable", "unit", ["company_id", "building_id"],
        postgresql_where=sa.text("archived_at is null and kind not in ('common_room', 'laundry', 'technical')"),
    )  # fmt: skip
