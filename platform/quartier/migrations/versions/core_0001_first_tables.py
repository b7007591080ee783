"""The core's tables: companies, accounts, estate, people, contracts, brands, files, mail."""

import sqlalchemy as sa
from alembic import op
from quartier.db.ddl import announce, secure
from quartier.db.engines import APP, OWNER, PLATFORM
from sqlalchemy import Text, text
from sqlalchemy.dialects import postgresql

revision = "core_0001"
down_revision = None
branch_labels = None
depends_on = None


COMPANY_TABLES = (
    "property building unit occupancy person occupant account account_session password_reset sign_in_failure agent "
    "agent_property api_token module_switch module_scope micro_app stored_file"
).split()
READ_ONLY = "contract contract_line entitlement_override".split()
PLATFORM_ONLY = "operator operator_session operator_reset operator_failure".split()
ANNOUNCED = (
    "brand_version micro_app contract contract_line entitlement_override module_switch module_scope domain".split()
)
ANNOUNCE = """
    CREATE FUNCTION announce_company() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    DECLARE changed jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    BEGIN
        PERFORM pg_notify('quartier_company', changed ->> TG_ARGV[0]);
        RETURN NULL;
    END $$
"""
FIND_COMPANY = """
    CREATE FUNCTION find_company(wanted text) RETURNS TABLE (company_id uuid, canonical text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        SELECT d.company_id, CASE d.kind WHEN 'redirect' THEN p.host END
        FROM public.domain d LEFT JOIN public.domain p ON p.company_id = d.company_id AND p.kind = 'primary'
        WHERE d.host = wanted
    $$
"""
OPEN_VISIT = """
    CREATE FUNCTION open_visit(company uuid, token bytea) RETURNS TABLE (
        account_id uuid, person_id uuid, session_id uuid, email text, language text, given_name text,
        family_name text, salutation text, is_agent boolean, permissions text[], properties uuid[], places jsonb
    ) LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM set_config('app.company_id', company::text, true);
        RETURN QUERY
        SELECT a.id, p.id, s.id, a.email, coalesce(a.language, p.language), p.given_name, p.family_name, p.salutation,
            g.id IS NOT NULL, coalesce(g.permissions, '{}'),
            ARRAY(SELECT x.property_id FROM agent_property x WHERE x.company_id = company AND x.agent_id = g.id),
            coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                    'kind', o.kind, 'unit_id', u.id, 'building_id', b.id, 'property_id', b.property_id,
                    'unit_kind', u.kind, 'unit', u.name, 'address', b.street || ' ' || b.house_number) ORDER BY u.kind <> 'flat', o.starts)
                FROM occupant c
                JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
                JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
                JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
                WHERE c.company_id = company AND c.person_id = p.id
                    AND o.starts <= current_date AND (o.ends IS NULL OR current_date < o.ends)
            ), '[]')
        FROM account_session s
        JOIN account a ON a.company_id = s.company_id AND a.id = s.account_id AND a.is_active
        JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
        LEFT JOIN agent g ON g.company_id = p.company_id AND g.person_id = p.id
        WHERE s.company_id = company AND s.token_hash = token AND s.expires_at > now();
    END $$
"""


def _secure() -> None:
    for table in COMPANY_TABLES:
        secure(table)
    for table in READ_ONLY:
        secure(table, app="SELECT")
    for table in ("brand_version", "contract_event"):
        secure(table, app="SELECT, INSERT")
    secure("company", key="id", app="SELECT")
    op.execute(
        "GRANT UPDATE (greeting, emergency_phone, emergency_note, imprint, privacy, settings, languages, tone, version, "
        f"changed_at) ON company TO {APP}"
    )
    secure("domain", app="SELECT")
    op.execute(f"CREATE POLICY find_company ON domain FOR SELECT TO {OWNER} USING (true)")  # for the function only
    secure("outbox_mail", app="SELECT, INSERT")
    for table in PLATFORM_ONLY:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {PLATFORM}")


def _functions() -> None:
    op.execute(ANNOUNCE)
    for table in ANNOUNCED:
        announce(table)
    announce("company", company="id")
    op.execute(FIND_COMPANY)
    op.execute(OPEN_VISIT)
    for function in ("find_company(text)", "open_visit(uuid, bytea)"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP}")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _tables()
    _secure()
    _functions()


def _tables() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "company",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tone", sa.Text(), server_default="formal", nullable=False),
        sa.Column("greeting", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("emergency_phone", sa.Text(), nullable=True),
        sa.Column("emergency_note", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("imprint", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("privacy", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('active', 'suspended')", name=op.f("ck_company_status")),
        sa.CheckConstraint("tone in ('formal', 'informal')", name=op.f("ck_company_tone")),
        sa.CheckConstraint("cardinality(languages) > 0", name=op.f("ck_company_languages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("slug", name=op.f("uq_company_slug")),
    )
    op.create_table(
        "operator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="sales", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role in ('sales', 'support', 'admin')", name=op.f("ck_operator_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("email_key", name=op.f("uq_operator_email_key")),
    )
    op.create_table(
        "operator_failure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_failure")),
    )
    op.create_index(
        op.f("ix_operator_failure_subject_failed_at"), "operator_failure", ["subject", "failed_at"], unique=False
    )
    op.create_table(
        "api_token",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_api_token_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("company_id", "token_hash", name=op.f("uq_api_token_company_id_token_hash")),
    )
    op.create_table(
        "contract",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends is null or ends > starts", name=op.f("ck_contract_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_contract_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_contract")),
        sa.UniqueConstraint("company_id", "number", name=op.f("uq_contract_company_id_number")),
    )
    op.create_table(
        "contract_event",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_contract_event_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_contract_event")),
    )
    op.create_index(
        op.f("ix_contract_event_company_id_happened_at"), "contract_event", ["company_id", "happened_at"], unique=False
    )
    op.create_table(
        "domain",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="primary", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('primary', 'redirect')", name=op.f("ck_domain_kind")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_domain_company_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_domain")),
    )
    op.create_index(op.f("ix_domain_company_id"), "domain", ["company_id"], unique=False)
    op.create_table(
        "entitlement_override",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("effect in ('grant', 'deny')", name=op.f("ck_entitlement_override_effect")),
        sa.CheckConstraint("ends is null or ends > starts", name=op.f("ck_entitlement_override_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_entitlement_override_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_entitlement_override")),
    )
    op.create_table(
        "micro_app",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("short_name", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("icon", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="100", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_micro_app_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_micro_app")),
        sa.UniqueConstraint("company_id", "module", name=op.f("uq_micro_app_company_id_module")),
    )
    op.create_table(
        "module_switch",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("everywhere", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_module_switch_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_module_switch")),
        sa.UniqueConstraint("company_id", "module", name=op.f("uq_module_switch_company_id_module")),
    )
    op.create_table(
        "operator_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_operator_reset_operator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_operator_reset_token_hash")),
    )
    op.create_index(op.f("ix_operator_reset_operator_id"), "operator_reset", ["operator_id"], unique=False)
    op.create_table(
        "operator_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("network", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_operator_session_operator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_operator_session_token_hash")),
    )
    op.create_index(op.f("ix_operator_session_operator_id"), "operator_session", ["operator_id"], unique=False)
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_outbox_mail_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
    )
    op.create_index(
        op.f("ix_outbox_mail_company_id_created_at"), "outbox_mail", ["company_id", "created_at"], unique=False
    )
    op.create_table(
        "person",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), server_default="", nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("salutation", sa.Text(), server_default="none", nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("salutation in ('ms', 'mr', 'none')", name=op.f("ck_person_salutation")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_person_company_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_person")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_person_company_id_external_id")),
    )
    op.create_table(
        "property",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_property_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_property")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_property_company_id_external_id")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_sign_in_failure_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        op.f("ix_sign_in_failure_company_id_subject_failed_at"),
        "sign_in_failure",
        ["company_id", "subject", "failed_at"],
        unique=False,
    )
    op.create_table(
        "stored_file",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_stored_file_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_stored_file")),
    )
    op.create_index(
        op.f("ix_stored_file_company_id_purpose_digest"),
        "stored_file",
        ["company_id", "purpose", "digest"],
        unique=False,
    )
    op.create_table(
        "account",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_account_company_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_account_company_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint("company_id", "email_key", name=op.f("uq_account_company_id_email_key")),
        sa.UniqueConstraint("company_id", "person_id", name=op.f("uq_account_company_id_person_id")),
    )
    op.create_table(
        "agent",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("job", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("hours", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_agent_company_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_agent_company_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agent")),
        sa.UniqueConstraint("company_id", "person_id", name=op.f("uq_agent_company_id_person_id")),
    )
    op.create_table(
        "brand_version",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("app_name", postgresql.JSONB(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=True),
        sa.Column("logo_id", sa.Uuid(), nullable=True),
        sa.Column("logo_dark_id", sa.Uuid(), nullable=True),
        sa.Column("logo_reverse_id", sa.Uuid(), nullable=True),
        sa.Column("icon_id", sa.Uuid(), nullable=True),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("cover_dark_id", sa.Uuid(), nullable=True),
        sa.Column("cover_at", sa.Integer(), server_default="50", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "cover_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_brand_version_company_id_cover_id"),
            ondelete="SET NULL (cover_id)",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "icon_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_brand_version_company_id_icon_id"),
            ondelete="SET NULL (icon_id)",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "logo_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_brand_version_company_id_logo_id"),
            ondelete="SET NULL (logo_id)",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "logo_dark_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_brand_version_company_id_logo_dark_id"),
            ondelete="SET NULL (logo_dark_id)",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "cover_dark_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_brand_version_company_id_cover_dark_id"),
            ondelete="SET NULL (cover_dark_id)",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "logo_reverse_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_brand_version_company_id_logo_reverse_id"),
            ondelete="SET NULL (logo_reverse_id)",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_brand_version_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_brand_version")),
    )
    op.create_index(
        op.f("ix_brand_version_company_id_published_at"), "brand_version", ["company_id", "published_at"], unique=False
    )
    op.create_table(
        "building",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("house_number", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "property_id"],
            ["property.company_id", "property.id"],
            name=op.f("fk_building_company_id_property_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_building_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_building")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_building_company_id_external_id")),
    )
    op.create_index(op.f("ix_building_company_id_property_id"), "building", ["company_id", "property_id"], unique=False)
    op.create_table(
        "contract_line",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("company_id"), "="),
            (sa.column("module"), "="),
            (sa.text("daterange(starts, ends)"), "&&"),
            using="gist",
            name="one_line_at_a_time",
        ),
        sa.CheckConstraint("ends is null or ends > starts", name=op.f("ck_contract_line_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id", "contract_id"],
            ["contract.company_id", "contract.id"],
            name=op.f("fk_contract_line_company_id_contract_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_contract_line_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_contract_line")),
    )
    op.create_index(
        op.f("ix_contract_line_company_id_contract_id"), "contract_line", ["company_id", "contract_id"], unique=False
    )
    op.create_table(
        "module_scope",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "property_id"],
            ["property.company_id", "property.id"],
            name=op.f("fk_module_scope_company_id_property_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_module_scope_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_module_scope")),
        sa.UniqueConstraint(
            "company_id", "module", "property_id", name=op.f("uq_module_scope_company_id_module_property_id")
        ),
    )
    op.create_table(
        "account_session",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("network", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"],
            ["account.company_id", "account.id"],
            name=op.f("fk_account_session_company_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_account_session_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("company_id", "token_hash", name=op.f("uq_account_session_company_id_token_hash")),
    )
    op.create_index(
        op.f("ix_account_session_company_id_account_id"), "account_session", ["company_id", "account_id"], unique=False
    )
    op.create_table(
        "agent_property",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "agent_id"],
            ["agent.company_id", "agent.id"],
            name=op.f("fk_agent_property_company_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "property_id"],
            ["property.company_id", "property.id"],
            name=op.f("fk_agent_property_company_id_property_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_agent_property_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agent_property")),
        sa.UniqueConstraint(
            "company_id", "agent_id", "property_id", name=op.f("uq_agent_property_company_id_agent_id_property_id")
        ),
    )
    op.create_table(
        "password_reset",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"],
            ["account.company_id", "account.id"],
            name=op.f("fk_password_reset_company_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_password_reset_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("company_id", "token_hash", name=op.f("uq_password_reset_company_id_token_hash")),
    )
    op.create_index(
        op.f("ix_password_reset_company_id_account_id"), "password_reset", ["company_id", "account_id"], unique=False
    )
    op.create_table(
        "unit",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("floor", sa.Text(), nullable=True),
        sa.Column("rooms", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("area_m2", sa.Numeric(precision=9, scale=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('flat', 'office', 'shop', 'practice', 'parking', 'garage', 'storage', 'common_room')",
            name=op.f("ck_unit_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "building_id"],
            ["building.company_id", "building.id"],
            name=op.f("fk_unit_company_id_building_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_unit_company_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_unit_company_id_external_id")),
    )
    op.create_index(op.f("ix_unit_company_id_building_id"), "unit", ["company_id", "building_id"], unique=False)
    op.create_table(
        "occupancy",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("contract_number", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("company_id"), "="),
            (sa.column("unit_id"), "="),
            (sa.text("daterange(starts, ends)"), "&&"),
            where=sa.text("kind = 'tenancy'"),
            using="gist",
            name="one_tenancy_at_a_time",
        ),
        sa.CheckConstraint("kind in ('tenancy', 'ownership')", name=op.f("ck_occupancy_kind")),
        sa.CheckConstraint("ends is null or ends > starts", name=op.f("ck_occupancy_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id", "unit_id"],
            ["unit.company_id", "unit.id"],
            name=op.f("fk_occupancy_company_id_unit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_occupancy_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_occupancy")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_occupancy_company_id_external_id")),
    )
    op.create_index(op.f("ix_occupancy_company_id_unit_id"), "occupancy", ["company_id", "unit_id"], unique=False)
    op.create_table(
        "occupant",
        sa.Column(
            "company_id",
            sa.Uuid(),
            server_default=sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occupancy_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), server_default="main", nullable=False),
        sa.CheckConstraint("role in ('main', 'household')", name=op.f("ck_occupant_role")),
        sa.ForeignKeyConstraint(
            ["company_id", "occupancy_id"],
            ["occupancy.company_id", "occupancy.id"],
            name=op.f("fk_occupant_company_id_occupancy_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_occupant_company_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_occupant_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_occupant")),
        sa.UniqueConstraint(
            "company_id", "occupancy_id", "person_id", name=op.f("uq_occupant_company_id_occupancy_id_person_id")
        ),
    )
    op.create_index(op.f("ix_occupant_company_id_person_id"), "occupant", ["company_id", "person_id"], unique=False)
