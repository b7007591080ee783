"""A property may have a look of its own, with drafts and versions as the company's."""

import sqlalchemy as sa
from alembic import op

revision = "core_0210"
down_revision = "core_0131"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("brand_version", "brand_draft"):
        op.add_column(table, sa.Column("property_id", sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column("own", sa.ARRAY(sa.Text()), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_company_id_property_id"), table, "property", ["company_id", "property_id"],
            ["company_id", "id"], ondelete="CASCADE",
        )  # fmt: skip
        op.create_check_constraint(op.f(f"ck_{table}_own_of_property"), table, "(property_id is null) = (own is null)")
    op.drop_constraint(op.f("uq_brand_version_company_id_number"), "brand_version")
    op.create_unique_constraint(
        op.f("uq_brand_version_company_id_property_id_number"), "brand_version",
        ["company_id", "property_id", "number"], postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.drop_constraint(op.f("uq_brand_draft_company_id"), "brand_draft")
    op.create_unique_constraint(
        op.f("uq_brand_draft_company_id_property_id"), "brand_draft", ["company_id", "property_id"],
        postgresql_nulls_not_distinct=True,
    )  # fmt: skip
