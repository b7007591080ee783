"""Signing in: devices that stay signed in, known origins, tokens limited to properties, and idle sessions end."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import APP, PLATFORM

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

OPEN_VISIT = """
    CREATE FUNCTION open_visit(company uuid, token bytea) RETURNS TABLE (
        account_id uuid, person_id uuid, session_id uuid, email text, language text, given_name text,
        family_name text, salutation text, is_agent boolean, permissions text[], properties uuid[], places jsonb,
        unseen boolean
    ) LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM set_config('app.company_id', company::text, true);
        RETURN QUERY
        SELECT a.id, p.id, s.id, a.email, coalesce(a.language, p.language), p.given_name, p.family_name, p.salutation,
            g.id IS NOT NULL, coalesce(g.permissions, '{}'),
            ARRAY(SELECT x.property_id FROM agent_property x WHERE x.company_id = company AND x.agent_id = g.id),
            coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                    'kind', o.kind, 'unit_id', u.id, 'building_id', b.id, 'property_id', b.property_id,
                    'unit_kind', u.kind, 'unit', u.name, 'address', b.street || ' ' || b.house_number)
                    ORDER BY u.kind <> 'flat', o.starts)
                FROM occupant c
                JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
                JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
                JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
                WHERE c.company_id = company AND c.person_id = p.id
                    AND o.starts <= current_date AND (o.ends IS NULL OR current_date < o.ends)
            ), '[]'),
            s.seen_at < now() - interval '5 minutes'
        FROM account_session s
        JOIN account a ON a.company_id = s.company_id AND a.id = s.account_id AND a.is_active
        JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
        LEFT JOIN agent g ON g.company_id = p.company_id AND g.person_id = p.id
        WHERE s.company_id = company AND s.token_hash = token AND s.expires_at > now()
            AND s.seen_at > now() - interval '30 days';
    END $$
"""


def upgrade() -> None:
    for table in ("account_session", "operator_session"):
        op.add_column(table, sa.Column("stays", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "api_token",
        sa.Column("properties", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
    )
    _origins_of_accounts()
    _origins_of_operators()
    op.execute("DROP FUNCTION open_visit(uuid, bytea)")
    op.execute(OPEN_VISIT)
    op.execute("REVOKE ALL ON FUNCTION open_visit(uuid, bytea) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION open_visit(uuid, bytea) TO {APP}")


def _origins_of_accounts() -> None:
    op.create_table(
        "account_origin",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *_sign(),
        sa.PrimaryKeyConstraint("company_id", "id", name="pk_account_origin"),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name="fk_account_origin_company_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"],
            ["account.company_id", "account.id"],
            name="fk_account_origin_company_id_account_id",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("company_id", "account_id", "sign", name="uq_account_origin_company_id_account_id_sign"),
    )
    secure("account_origin")


def _origins_of_operators() -> None:
    op.create_table(
        "operator_origin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        *_sign(),
        sa.PrimaryKeyConstraint("id", name="pk_operator_origin"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name="fk_operator_origin_operator_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("operator_id", "sign", name="uq_operator_origin_operator_id_sign"),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON operator_origin TO {PLATFORM}")


def _sign() -> list[sa.Column[Any]]:
    return [
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]
