"""People ask to be forgotten."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0037"
down_revision = "core_0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure_request",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"], ["person.company_id", "person.id"], ondelete="SET NULL (person_id)"
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.CheckConstraint("state in ('open', 'kept', 'erasing', 'done', 'withdrawn')", name="state"),
    )
    op.create_index(None, "erasure_request", ["company_id", "state", "id"])
    op.create_index(None, "erasure_request", ["company_id", "person_id"])
    secure("erasure_request")
