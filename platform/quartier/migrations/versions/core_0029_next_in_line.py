"""Of jobs that are done one at a time, the next begins when the one before it ends, and not with the next look round.

Workers are told of jobs that come, and look round every five seconds for what became possible since. So a batch of rows
that waited for the one before it waited those seconds too.
"""

from alembic import op

revision = "core_0029"
down_revision = "core_0028"
branch_labels = None
depends_on = None

# The words are those by which the queue itself tells of a new job: to a worker it is one that can be done from now on.
TELL = """
    CREATE FUNCTION tell_next_in_line() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    DECLARE
        said text := json_build_object('type', 'job_inserted', 'job_id', OLD.id);
    BEGIN
        PERFORM pg_notify('procrastinate_queue_v1#' || OLD.queue_name, said);
        PERFORM pg_notify('procrastinate_any_queue_v1', said);
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TELL)
    op.execute(
        "CREATE TRIGGER next_after_success AFTER DELETE ON procrastinate_jobs FOR EACH ROW "
        "WHEN (OLD.lock IS NOT NULL AND OLD.status = 'doing') EXECUTE FUNCTION tell_next_in_line()"
    )
    op.execute(
        "CREATE TRIGGER next_after_failure AFTER UPDATE OF status ON procrastinate_jobs FOR EACH ROW "
        "WHEN (OLD.lock IS NOT NULL AND OLD.status = 'doing' AND NEW.status <> 'doing') "
        "EXECUTE FUNCTION tell_next_in_line()"
    )
