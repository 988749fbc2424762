"""Runs the revisions on the connection that `vaxel_ledger.database.migrate` passes in; read by Alembic."""

from alembic import context
from sqlalchemy import Connection

from vaxel_ledger.tables import metadata


def _run() -> None:
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by copying it
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
