"""Tokens say whether they open what is their issuer's own. Those that are good now did, and go on doing so."""

from alembic import op

revision = "core_0087"
down_revision = "core_0068"
branch_labels = None
depends_on = None

ADDED = """
    UPDATE api_token SET scopes = scopes || ARRAY['me.read', 'me.write']::text[]
     WHERE agent_id IS NOT NULL AND revoked_at IS NULL AND expires_at > now() AND NOT 'me.read' = ANY(scopes)
"""


def upgrade() -> None:
    op.execute('ALTER TABLE "api_token" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute(ADDED)
    op.execute('ALTER TABLE "api_token" FORCE ROW LEVEL SECURITY')
