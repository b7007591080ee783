"""People choose whose dates and numbers they read, and where their clock is; each visit says so at once."""

import sqlalchemy as sa
from alembic import op

from quartier.db.engines import APP

revision = "core_0065"
down_revision = "core_0061"
branch_labels = None
depends_on = None

SEEN_OF = """
    CREATE FUNCTION seen_of(company uuid, account uuid) RETURNS TABLE (
        account_id uuid, person_id uuid, email text, language text, formats text, timezone text, given_name text,
        family_name text, salutation text, is_agent boolean, employer text, grants jsonb, places jsonb
    ) LANGUAGE plpgsql STABLE ROWS 1 AS $$
    BEGIN
        RETURN QUERY
        SELECT a.id, p.id, a.email, coalesce(a.language, p.language), a.formats, a.timezone, p.given_name,
            coalesce(nullif(p.family_name, ''), p.company_name), p.salutation,
            g.id IS NOT NULL, coalesce(g.employer, ''),
            CASE WHEN g.id IS NULL THEN '[]' ELSE grants_of(company, g.id, k.today) END,
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
            ), '[]')
        FROM account a
        JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
        JOIN LATERAL (
            SELECT (now() AT TIME ZONE f.timezone)::date AS today, access_days(f.settings, 'access_before') AS before,
                access_days(f.settings, 'access_after') AS after
            FROM company f WHERE f.id = company
        ) k ON true
        LEFT JOIN agent g ON g.company_id = p.company_id AND g.person_id = p.id AND g.deactivated_at IS NULL
            AND (g.ends IS NULL OR k.today < g.ends)
        WHERE a.company_id = company AND a.id = account AND a.is_active;
    END $$
"""
OPEN_VISIT = """
    CREATE FUNCTION open_visit(company uuid, token bytea) RETURNS TABLE (
        account_id uuid, person_id uuid, session_id uuid, email text, language text, formats text, timezone text,
        given_name text, family_name text, salutation text, is_agent boolean, employer text, grants jsonb,
        places jsonb, unseen boolean
    ) LANGUAGE plpgsql SET search_path = pg_catalog, public SET plan_cache_mode = force_generic_plan AS $$
    BEGIN
        PERFORM set_config('app.company_id', company::text, true);
        RETURN QUERY
        SELECT v.account_id, v.person_id, s.id, v.email, v.language, v.formats, v.timezone, v.given_name,
            v.family_name, v.salutation, v.is_agent, v.employer, v.grants, v.places,
            s.seen_at < now() - interval '5 minutes'
        FROM account_session s CROSS JOIN LATERAL seen_of(company, s.account_id) v
        WHERE s.company_id = company AND s.token_hash = token AND s.expires_at > now()
            AND s.seen_at > now() - interval '30 days';
    END $$
"""
MADE = (("seen_of(uuid, uuid)", SEEN_OF), ("open_visit(uuid, bytea)", OPEN_VISIT))


def upgrade() -> None:
    for table in ("account", "operator"):
        op.add_column(table, sa.Column("formats", sa.Text()))
        op.add_column(table, sa.Column("timezone", sa.Text()))
    for function, _made in reversed(MADE):
        op.execute(f"DROP FUNCTION {function}")
    for function, made in MADE:
        op.execute(made)
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP}")
