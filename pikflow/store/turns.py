"""One after the other: who does the same thing waits until the other's transaction ended.

For what has no row to lock yet: the first of its kind, two of which would both be written.
"""

from sqlalchemy import func, select
from sqlalchemy.engine import Connection


def take(connection: Connection, what: str) -> None:
    """Wait for the turn to do this; on SQLite every writer had to already."""
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(f"pikflow {what}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))
