"""The versions of our tables, one chain of Alembic migrations in `versions/`.

Each only adds: the program of the release before goes on working on the new tables, so nothing is
renamed or dropped, and a new column is nullable or has a default in the database. A table with
data of cases gets its row-level security in the same migration (`policies.protect`).
"""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

TABLE = "pik_alembic"
_one_at_a_time = threading.Lock()  # Alembic keeps what it works on in the module
FIRST = "0001"  # the tables of release 0.1.0, which noted no migration
NEWEST = max(int(path.name[1:5]) for path in Path(__file__).parent.glob("versions/v[0-9]*.py"))


def upgrade(connection: Connection, *, made_by_first: bool, to: int = NEWEST) -> None:
    """Bring the tables to a version in the caller's transaction; nothing to do is fine.

    `made_by_first`: release 0.1.0 made these tables.
    """
    config = Config()
    config.set_main_option("script_location", "pikflow.store:migrations")
    config.attributes["connection"] = connection
    known = MigrationContext.configure(connection, opts={"version_table": TABLE})
    with _one_at_a_time:
        if made_by_first and known.get_current_revision() is None:
            command.stamp(config, FIRST)
        command.upgrade(config, f"{to:04}")
