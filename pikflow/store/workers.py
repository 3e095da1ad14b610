"""Workers: who is alive, and leases on what only one of them does. All by the database's clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from pikflow.store.tables import lease, worker


@dataclass(frozen=True)
class WorkerRecord:
    """A worker process; `seen_at` is its last sign of life."""

    name: str
    runner: str
    started_at: datetime
    seen_at: datetime


def see(connection: Connection, name: str, runner: str, now: datetime) -> None:
    """A worker's sign of life; the first one adds it."""
    seen = connection.execute(update(worker).where(worker.c.name == name).values(seen_at=now))
    if seen.rowcount == 0:
        row = {"name": name, "runner": runner, "started_at": now, "seen_at": now}
        connection.execute(insert(worker).values(**row))


def forget(connection: Connection, name: str = "", *, unseen_since: datetime | None = None) -> None:
    """Remove a worker that ended, or all that gave no sign of life since an instant."""
    gone = worker.c.name == name if unseen_since is None else worker.c.seen_at < unseen_since
    connection.execute(delete(worker).where(gone))


def all_of_them(connection: Connection) -> list[WorkerRecord]:
    """Every worker that did not end in order, by name."""
    rows = connection.execute(select(worker).order_by(worker.c.name))
    return [WorkerRecord(**row._mapping) for row in rows]


def take_lease(
    connection: Connection, name: str, owner: str, *, now: datetime, until: datetime
) -> bool:
    """Take a lease that nobody holds, or that ran out; False when somebody does."""
    taken = connection.execute(
        update(lease)
        .where(lease.c.name == name, lease.c.until <= now)
        .values(owner=owner, until=until)
    )
    if taken.rowcount:
        return True
    if connection.execute(select(lease.c.name).where(lease.c.name == name)).first() is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(lease).values(name=name, owner=owner, until=until))
    except IntegrityError:  # the first two workers ever, at the same instant
        return False
    return True
