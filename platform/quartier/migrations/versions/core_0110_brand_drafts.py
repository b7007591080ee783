"""A look is drafted, published at once or at a time, or an earlier one is taken up again. Versions get numbers."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.ddl import secure
from quartier.db.engines import APP

revision = "core_0110"
down_revision = "core_0100"
branch_labels = None
depends_on = None

COMPANY = sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid")
PICTURES = ("logo_id", "logo_dark_id", "logo_reverse_id", "icon_id", "cover_id", "cover_dark_id")
NUMBERED = """
    UPDATE brand_version v SET number = n.number, author = n.author FROM (
        SELECT b.company_id, b.id, coalesce(e.actor, '') AS author,
               row_number() OVER (PARTITION BY b.company_id ORDER BY b.published_at, b.id) AS number
          FROM brand_version b LEFT JOIN LATERAL (
              SELECT actor FROM contract_event WHERE company_id = b.company_id AND kind = 'brand.published'
                 AND happened_at = b.published_at ORDER BY id LIMIT 1) e ON true) n
     WHERE n.company_id = v.company_id AND n.id = v.id
"""


def upgrade() -> None:
    _versions()
    _drafts()


def _versions() -> None:
    op.add_column("brand_version", sa.Column("number", sa.Integer(), server_default="0", nullable=False))
    op.add_column("brand_version", sa.Column("author", sa.Text(), server_default="", nullable=False))
    op.add_column("brand_version", sa.Column("restored", sa.Integer(), nullable=True))
    op.add_column("brand_version", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("brand_version", "contract_event"):
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute(NUMBERED)
    for table in ("brand_version", "contract_event"):
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.alter_column("brand_version", "number", server_default=None)
    op.create_unique_constraint(op.f("uq_brand_version_company_id_number"), "brand_version", ["company_id", "number"])
    op.create_check_constraint(
        op.f("ck_brand_version_withdrawn_in_time"), "brand_version", "withdrawn_at < published_at"
    )
    op.execute(f"GRANT UPDATE (withdrawn_at) ON brand_version TO {APP}")


def _drafts() -> None:
    op.create_table(
        "brand_draft",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        _moment("saved_at"),
        sa.Column("app_name", postgresql.JSONB(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=True),
        *(sa.Column(picture, sa.Uuid(), nullable=True) for picture in PICTURES),
        sa.Column("cover_at", sa.Integer(), server_default="50", nullable=False),
        _moment("created_at"),
        *(_picture(picture) for picture in PICTURES),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_brand_draft_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_brand_draft")),
        sa.UniqueConstraint("company_id", name=op.f("uq_brand_draft_company_id")),
    )
    secure("brand_draft")


def _picture(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", column], ["stored_file.company_id", "stored_file.id"],
        name=op.f(f"fk_brand_draft_company_id_{column}"), ondelete=f"SET NULL ({column})",
    )  # fmt: skip


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
