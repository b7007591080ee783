"""What the platform sells stands in a catalogue: products, their versions, prices in each currency.

Nobody may change or delete a version or its prices, the console neither: a contract keeps what it was made with.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.engines import PLATFORM

revision = "core_0100"
down_revision = "core_0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('module', 'limit', 'service')", name=op.f("ck_product_kind")),
        sa.CheckConstraint("kind <> 'limit' or key in ('units', 'file_space')", name=op.f("ck_product_limit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("key", name=op.f("uq_product_key")),
    )
    op.create_table(
        "product_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", postgresql.JSONB(), nullable=False),
        sa.Column("summary", postgresql.JSONB(), nullable=False),
        sa.Column("data_used", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("needs", sa.Text(), server_default="", nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_product_version_number")),
        sa.CheckConstraint("model in ('flat', 'unit', 'seat', 'ask')", name=op.f("ck_product_version_model")),
        sa.CheckConstraint("period in ('month', 'year', 'once')", name=op.f("ck_product_version_period")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_version_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_version")),
        sa.UniqueConstraint("product_id", "number", name=op.f("uq_product_version_product_id_number")),
    )
    op.create_table(
        "product_price",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("from_unit", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.CheckConstraint("currency in ('CHF', 'EUR')", name=op.f("ck_product_price_currency")),
        sa.CheckConstraint("from_unit > 0", name=op.f("ck_product_price_from_unit")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_product_price_amount")),
        sa.ForeignKeyConstraint(["version_id"], ["product_version.id"], name=op.f("fk_product_price_version_id")),
        sa.PrimaryKeyConstraint("version_id", "currency", "from_unit", name=op.f("pk_product_price")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE (retired_at, retired_by) ON product TO {PLATFORM}")
    op.execute(f"GRANT SELECT, INSERT ON product_version, product_price TO {PLATFORM}")
