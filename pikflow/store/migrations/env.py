"""Run by Alembic for every command: migrates on the connection `migrations.upgrade` gives it."""

from alembic import context

from pikflow.store import migrations
from pikflow.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=migrations.TABLE,
)
context.run_migrations()
