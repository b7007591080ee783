"""Invitations for a home that are older than core_0047, which as the owner saw none of them, know it now."""

from alembic import op

revision = "core_0067"
down_revision = "core_0069"
branch_labels = None
depends_on = None

READ = ("invitation", "occupant")
# Only open ones: what was accepted or withdrawn opens nothing. Who has left a period since is not found any more; of
# whoever was open the night after core_0047, the nightly round has taken note.
PLACED = """
    UPDATE invitation i SET placed = true
     WHERE NOT i.placed AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
       AND EXISTS (SELECT FROM occupant o WHERE o.company_id = i.company_id AND o.person_id = i.person_id)
"""


def upgrade() -> None:
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute(PLACED)
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
