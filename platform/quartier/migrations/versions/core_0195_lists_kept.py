"""Lists of residents are kept until something changes that they show."""

from alembic import op

from quartier.db.ddl import versioned_once

revision = "core_0195"
down_revision = "core_0140"
branch_labels = None
depends_on = None

SHOWN = {
    "person": "", "occupant": "", "occupancy": "", "unit": "", "building": "", "property": "", "agent": "",
    "invitation": "", "invitation_sending": "", "account": "email, person_id",
    "mail_address": "bounced_at, address_key", "resident_figures": "figures, counted_at",
}  # fmt: skip
FIRST = """
    INSERT INTO content_version (company_id, id, module, version)
    SELECT id, gen_random_uuid(), 'residents', 1 FROM company
"""


def upgrade() -> None:
    for table, columns in SHOWN.items():
        versioned_once(table, "residents", columns=columns)
    for table in ("company", "content_version"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")  # else the owner sees no rows
    op.execute(FIRST)
    for table in ("company", "content_version"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table in SHOWN:
        op.execute(f'DROP TRIGGER count_residents_new ON "{table}"')
        op.execute(f'DROP TRIGGER count_residents_old ON "{table}"')
    op.execute("DELETE FROM content_version WHERE module = 'residents'")
