"""A contract is drafted, offered and accepted; lines carry what was agreed; a module is tried once, for a time.

What exists is accepted, has one of each module and no price written down: nothing that works today stops. Only lines
of accepted contracts count, and only these exclude each other, so that an offer may lie beside what runs.
"""

import sqlalchemy as sa
from alembic import op

from quartier.db.ddl import announce, secure
from quartier.db.engines import PLATFORM

revision = "core_0101"
down_revision = "core_0097"
branch_labels = None
depends_on = None

CURRENCY = """
    UPDATE contract SET currency = 'EUR'
      FROM company WHERE company.id = contract.company_id AND company.country NOT IN ('CH', 'LI')
"""


def upgrade() -> None:
    _contracts()
    _lines()
    _trials()


def _contracts() -> None:
    op.add_column("contract", sa.Column("stage", sa.Text(), server_default="accepted", nullable=False))
    op.add_column("contract", sa.Column("currency", sa.Text(), server_default="CHF", nullable=False))
    op.create_check_constraint(op.f("ck_contract_stage"), "contract", "stage in ('draft', 'offered', 'accepted')")
    op.create_check_constraint(op.f("ck_contract_currency"), "contract", "currency in ('CHF', 'EUR')")
    op.create_unique_constraint(
        op.f("uq_contract_company_id_id_stage"), "contract", ["company_id", "id", "stage"]
    )  # what its lines refer to
    for table in ("contract", "company"):
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute(CURRENCY)
    for table in ("contract", "company"):
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def _lines() -> None:
    for column in (
        sa.Column("stage", sa.Text(), server_default="accepted", nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("price", sa.Numeric(12, 2), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("needs", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("contract_line", column)
    op.create_check_constraint(op.f("ck_contract_line_quantity"), "contract_line", "quantity > 0")
    op.create_check_constraint(op.f("ck_contract_line_price"), "contract_line", "price > 0")
    op.create_check_constraint(op.f("ck_contract_line_period"), "contract_line", "period in ('month', 'year', 'once')")
    op.create_check_constraint(
        op.f("ck_contract_line_price_has_a_period"), "contract_line", "(price is null) = (period is null)"
    )
    op.drop_constraint("fk_contract_line_company_id_contract_id", "contract_line", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_contract_line_company_id_contract_id_stage"), "contract_line", "contract",
        ["company_id", "contract_id", "stage"], ["company_id", "id", "stage"], onupdate="CASCADE", ondelete="CASCADE",
    )  # fmt: skip
    op.create_foreign_key(
        op.f("fk_contract_line_version_id"), "contract_line", "product_version", ["version_id"], ["id"]
    )
    op.drop_constraint("one_line_at_a_time", "contract_line")
    op.execute(
        "ALTER TABLE contract_line ADD CONSTRAINT one_line_at_a_time EXCLUDE USING gist "
        "(company_id WITH =, module WITH =, daterange(starts, ends) WITH &&) WHERE (stage = 'accepted')"
    )


def _trials() -> None:
    op.create_table(
        "module_trial",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_module_trial_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_module_trial_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_module_trial")),
        sa.UniqueConstraint("company_id", "module", name=op.f("uq_module_trial_company_id_module")),
    )
    secure("module_trial", app="SELECT")
    op.execute(f"REVOKE DELETE ON module_trial FROM {PLATFORM}")  # whoever could delete one could try once more
    announce("module_trial")
