"""Legal documents have versions, and people agree to them; the imprint and privacy texts move there."""

import re
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY, new_id
from quartier.db.ddl import announce, secure
from quartier.db.engines import APP

revision = "core_0046"
down_revision = "core_0050"
branch_labels = None
depends_on = None

OWNED = ("company", "legal_document", "legal_version", "agent_grant")
TEXTS = ("imprint", "privacy")
MARKS = re.compile(r"([\\`*_\[\]<>#|~&])")
AT_FIRST = re.compile(r"^(\s*)([-+>]|\d+[.)])(\s)")


def upgrade() -> None:
    _documents()
    _versions()
    _consents()
    for table in ("legal_document", "legal_version"):
        announce(table)
    for table in OWNED:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    _move()
    op.execute(
        "UPDATE agent_grant SET permissions = permissions || '{legal.edit,legal.publish}' "
        "WHERE 'company.settings' = ANY (permissions)"
    )
    for table in OWNED:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    for name in TEXTS:
        op.drop_column("company", name)


def _documents() -> None:
    op.create_table(
        "legal_document",
        *_keys(),
        sa.Column("key", sa.Text(), nullable=False),
        _texts("title"),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _texts("draft"),
        sa.Column("draft_at", sa.DateTime(timezone=True)),
        sa.Column("draft_by", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        _now("created_at"),
        _company(),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.UniqueConstraint("company_id", "key"),
    )
    secure("legal_document")


def _versions() -> None:
    op.create_table(
        "legal_version",
        *_keys(),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", postgresql.JSONB(), nullable=False),
        _texts("note"),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("needs_agreement", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _now("published_at"),
        sa.Column("published_by", sa.Text(), server_default="", nullable=False),
        _company(),
        _belongs("legal_document", "document_id", "NO ACTION"),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.UniqueConstraint("company_id", "document_id", "number"),
    )
    secure("legal_version", app="SELECT, INSERT")


def _consents() -> None:
    op.create_table(
        "legal_consent",
        *_keys(),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("document", "answer", "language", "asked")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        _now("at"),
        _company(),
        _belongs("account", "account_id", "SET NULL (account_id)"),
        _belongs("legal_document", "document_id", "NO ACTION"),
        _belongs("legal_version", "version_id", "NO ACTION"),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.CheckConstraint("answer in ('agreed', 'declined')", name="answer"),
        sa.CheckConstraint("asked in ('registration', 'visit')", name="asked"),
    )
    for columns in (["account_id", "document_id", "number"], ["document_id", "id"], ["version_id"], ["subject"]):
        op.create_index(None, "legal_consent", ["company_id", *columns])
    secure("legal_consent", app="SELECT, INSERT")
    op.execute(f"GRANT UPDATE (account_id) ON legal_consent TO {APP}")  # for a merge of two entries of one person


def _keys() -> tuple[sa.Column[UUID], sa.Column[UUID]]:
    owner = sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False)
    return owner, sa.Column("id", sa.Uuid(), nullable=False)


def _texts(name: str) -> sa.Column[dict[str, str]]:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _company() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE")


def _belongs(table: str, column: str, rule: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", column], [f"{table}.company_id", f"{table}.id"], ondelete=rule)


def _move() -> None:
    """What a company has written becomes the first version, in force since the company's texts last changed."""
    connection = op.get_bind()
    query = "SELECT id, imprint, privacy, changed_at::date AS since FROM company"
    json = postgresql.JSONB()
    document = sa.text(
        "INSERT INTO legal_document (company_id, id, key, position) VALUES (:company, :id, :key, :position)"
    )
    version = sa.text(
        "INSERT INTO legal_version (company_id, id, document_id, number, text, starts) "
        "VALUES (:company, :id, :document, 1, :text, :since)"
    ).bindparams(sa.bindparam("text", type_=json))
    for row in connection.execute(sa.text(query)).all():
        for position, key in enumerate(TEXTS):
            if not (texts := getattr(row, key)):
                continue
            own = {"company": row.id, "id": new_id()}
            connection.execute(document, {**own, "key": key, "position": position})
            words = {language: _markdown(text) for language, text in texts.items()}
            facts = {"document": own["id"], "text": words, "since": row.since}
            connection.execute(version, {"company": row.id, "id": new_id(), **facts})


def _markdown(text: str) -> str:
    """Plain text, so written that Markdown shows it as it was: no sign means anything, and a line end stays one."""
    lines = (MARKS.sub(r"\\\1", line.strip()) for line in text.replace("\r\n", "\n").strip().split("\n"))
    plain = "\n".join(AT_FIRST.sub(_escaped, line) for line in lines)
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "\\\\\n", plain)


def _escaped(found: re.Match[str]) -> str:
    """A list's sign or number at the beginning of a line."""
    return f"{found[1]}{found[2][:-1]}\\{found[2][-1]}{found[3]}"
