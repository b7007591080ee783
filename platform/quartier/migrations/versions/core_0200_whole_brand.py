"""A version of the brand holds everything: names of micro-apps, tone, and what frames mails, beside the look.

What is in force goes into all versions and the draft: nobody knows what the names were when an earlier look was
published, and who takes that look up again wants the look, not the modules' first names.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0200"
down_revision = "core_0230"
branch_labels = None
depends_on = None

LOOKS = ("brand_version", "brand_draft")
OLD = ("company", "micro_app", "mail_settings")
TONES = "tone in ('formal', 'informal')"
MOVED = """
    UPDATE {look} l SET tone = c.tone, mail_footer = coalesce(s.footer, '{{}}'), micro_apps = coalesce(m.own, '{{}}')
      FROM company c
      LEFT JOIN mail_settings s ON s.company_id = c.id
      LEFT JOIN (
          SELECT company_id, jsonb_object_agg(module, jsonb_strip_nulls(jsonb_build_object(
              'name', nullif(name, '{{}}'), 'short_name', nullif(short_name, '{{}}'), 'icon', icon,
              'position', position))) AS own
            FROM micro_app GROUP BY company_id
      ) m ON m.company_id = c.id
     WHERE c.id = l.company_id
"""


def upgrade() -> None:
    for look in LOOKS:
        _widen(look)
    for table in (*LOOKS, *OLD):
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    for look in LOOKS:
        op.execute(f'ALTER TABLE "{look}" DISABLE TRIGGER USER')
        op.execute(MOVED.format(look=look))
        op.execute(f'ALTER TABLE "{look}" ENABLE TRIGGER USER')
    for table in (*LOOKS, *OLD):
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.drop_table("micro_app")
    op.drop_column("company", "tone")
    op.drop_column("mail_settings", "footer")


def _widen(look: str) -> None:
    op.add_column(look, sa.Column("tone", sa.Text(), server_default="formal", nullable=False))
    for column in ("micro_apps", "mail_header", "mail_footer"):
        op.add_column(look, sa.Column(column, postgresql.JSONB(), server_default="{}", nullable=False))
    op.create_check_constraint(op.f(f"ck_{look}_tone"), look, TONES)
