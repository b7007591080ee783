"""Leads: what sales follows up. A company may ask for something and sees none of them.

The tables are of the platform, for whoever is no customer yet has leads, too; so the portal has no right to them.
It asks through a procedure, which puts the bound company into the lead itself.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.engines import APP, PLATFORM

revision = "core_0141"
down_revision = "core_0195"
branch_labels = None
depends_on = None

SIGNATURE = "ask_sales(uuid, text, text, integer, text, text, date, boolean)"
ASK_SALES = f"""
    CREATE PROCEDURE ask_sales(
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
        INSERT INTO lead (id, customer_id, source, topic, amount, due, created_by, contact)
            VALUES (fresh, company, origin, product, many, until, asks, asks)
            ON CONFLICT (customer_id, source, topic) WHERE state = 'open' AND source <> 'console'
            DO UPDATE SET amount = excluded.amount, contact = excluded.contact, version = lead.version + 1
            RETURNING id INTO known;
        opened := known = fresh;
        INSERT INTO lead_note (id, lead_id, kind, author, text) VALUES (gen_random_uuid(), known, 'asked', asks, note);
    END $$
"""  # noqa: S608 - our own words


def upgrade() -> None:
    op.create_table(
        "lead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("prospect", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("source in ('console', 'marketplace', 'quota')", name=op.f("ck_lead_source")),
        sa.CheckConstraint("state in ('open', 'won', 'lost')", name=op.f("ck_lead_state")),
        sa.CheckConstraint("(customer_id is null) = (prospect <> '')", name=op.f("ck_lead_whose")),
        sa.CheckConstraint("(state = 'open') = (closed_at is null)", name=op.f("ck_lead_closed")),
        sa.ForeignKeyConstraint(["customer_id"], ["company.id"], name=op.f("fk_lead_customer_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["operator.id"], name=op.f("fk_lead_owner_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index(op.f("ix_lead_state_due_id"), "lead", ["state", "due", "id"])
    op.create_index(op.f("ix_lead_customer_id_state"), "lead", ["customer_id", "state"])
    op.create_index(op.f("ix_lead_owner_id_state"), "lead", ["owner_id", "state"])
    op.create_index(
        "uq_lead_asked_once", "lead", ["customer_id", "source", "topic"], unique=True,
        postgresql_where=sa.text("state = 'open' AND source <> 'console'"),
    )  # fmt: skip
    op.create_table(
        "lead_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("changes", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("kind in ('asked', 'opened', 'note', 'changed')", name=op.f("ck_lead_note_kind")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_note_lead_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_note")),
    )
    op.create_index(op.f("ix_lead_note_lead_id_at"), "lead_note", ["lead_id", "at"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON lead TO {PLATFORM}")
    op.execute(f"GRANT SELECT, INSERT ON lead_note TO {PLATFORM}")
    op.execute(ASK_SALES)
    op.execute(f"REVOKE ALL ON PROCEDURE {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON PROCEDURE {SIGNATURE} TO {APP}, {PLATFORM}")
