"""Companies write from addresses of their own, signed with keys of their own."""

import sqlalchemy as sa
from alembic import op

from quartier.db.ddl import secure

revision = "core_0171"
down_revision = "core_0191"
branch_labels = None
depends_on = None

COMPANY = sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid")


def upgrade() -> None:
    op.create_table(
        "own_sender",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("local", "domain", "selector")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("private_key", "public_key")),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("dkim", "spf", "dmarc")),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_own_sender_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_own_sender")),
        sa.UniqueConstraint("company_id", name=op.f("uq_own_sender_company_id")),
    )
    secure("own_sender")
