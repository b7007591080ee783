"""Notifications: what people are told of in the portal, by mail and on their devices, and what they want to hear of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0063"
down_revision = "core_0065"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW, NOTHING = sa.text("now()"), sa.text("'{}'")


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f(f"fk_{name}_company_id_company"), ondelete="CASCADE"
        ),
    )
    secure(name)


def _refers(name: str, target: str, column: str, *, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", column], [f"{target}.company_id", f"{target}.id"],
        name=op.f(f"fk_{name}_company_id_{column}_{target}"), ondelete=ondelete,
    )  # fmt: skip


def _unique(name: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("company_id", *columns, name=op.f(f"uq_{name}_company_id_{'_'.join(columns)}"))


def _index(name: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{name}_company_id_{'_'.join(columns)}"), name, ["company_id", *columns])


def upgrade() -> None:
    _table(
        "notification",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), server_default=NOTHING, nullable=False),
        sa.Column("audience", postgresql.JSONB(), nullable=True),
        sa.Column("place", postgresql.ARRAY(sa.Uuid()), server_default=NOTHING, nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("important", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sent_by", sa.Text(), server_default="", nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        _refers("notification", "person", "author_id", ondelete="SET NULL (author_id)"),
        _unique("notification", "event"),
    )
    _index("notification", "thing_id")
    _index("notification", "author_id")
    _table(
        "notification_receipt",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("in_app", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("address_key", sa.Text(), nullable=True),
        _refers("notification_receipt", "notification", "notification_id"),
        _refers("notification_receipt", "person", "person_id"),
        _unique("notification_receipt", "person_id", "notification_id"),
    )
    _index("notification_receipt", "notification_id", "person_id")
    op.create_index(
        "ix_notification_receipt_unread", "notification_receipt", ["company_id", "person_id", "notification_id"],
        postgresql_where=sa.text("in_app AND read_at IS NULL"),
    )  # fmt: skip
    _table(
        "notification_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("in_app", postgresql.JSONB(), server_default=NOTHING, nullable=False),
        sa.Column("push", postgresql.JSONB(), server_default=NOTHING, nullable=False),
        _refers("notification_choice", "person", "person_id"),
        _unique("notification_choice", "person_id"),
    )
    _table(
        "push_device",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        _refers("push_device", "account", "account_id"),
        _refers("push_device", "account_session", "session_id"),
        _unique("push_device", "endpoint_hash"),
    )
    _index("push_device", "account_id")
    _index("push_device", "session_id")
