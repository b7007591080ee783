"""Files of modules' things: sent, checked, handed out; and how much of them a contract includes."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0064"
down_revision = "core_0062"
branch_labels = None
depends_on = None

# Whichever way a thing goes, by a service or with what it belonged to, its files go with it.
DROP_FILES = """
    CREATE FUNCTION drop_files() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        DELETE FROM attachment a USING gone g WHERE a.company_id = g.company_id AND a.thing_id = g.id;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Uuid()),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("token_id", sa.Uuid()),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), server_default="", nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], ondelete="SET NULL (account_id)"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "token_id"], ["api_token.company_id", "api_token.id"], ondelete="SET NULL (token_id)"
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.CheckConstraint("state in ('waiting', 'ready', 'refused', 'failed')", name="state"),
    )
    op.create_index(None, "attachment", ["company_id", "thing_id", "position"])
    op.create_index(None, "attachment", ["company_id", "account_id"])
    op.create_index(None, "attachment", ["company_id", "token_id"])
    secure("attachment")
    op.add_column("stored_file", sa.Column("attachment_id", sa.Uuid()))
    op.add_column("stored_file", sa.Column("fits", sa.Integer(), server_default="0", nullable=False))
    op.create_foreign_key(
        None, "stored_file", "attachment", ["company_id", "attachment_id"], ["company_id", "id"], ondelete="CASCADE"
    )
    op.create_index(None, "stored_file", ["company_id", "attachment_id", "fits"])
    op.add_column("contract", sa.Column("file_quota", sa.Integer()))
    op.create_check_constraint("file_quota", "contract", "file_quota >= 0")
    op.execute(DROP_FILES)
