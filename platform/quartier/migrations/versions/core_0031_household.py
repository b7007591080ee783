"""People of a household: each until a day if wanted, and seeing as much as their role says."""

import sqlalchemy as sa
from alembic import op

revision = "core_0031"
down_revision = "core_0030"
branch_labels = None
depends_on = None

# As before, and for each place the role there; somebody's own last day counts like the period's, without days after.
OPEN_VISIT = """
    CREATE OR REPLACE FUNCTION open_visit(company uuid, token bytea) RETURNS TABLE (
        account_id uuid, person_id uuid, session_id uuid, email text, language text, given_name text,
        family_name text, salutation text, is_agent boolean, grants jsonb, places jsonb, unseen boolean
    ) LANGUAGE plpgsql SET search_path = pg_catalog, public SET plan_cache_mode = force_generic_plan AS $$
    BEGIN
        PERFORM set_config('app.company_id', company::text, true);
        RETURN QUERY
        SELECT a.id, p.id, s.id, a.email, coalesce(a.language, p.language), p.given_name,
            coalesce(nullif(p.family_name, ''), p.company_name), p.salutation,
            g.id IS NOT NULL, CASE WHEN g.id IS NULL THEN '[]' ELSE grants_of(company, g.id, k.today) END,
            coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                    'kind', o.kind, 'unit_id', u.id, 'building_id', b.id, 'property_id', b.property_id,
                    'unit_kind', u.kind, 'is_commercial', u.is_commercial, 'unit', u.name,
                    'address', b.street || ' ' || b.house_number, 'starts', o.starts,
                    'ends', least(o.ends, c.ends), 'role', c.role, 'period_id', o.id)
                    ORDER BY o.starts > k.today OR coalesce(o.ends <= k.today, false),
                        u.kind NOT IN ('flat', 'house'), o.starts)
                FROM occupant c
                JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
                JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
                JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
                WHERE c.company_id = company AND c.person_id = p.id
                    AND o.starts <= k.today + k.before AND (o.ends IS NULL OR k.today < o.ends + k.after)
                    AND (c.ends IS NULL OR k.today < c.ends)
            ), '[]'),
            s.seen_at < now() - interval '5 minutes'
        FROM account_session s
        JOIN account a ON a.company_id = s.company_id AND a.id = s.account_id AND a.is_active
        JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
        JOIN LATERAL (
            SELECT (now() AT TIME ZONE f.timezone)::date AS today, access_days(f.settings, 'access_before') AS before,
                access_days(f.settings, 'access_after') AS after
            FROM company f WHERE f.id = company
        ) k ON true
        LEFT JOIN agent g ON g.company_id = p.company_id AND g.person_id = p.id AND g.deactivated_at IS NULL
            AND (g.ends IS NULL OR k.today < g.ends)
        WHERE s.company_id = company AND s.token_hash = token AND s.expires_at > now()
            AND s.seen_at > now() - interval '30 days';
    END $$
"""


def upgrade() -> None:
    op.add_column("occupant", sa.Column("ends", sa.Date()))
    op.add_column("occupant", sa.Column("host_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_occupant_company_id_host_id",
        "occupant",
        "person",
        ["company_id", "host_id"],
        ["company_id", "id"],
        ondelete="SET NULL (host_id)",
    )
    op.create_index(None, "occupant", ["company_id", "host_id"])
    op.execute(OPEN_VISIT)
