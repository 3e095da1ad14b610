"""What cases wait for that another case may bring about: one row per waiting event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from pikflow.store.tables import instance, subscription


@dataclass(frozen=True)
class Subscription:
    """One waiting event: `key` is "" when it waits for every message of its name."""

    event_id: str
    instance_id: int
    kind: str
    name: str
    key: str
    since: datetime


def write(
    connection: Connection,
    instance_id: int,
    wanted: Sequence[tuple[str, str, str, str | None]],
    now: datetime,
) -> None:
    """Make (event id, kind, name, key) all that a case waits for; what stays keeps its `since`."""
    fresh = {event_id: (kind, name, key or "") for event_id, kind, name, key in wanted}
    known = {row.event_id: row.key for row in of_case(connection, instance_id)}
    gone = sorted(known.keys() - fresh.keys())
    if gone:
        connection.execute(delete(subscription).where(subscription.c.event_id.in_(gone)))
    for event_id, key in known.items():
        if event_id in fresh and fresh[event_id][2] != key:
            this = subscription.c.event_id == event_id
            connection.execute(update(subscription).where(this).values(key=fresh[event_id][2]))
    rows = [
        {
            "event_id": event_id,
            "instance_id": instance_id,
            "kind": kind,
            "name": name,
            "key": key,
            "since": now,
        }
        for event_id, (kind, name, key) in fresh.items()
        if event_id not in known
    ]
    if rows:
        connection.execute(insert(subscription), rows)


def of_case(connection: Connection, instance_id: int) -> list[Subscription]:
    """All a case waits for."""
    statement = select(subscription).where(subscription.c.instance_id == instance_id)
    return [Subscription(**row._mapping) for row in connection.execute(statement)]


def for_message(
    connection: Connection, name: str, key: str | None, *, sender: int
) -> list[Subscription]:
    """Who waits for a message: under its key, or under none in the case whose number the key is;
    a message without a key is for those without one. Never the case that sends it."""
    table = subscription.c
    fits = table.key == (key or "")
    if key:
        fits = or_(fits, and_(table.key == "", instance.c.number == key))
    statement = (
        select(subscription)
        .join(instance, instance.c.id == table.instance_id)
        .where(table.kind == "message", table.name == name, fits, table.instance_id != sender)
        .order_by(table.since, table.event_id)
    )
    return [Subscription(**row._mapping) for row in connection.execute(statement)]


def for_signal(
    connection: Connection, name: str, *, thrown: datetime, sender: int
) -> list[Subscription]:
    """Who waited for a signal when it was thrown, except the case that threw it."""
    table = subscription.c
    statement = (
        select(subscription)
        .where(
            table.kind == "signal",
            table.name == name,
            table.since <= thrown,
            table.instance_id != sender,
        )
        .order_by(table.instance_id, table.event_id)
    )
    return [Subscription(**row._mapping) for row in connection.execute(statement)]
