"""What somebody was given twice at a place they have once, and the database keeps it so.

For a while nothing stopped the same rights from standing at a place several times: whoever ended one of them had ended
nothing. Of what another grant there gives for the same days or longer the smaller one is ended; what
only it gave goes on as a grant of its own, given by whom it was. Nothing is deleted, and nobody may more or less.
"""

import sqlalchemy as sa
from alembic import op

revision = "core_0071"
down_revision = "core_0067"
branch_labels = None
depends_on = None

# A grant that has begun holds from ever, as far as today and later are asked. One that is over stays in the history as
# it is, unless it is the exact likeness of another one. Of two for the same days the older one stays.
TWICE = """
    WITH given AS (
        SELECT r.*, CASE WHEN r.starts > current_date THEN r.starts ELSE '-infinity' END AS begins,
               coalesce(r.ends, 'infinity') AS until, coalesce(r.ends <= current_date, false) AS over
          FROM agent_grant r WHERE r.ended_at IS NULL
    ), covered AS (
        SELECT a.id, a.permissions, array_agg(b.id) AS by
          FROM given a JOIN given b ON b.company_id = a.company_id AND b.agent_id = a.agent_id AND b.id <> a.id
           AND (b.property_id, b.building_id, b.unit_id) IS NOT DISTINCT FROM (a.property_id, a.building_id, a.unit_id)
           AND CASE WHEN a.over OR b.over
                    THEN (b.starts, b.ends, b.permissions) IS NOT DISTINCT FROM (a.starts, a.ends, a.permissions)
                         AND b.id < a.id
                    ELSE b.begins <= a.begins AND b.until >= a.until
                         AND (b.permissions && a.permissions OR a.permissions = '{}')
                         AND ((b.begins, b.until) <> (a.begins, a.until) OR b.id < a.id
                              OR a.permissions = '{}' AND b.permissions <> '{}') END
         GROUP BY a.company_id, a.id, a.permissions
    ), left_over AS (
        SELECT c.id, ARRAY(SELECT unnest(c.permissions) EXCEPT
                           SELECT unnest(g.permissions) FROM given g WHERE g.id = ANY (c.by) ORDER BY 1) AS rest
          FROM covered c
    ), ended AS (
        UPDATE agent_grant r SET ended_at = now() FROM left_over l WHERE r.id = l.id RETURNING r.*, l.rest
    )
    INSERT INTO agent_grant (company_id, id, agent_id, permissions, property_id, building_id, unit_id, starts, ends,
                             given_by)
    SELECT company_id, ordered_uuid(), agent_id, rest, property_id, building_id, unit_id, starts, ends, given_by
      FROM ended WHERE rest <> '{}'
"""


def upgrade() -> None:
    op.execute("ALTER TABLE agent_grant NO FORCE ROW LEVEL SECURITY")  # else the owner sees no rows
    op.execute(TWICE)
    op.execute("ALTER TABLE agent_grant FORCE ROW LEVEL SECURITY")
    op.create_index(
        "uq_agent_grant_once",
        "agent_grant",
        ["company_id", "agent_id", "property_id", "building_id", "unit_id", "starts", "ends",
         sa.text("hash_array_extended(permissions, 0)")],
        unique=True, postgresql_where=sa.text("ended_at IS NULL"), postgresql_nulls_not_distinct=True,
    )  # fmt: skip
