"""A wish in words, without fields, is answered by people and not by the next change of its entry."""

from alembic import op

revision = "core_0049"
down_revision = "core_0052"
branch_labels = None
depends_on = None

CLOSE_CORRECTIONS = """
    CREATE OR REPLACE FUNCTION close_corrections() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM correction_field f WHERE f.arrived_at IS NULL
                AND f.company_id IN (SELECT DISTINCT n.company_id FROM fresh n)
        ) THEN
            UPDATE correction_field f SET arrived_at = now() FROM fresh n
            WHERE f.company_id = n.company_id AND f.noun_id = n.noun_id AND f.arrived_at IS NULL
                AND n.action = 'update' AND n.after -> f.field = f.proposed;
            UPDATE correction c SET closed_at = now(), closed_as = 'arrived' FROM fresh n
            WHERE c.company_id = n.company_id AND c.noun_id = n.noun_id AND c.closed_at IS NULL AND n.action = 'update'
                AND c.recipient <> '' AND NOT EXISTS (
                    SELECT FROM correction_field f
                    WHERE f.company_id = c.company_id AND f.correction_id = c.id AND f.arrived_at IS NULL);
        END IF;
        IF EXISTS (
            SELECT FROM correction c WHERE c.closed_at IS NULL
                AND c.company_id IN (SELECT DISTINCT n.company_id FROM fresh n)
        ) THEN
            UPDATE correction c SET closed_at = now(), closed_as = 'gone' FROM fresh n
            WHERE c.company_id = n.company_id AND c.noun_id = n.noun_id AND c.closed_at IS NULL AND n.action = 'delete';
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.execute(CLOSE_CORRECTIONS)
