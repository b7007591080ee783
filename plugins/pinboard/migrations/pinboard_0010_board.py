"""What somebody was shown of the board is kept until something on it changes, or its time has come."""

import sqlalchemy as sa
from alembic import op

from quartier.sdk import versioned

revision = "pinboard_0010"
down_revision = "pinboard_0009"
branch_labels = None
depends_on = None

SHOWN = ("post", "spot", "comment", "reaction", "event", "guest", "poll", "ballot")
OURS = "purpose = 'pinboard.post'"
FILES = {"INSERT": f"NEW.{OURS}", "UPDATE OF thing_id": f"NEW.{OURS}", "DELETE": f"OLD.{OURS}"}
DUE = """
    CREATE FUNCTION pinboard_due(moment timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public SET plan_cache_mode = force_generic_plan AS $$
    BEGIN
        RETURN least(
            (SELECT min(show_from) FROM pinboard_post WHERE show_from > moment),
            (SELECT min(show_until) FROM pinboard_post WHERE show_until > moment)
        );
    END $$
"""
"""When the next post of the company appears or goes, though nobody writes: NULL if none."""
FIRST = """
    INSERT INTO content_version (company_id, id, module, version)
    SELECT DISTINCT company_id, gen_random_uuid(), 'board', 1 FROM (SELECT DISTINCT company_id FROM pinboard_post) p
"""


def upgrade() -> None:
    op.create_index(
        "ix_pinboard_post_ends", "pinboard_post", ["company_id", "show_until"],
        postgresql_where=sa.text("show_until IS NOT NULL"),
    )  # fmt: skip
    op.execute(DUE)
    for table in SHOWN:
        versioned(f"pinboard_{table}", "board")
    for event, ours in FILES.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER pinboard_files_{event[:6].lower()} AFTER {event} ON attachment "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({ours}) EXECUTE FUNCTION count_contents('board')"
        )
    for table in ("pinboard_post", "content_version"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")  # else the owner sees no rows
    op.execute(FIRST)
    for table in ("pinboard_post", "content_version"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
