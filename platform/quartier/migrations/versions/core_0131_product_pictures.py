"""Products have pictures: drawings in the colours and names of who looks at them, and photographs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.engines import APP, PLATFORM

revision = "core_0131"
down_revision = "core_0151"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", postgresql.JSONB(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_product_picture_position")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_picture_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_picture")),
        sa.UniqueConstraint("product_id", "position", name=op.f("uq_product_picture_product_id_position")),
    )
    op.execute(f"GRANT SELECT, INSERT, DELETE ON product_picture TO {PLATFORM}")
    op.execute(f"GRANT SELECT ON product_picture TO {APP}")
    op.execute(f"GRANT SELECT (id, key) ON product TO {APP}")  # whose they are; what it costs is not theirs to read
