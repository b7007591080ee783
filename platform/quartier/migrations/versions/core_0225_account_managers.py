"""Each company has somebody at the platform who looks after it, and what it asks for is theirs to follow up.

Until now reminders went to whoever had its newest lead; so that is who looks after it first. A demo said itself who
does.
"""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY

revision = "core_0225"
down_revision = "core_0205"
branch_labels = None
depends_on = None

FIRST = """
    UPDATE company c SET manager_id = (
        SELECT l.owner_id FROM lead l JOIN operator o ON o.id = l.owner_id AND o.is_active
         WHERE l.customer_id = c.id ORDER BY l.id DESC LIMIT 1)
"""
OF_DEMOS = "UPDATE company c SET manager_id = s.owner_id FROM sandbox s WHERE s.company_id = c.id"
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
        IF origin NOT IN ('marketplace', 'quota') THEN
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
    op.add_column("company", sa.Column("manager_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_company_manager_id"), "company", "operator", ["manager_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(op.f("ix_company_manager_id"), "company", ["manager_id"])
    for table in ("company", "sandbox"):
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute(FIRST)
    op.execute(OF_DEMOS)
    for table in ("company", "sandbox"):
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.drop_constraint(op.f("fk_sandbox_owner_id"), "sandbox", type_="foreignkey")
    op.drop_column("sandbox", "owner_id")
    op.execute(ASK_SALES)
