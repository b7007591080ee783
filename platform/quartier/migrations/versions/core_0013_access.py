"""People see the portal from some days before their period until some days after it; each company says how many."""

from alembic import op

revision = "core_0013"
down_revision = "core_0012"
branch_labels = None
depends_on = None

# Whatever stands in the settings, signing in must work: what is no number of days counts as none.
ACCESS_DAYS = """
    CREATE FUNCTION access_days(settings jsonb, name text) RETURNS integer
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
        SELECT CASE WHEN settings ->> name ~ '^[0-9]{1,3}$' THEN (settings ->> name)::integer ELSE 0 END
    $$
"""
OPEN_VISIT = """
    CREATE OR REPLACE FUNCTION open_visit(company uuid, token bytea) RETURNS TABLE (
        account_id uuid, person_id uuid, session_id uuid, email text, language text, given_name text,
        family_name text, salutation text, is_agent boolean, permissions text[], properties uuid[], places jsonb,
        unseen boolean
    ) LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM set_config('app.company_id', company::text, true);
        RETURN QUERY
        SELECT a.id, p.id, s.id, a.email, coalesce(a.language, p.language), p.given_name,
            coalesce(nullif(p.family_name, ''), p.company_name), p.salutation,
            g.id IS NOT NULL, coalesce(g.permissions, '{}'),
            ARRAY(SELECT x.property_id FROM agent_property x WHERE x.company_id = company AND x.agent_id = g.id),
            coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                    'kind', o.kind, 'unit_id', u.id, 'building_id', b.id, 'property_id', b.property_id,
                    'unit_kind', u.kind, 'is_commercial', u.is_commercial, 'unit', u.name,
                    'address', b.street || ' ' || b.house_number, 'starts', o.starts, 'ends', o.ends)
                    ORDER BY o.starts > k.today OR coalesce(o.ends <= k.today, false),
                        u.kind NOT IN ('flat', 'house'), o.starts)
                FROM occupant c
                JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
                JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
                JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
                WHERE c.company_id = company AND c.person_id = p.id
                    AND o.starts <= k.today + k.before AND (o.ends IS NULL OR k.today < o.ends + k.after)
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
        LEFT JOIN agent g ON g.company_id = p.company_id AND g.person_id = p.id
        WHERE s.company_id = company AND s.token_hash = token AND s.expires_at > now()
            AND s.seen_at > now() - interval '30 days';
    END $$
"""


def upgrade() -> None:
    op.execute(ACCESS_DAYS)
    op.execute(OPEN_VISIT)
