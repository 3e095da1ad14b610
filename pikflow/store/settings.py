"""Small values that all processes of one installation share."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from pikflow.store import turns
from pikflow.store.tables import setting


def get(connection: Connection, key: str) -> Any:
    """The value, None when it was never set."""
    return connection.execute(select(setting.c.value).where(setting.c.key == key)).scalar()


def put(connection: Connection, key: str, value: Any) -> None:
    """Set the value."""
    turns.take(connection, f"setting {key}")
    changed = connection.execute(update(setting).where(setting.c.key == key).values(value=value))
    if changed.rowcount == 0:
        connection.execute(insert(setting).values(key=key, value=value))
