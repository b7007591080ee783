"""Alembic's entry: one history (core or a plugin) on the connection that `quartier.db.migrate` holds the lock on."""

from alembic import context

from quartier.db.base import Base
from quartier.db.migrate import set_up_session

connection = context.config.attributes["connection"]
history = context.config.attributes["history"]

context.configure(
    connection=connection,
    version_table=history.version_table,
    transaction_per_migration=True,
    target_metadata=Base.metadata,  # so that constraints and indexes get the names that the models give them
)
with context.begin_transaction():
    set_up_session(connection)
    context.run_migrations()
