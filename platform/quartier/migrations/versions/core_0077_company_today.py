"""Which day it is at a company. At one in the morning in Zurich it is still yesterday for the database, in UTC."""

from alembic import op

from quartier.db.base import CURRENT_COMPANY

revision = "core_0077"
down_revision = "core_0070"
branch_labels = None
depends_on = None

TODAY = f"""
    CREATE FUNCTION company_today() RETURNS date LANGUAGE sql STABLE AS $$
        SELECT coalesce((SELECT (now() AT TIME ZONE c.timezone)::date FROM company c WHERE c.id = {CURRENT_COMPANY}),
                        current_date)
    $$
"""  # noqa: S608


def upgrade() -> None:
    op.execute(TODAY)
