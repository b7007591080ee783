"""Rights end where they should: each is given at a place, from and until a day if wanted, by somebody."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import APP

revision = "core_0022"
down_revision = "core_0021"
branch_labels = None
depends_on = None

AT_PLACES = (
    "estate.edit", "estate.read", "mail.read", "people.edit", "people.invite", "people.read", "team.admin"
)  # fmt: skip
WHOLE = ("api.tokens", "company.settings", "erp.webhooks", "erp.write", "estate.import", "modules.switch")
# Chains from the property down, as `quartier.viewer.Grant.at` has them.
GRANTS_OF = """
    CREATE FUNCTION grants_of(company uuid, agent uuid, today date) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
    BEGIN
        RETURN (
            SELECT coalesce(jsonb_agg(jsonb_build_object('may', r.permissions, 'at',
                array_remove(ARRAY[coalesce(r.property_id, b.property_id), b.id, u.id], NULL))), '[]')
            FROM agent_grant r
            LEFT JOIN unit u ON u.company_id = r.company_id AND u.id = r.unit_id
            LEFT JOIN building b ON b.company_id = r.company_id AND b.id = coalesce(r.building_id, u.building_id)
            WHERE r.company_id = company AND r.agent_id = agent AND r.ended_at IS NULL
                AND (r.starts IS NULL OR r.starts <= today) AND (r.ends IS NULL OR today < r.ends)
        );
    END $$
"""
OPEN_VISIT = """
    CREATE FUNCTION open_visit(company uuid, token bytea) RETURNS TABLE (
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
        LEFT JOIN agent g ON g.company_id = p.company_id AND g.person_id = p.id AND g.deactivated_at IS NULL
            AND (g.ends IS NULL OR k.today < g.ends)
        WHERE s.company_id = company AND s.token_hash = token AND s.expires_at > now()
            AND s.seen_at > now() - interval '30 days';
    END $$
"""
# Of somebody who works in some properties: master data stays there, modules ignored the limit and go on doing so, and
# what concerns the company was never meant.
MOVED = """
    INSERT INTO agent_grant (company_id, id, agent_id, property_id, permissions, given_by)
    SELECT g.company_id, ordered_uuid(), g.id, x.property_id, given.permissions, ''
    FROM agent g
    LEFT JOIN LATERAL (
        SELECT property_id FROM agent_property WHERE company_id = g.company_id AND agent_id = g.id
        UNION ALL SELECT NULL
    ) x ON true
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM agent_property WHERE company_id = g.company_id AND agent_id = g.id) AS limited
    ) l
    CROSS JOIN LATERAL (
        SELECT ARRAY(
            SELECT p FROM unnest(g.permissions) p
            WHERE NOT l.limited OR (x.property_id IS NOT NULL AND p = ANY(:at_places))
                OR (x.property_id IS NULL AND NOT p = ANY(:at_places || :whole)) ORDER BY p
        ) AS permissions
    ) given
    WHERE x.property_id IS NOT NULL OR cardinality(given.permissions) > 0
"""
MAKERS = """
    UPDATE api_token t SET agent_id = m.agent_id
    FROM (SELECT p.company_id, trim(p.given_name || ' ' || p.family_name) AS name, min(g.id::text)::uuid AS agent_id
            FROM agent g JOIN person p ON p.company_id = g.company_id AND p.id = g.person_id
           GROUP BY 1, 2 HAVING count(*) = 1) m
    WHERE m.company_id = t.company_id AND m.name = t.created_by
"""
READ = ("agent", "agent_property", "agent_grant", "api_token", "person")


def upgrade() -> None:
    _grants()
    for column in (
        sa.Column("employer", sa.Text(), server_default="", nullable=False),
        sa.Column("ends", sa.Date()),
        sa.Column("deactivated_at", sa.DateTime(timezone=True)),
        sa.Column("deactivated_by", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("agent", column)
    op.create_check_constraint("outsiders_end", "agent", "employer = '' OR ends IS NOT NULL")
    op.add_column("api_token", sa.Column("agent_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_api_token_company_id_agent_id", "api_token", "agent", ["company_id", "agent_id"], ["company_id", "id"],
        ondelete="CASCADE",
    )  # fmt: skip
    op.create_index(None, "api_token", ["company_id", "agent_id"])
    _move()
    op.drop_table("agent_property")
    op.drop_column("agent", "permissions")
    op.execute("DROP FUNCTION open_visit(uuid, bytea)")
    for function, made in (("grants_of(uuid, uuid, date)", GRANTS_OF), ("open_visit(uuid, bytea)", OPEN_VISIT)):
        op.execute(made)
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP}")


def _grants() -> None:
    op.create_table(
        "agent_grant",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("property_id", sa.Uuid()),
        sa.Column("building_id", sa.Uuid()),
        sa.Column("unit_id", sa.Uuid()),
        sa.Column("starts", sa.Date()),
        sa.Column("ends", sa.Date()),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(property_id, building_id, unit_id) <= 1", name="ck_agent_grant_one_place"),
        sa.CheckConstraint("ends > starts", name="ck_agent_grant_ends_after_start"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_agent_grant_company_id", ondelete="CASCADE"),
        *(
            sa.ForeignKeyConstraint(
                ["company_id", f"{table}_id"],
                [f"{table}.company_id", f"{table}.id"],
                name=f"fk_agent_grant_company_id_{table}_id",
                ondelete="CASCADE",
            )
            for table in ("agent", "property", "building", "unit")
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name="pk_agent_grant"),
    )
    for column in ("agent_id", "property_id", "building_id", "unit_id"):
        op.create_index(None, "agent_grant", ["company_id", column])
    secure("agent_grant")


def _move() -> None:
    """The owner sees rows only where row security is not forced."""
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
    texts = postgresql.ARRAY(sa.Text())
    op.execute(
        sa.text(MOVED).bindparams(
            sa.bindparam("at_places", list(AT_PLACES), texts), sa.bindparam("whole", list(WHOLE), texts)
        )
    )
    op.execute(MAKERS)
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
