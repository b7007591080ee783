"""Registrations on their way."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0027"
down_revision = "core_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary()),
        sa.Column("code_hash", sa.LargeBinary()),
        sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id", name="pk_registration"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_registration_company_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["company_id", "invitation_id"],
            ["invitation.company_id", "invitation.id"],
            name="fk_registration_company_id_invitation_id",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("company_id", "token_hash", name="uq_registration_company_id_token_hash"),
        sa.UniqueConstraint("company_id", "link_hash", name="uq_registration_company_id_link_hash"),
    )
    op.create_index(None, "registration", ["company_id", "invitation_id"])
    op.create_index(None, "registration", ["company_id", "expires_at"])
    secure("registration")
