"""What people say of themselves: how they get letters, whether they live here, that their phone numbers are right."""

import sqlalchemy as sa
from alembic import op

revision = "core_0035"
down_revision = "core_0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("contact_channel", sa.Text()))
    op.add_column("person", sa.Column("lives_here", sa.Boolean()))
    op.add_column("person", sa.Column("contact_confirmed_at", sa.DateTime(timezone=True)))
    op.create_check_constraint("contact_channel", "person", "contact_channel in ('online', 'paper')")
