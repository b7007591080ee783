"""The queue of jobs: procrastinate's own tables, and the one way by which the portal reaches them."""

from importlib.metadata import version

from alembic import op
from procrastinate.schema import SchemaManager

from quartier.db.base import CURRENT_COMPANY
from quartier.db.engines import APP, PLATFORM

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None

TABLES = ("procrastinate_workers", "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_events")
SEQUENCES = ("procrastinate_jobs_id_seq", "procrastinate_periodic_defers_id_seq", "procrastinate_events_id_seq")

# The tables carry no company, so the portal has no right to them at all. It queues through this procedure, which puts
# the bound company into the job itself: a job for another company can be neither written nor read.
QUEUE_JOB = f"""
    CREATE PROCEDURE queue_job(
        job text, arguments jsonb, due timestamptz, once text, alone text, INOUT queued bigint
    ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        company uuid := {CURRENT_COMPANY};
        entry procrastinate_job_to_defer_v1;
    BEGIN
        IF company IS NULL THEN
            RAISE EXCEPTION 'no company is bound' USING ERRCODE = 'insufficient_privilege';
        END IF;
        entry := ROW('default', job, 0, company || ':' || alone, company || ':' || job || ':' || once,
            jsonb_build_object('company', company, 'arguments', arguments), due);
        IF once IS NULL THEN
            queued := (procrastinate_defer_jobs_v1(ARRAY[entry]))[1];
            RETURN;
        END IF;
        BEGIN
            queued := (procrastinate_defer_jobs_v1(ARRAY[entry]))[1];
        EXCEPTION WHEN unique_violation THEN
            queued := NULL;
        END;
    END $$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute(f"COMMENT ON TABLE procrastinate_jobs IS 'procrastinate {version('procrastinate')}'")
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {PLATFORM}")
    for sequence in SEQUENCES:
        op.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {PLATFORM}")
    signature = "queue_job(text, jsonb, timestamptz, text, text, bigint)"
    op.execute(QUEUE_JOB)
    op.execute(f"REVOKE ALL ON PROCEDURE {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON PROCEDURE {signature} TO {APP}, {PLATFORM}")
