"""Who is on no period and known by name only is kept beside the people: their list reads these, and no periods."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import OWNER

revision = "core_0091"
down_revision = "core_0110"
branch_labels = None
depends_on = None

SILENT = "email IS NULL AND phone IS NULL AND mobile IS NULL AND street = ''"
FREE = """
    NOT EXISTS (SELECT FROM occupant o WHERE o.company_id = q.company_id AND o.person_id = q.id)
"""
# None may be missing. Whoever takes somebody from a period locks their entry first: of two who take the last periods
# away at once, the second sees the first, and so does who empties the address meanwhile. As `keep_unheld`, it runs as
# the tables' owner, and its plans look rows up by their keys, be it one row or thousands.
KEEP_UNPLACED = f"""
    CREATE FUNCTION keep_unplaced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    BEGIN
        IF TG_TABLE_NAME = 'person' AND TG_OP = 'INSERT' THEN
            INSERT INTO unplaced_person (company_id, id) SELECT company_id, id FROM new_rows WHERE {SILENT};
        ELSIF TG_TABLE_NAME = 'person' AND TG_OP = 'DELETE' THEN
            DELETE FROM unplaced_person w USING old_rows o WHERE w.company_id = o.company_id AND w.id = o.id;
        ELSIF TG_TABLE_NAME = 'person' THEN
            DELETE FROM unplaced_person w USING new_rows n
             WHERE w.company_id = n.company_id AND w.id = n.id AND NOT ({SILENT});
            INSERT INTO unplaced_person (company_id, id)
            SELECT q.company_id, q.id FROM new_rows q WHERE {SILENT} AND {FREE} ON CONFLICT DO NOTHING;
        ELSIF TG_OP = 'DELETE' THEN
            PERFORM take_place(company_id, array_agg(person_id)) FROM old_rows GROUP BY company_id;
        ELSE
            IF TG_OP = 'UPDATE' THEN
                PERFORM take_place(company_id, array_agg(person_id)) FROM (
                    SELECT company_id, person_id FROM old_rows EXCEPT SELECT company_id, person_id FROM new_rows) x
                 GROUP BY company_id;
            END IF;
            DELETE FROM unplaced_person w USING new_rows n WHERE w.company_id = n.company_id AND w.id = n.person_id;
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608 - our own words only
TAKE_PLACE = f"""
    CREATE FUNCTION take_place(company uuid, people uuid[]) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM FROM person q WHERE q.company_id = company AND q.id = ANY (people) ORDER BY q.id FOR NO KEY UPDATE;
        INSERT INTO unplaced_person (company_id, id)
        SELECT q.company_id, q.id FROM person q
         WHERE q.company_id = company AND q.id = ANY (people) AND {SILENT} AND {FREE} ON CONFLICT DO NOTHING;
    END $$
"""  # noqa: S608
EVERYBODY = f"""
    INSERT INTO unplaced_person (company_id, id) SELECT company_id, id FROM person q WHERE {SILENT} AND {FREE}
"""  # noqa: S608
READ = ("person", "occupant")


def upgrade() -> None:
    op.create_table(
        "unplaced_person",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner may see no rows
    op.execute(EVERYBODY)
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    secure("unplaced_person", app="SELECT")
    op.execute(f"CREATE POLICY keep ON unplaced_person TO {OWNER} USING (true)")
    # To lock an entry one has to be allowed to write it; what the owner would write is refused.
    op.execute(f"CREATE POLICY lock ON person FOR UPDATE TO {OWNER} USING (true) WITH CHECK (false)")
    op.execute(KEEP_UNPLACED)
    op.execute(TAKE_PLACE)
    op.execute("REVOKE ALL ON FUNCTION keep_unplaced(), take_place(uuid, uuid[]) FROM PUBLIC")
    for table, event, rows in (
        ("person", "INSERT", "NEW TABLE AS new_rows"),
        ("person", "UPDATE", "NEW TABLE AS new_rows"),
        ("person", "DELETE", "OLD TABLE AS old_rows"),
        ("occupant", "INSERT", "NEW TABLE AS new_rows"),
        ("occupant", "UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("occupant", "DELETE", "OLD TABLE AS old_rows"),
    ):
        op.execute(
            f"CREATE TRIGGER unplaced_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_unplaced()"
        )
