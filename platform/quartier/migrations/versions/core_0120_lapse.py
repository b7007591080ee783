"""What ends goes by steps: how long it still works and can be read then is written down in each contract.

Contracts of which something has ended lately keep what held when it did: nothing comes back overnight.
"""

import sqlalchemy as sa
from alembic import op

revision = "core_0120"
down_revision = "core_0141"
branch_labels = None
depends_on = None

AS_IT_WAS = """
    UPDATE contract c SET grace_days = 0, read_only_days = 0
     WHERE c.ends <= current_date + 1 OR EXISTS (
           SELECT FROM contract_line l WHERE l.company_id = c.company_id AND l.contract_id = c.id
              AND l.ends <= current_date + 1 AND l.ends > current_date - 92)
"""


def upgrade() -> None:
    for column, usual in (("grace_days", "30"), ("read_only_days", "60")):
        op.add_column("contract", sa.Column(column, sa.Integer(), server_default=usual, nullable=False))
        op.create_check_constraint(op.f(f"ck_contract_{column}"), "contract", f"{column} between 0 and 3650")
    for table in ("contract", "contract_line"):
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute(AS_IT_WAS)
    for table in ("contract", "contract_line"):
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
