"""Runs the migrations on the connection that `db/migrate.py` hands over, in its transaction."""

from alembic import context

from noc_console.db.migrate import target_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=target_metadata(),
    # SQLite changes a table by rebuilding it.
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
