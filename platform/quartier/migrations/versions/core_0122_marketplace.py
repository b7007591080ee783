"""Companies order from the catalogue: the portal reads what is offered, begins trials, and keeps orders."""

import sqlalchemy as sa
from alembic import op

from quartier.db.ddl import secure
from quartier.db.engines import APP

revision = "core_0122"
down_revision = "core_0171"
branch_labels = None
depends_on = None

COMPANY = sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid")
STATES = "state in ('waiting', 'approved', 'done', 'declined', 'withdrawn', 'failed')"


def upgrade() -> None:
    for table in ("product", "product_version", "product_price"):
        op.execute(f"GRANT SELECT ON {table} TO {APP}")
    op.execute(f"GRANT INSERT ON module_trial TO {APP}")
    op.create_check_constraint(op.f("ck_module_trial_length"), "module_trial", "ends <= starts + 92")
    op.create_table(
        "product_order",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_product_order_state")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_product_order_quantity")),
        sa.CheckConstraint("price > 0", name=op.f("ck_product_order_price")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_product_order_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["product_version.id"], name=op.f("fk_product_order_version_id")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_product_order")),
    )
    op.create_index(
        "uq_product_order_open_once", "product_order", ["company_id", "product"], unique=True,
        postgresql_where=sa.text("state in ('waiting', 'approved')"),
    )  # fmt: skip
    op.create_index(op.f("ix_product_order_company_id_created_at"), "product_order", ["company_id", "created_at"])
    secure("product_order", app="SELECT, INSERT, UPDATE")
