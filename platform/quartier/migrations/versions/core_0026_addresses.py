"""Who has another e-mail address in the books is asked there, and the old address is told."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0026"
down_revision = "core_0027"
branch_labels = None
depends_on = None

# Whoever writes the entry: imports, batches, the Cockpit, a merge. Only of those whom it concerns, and the first
# address stays until somebody has looked.
NOTE_EMAIL = """
    CREATE FUNCTION note_email() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        INSERT INTO email_moved (company_id, id, person_id, was)
        SELECT n.company_id, ordered_uuid(), n.id, o.email
          FROM new_rows n JOIN old_rows o ON o.company_id = n.company_id AND o.id = n.id
         WHERE lower(n.email) IS DISTINCT FROM lower(o.email)
           AND (EXISTS (SELECT FROM account a WHERE a.company_id = n.company_id AND a.person_id = n.id)
             OR EXISTS (SELECT FROM invitation i WHERE i.company_id = n.company_id AND i.person_id = n.id
                           AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL))
            ON CONFLICT (company_id, person_id) DO NOTHING;
        RETURN NULL;
    END $$
"""
TRIGGER = """
    CREATE TRIGGER note_email AFTER UPDATE ON person REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_email()
"""


def upgrade() -> None:
    _create("email_moved", "person", sa.Column("was", sa.Text()))
    _create(
        "address_change",
        "account",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("stop_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("origin in ('books', 'person')", name="origin"),
        sa.UniqueConstraint("company_id", "token_hash", name="uq_address_change_company_id_token_hash"),
        sa.UniqueConstraint("company_id", "stop_hash", name="uq_address_change_company_id_stop_hash"),
    )
    op.execute(NOTE_EMAIL)
    op.execute(TRIGGER)


def _create(table: str, whose: str, *columns: sa.Column | sa.Constraint) -> None:  # type: ignore[type-arg]
    op.create_table(
        table,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(f"{whose}_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["company_id", f"{whose}_id"],
            [f"{whose}.company_id", f"{whose}.id"],
            name=f"fk_{table}_company_id_{whose}_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=f"pk_{table}"),
        sa.UniqueConstraint("company_id", f"{whose}_id", name=f"uq_{table}_company_id_{whose}_id"),
    )
    secure(table)
