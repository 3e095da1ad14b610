"""Saved filters of the lists: one person's own, and those shared within an organisation."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, insert, select, update
from sqlalchemy.engine import Connection

from pikflow.store.tables import saved_filter as table


def of_person(
    connection: Connection, where: str, organisation_id: str, person_id: str
) -> Sequence[Row[Any]]:
    """Filters of a list this person may use in this organisation, by name."""
    return connection.execute(
        select(table)
        .where(
            table.c.list == where,
            table.c.organisation_id == organisation_id,
            (table.c.owner_id == person_id) | table.c.shared,
        )
        .order_by(table.c.name, table.c.id)
    ).all()


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(table).values(**row))


def change(connection: Connection, filter_id: int, values: Mapping[str, Any]) -> None:
    connection.execute(update(table).where(table.c.id == filter_id).values(**values))


def remove(connection: Connection, filter_id: int) -> None:
    connection.execute(delete(table).where(table.c.id == filter_id))


def make_none_first(
    connection: Connection, where: str, organisation_id: str, person_id: str
) -> None:
    """Let none of a person's filters open with the list."""
    mine = and_(
        table.c.list == where,
        table.c.organisation_id == organisation_id,
        table.c.owner_id == person_id,
    )
    connection.execute(update(table).where(mine, table.c.first).values(first=False))
