"""Orders that nobody of the company may approve are known, and sales hears of them as a lead of its own kind."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY

revision = "core_0215"
down_revision = "core_0200"
branch_labels = None
depends_on = None

ASK_SALES = f"""
    CREATE OR REPLACE PROCEDURE ask_sales(
        fresh uuid, origin text, product text, many integer, asks text, note text, until date, INOUT opened boolean
    ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        company uuid := {CURRENT_COMPANY};
        known uuid;
    BEGIN
        IF company IS NULL THEN
            RAISE EXCEPTION 'no company is bound' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF origin NOT IN ('marketplace', 'quota', 'approval') THEN
            RAISE EXCEPTION 'a company asks from its marketplace or at its quota' USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO lead (id, customer_id, source, topic, amount, due, created_by, contact, owner_id)
            VALUES (fresh, company, origin, product, many, until, asks, asks, (
                SELECT o.id FROM company c JOIN operator o ON o.id = c.manager_id
                 WHERE c.id = company AND o.is_active AND o.role IN ('sales', 'admin')))
            ON CONFLICT (customer_id, source, topic) WHERE state = 'open' AND source <> 'console'
            DO UPDATE SET amount = excluded.amount, contact = excluded.contact, version = lead.version + 1
            RETURNING id INTO known;
        opened := known = fresh;
        INSERT INTO lead_note (id, lead_id, kind, author, text) VALUES (gen_random_uuid(), known, 'asked', asks, note);
    END $$
"""  # noqa: S608 - our own words


def upgrade() -> None:
    op.add_column("product_order", sa.Column("stuck_since", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("ck_lead_source"), "lead")
    sources = "source in ('console', 'marketplace', 'quota', 'approval')"
    op.create_check_constraint(op.f("ck_lead_source"), "lead", sources)
    op.execute(ASK_SALES)
