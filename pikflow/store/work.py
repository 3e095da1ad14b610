"""Background work: timers and the outbox. The row is the truth, any engine is transport.

Two clocks: what is due is measured by the application's, leases and announcements by the
database's, which all workers share.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection

from pikflow.store import incidents
from pikflow.store.batch import Batch
from pikflow.store.tables import instance, job, timer

WAITING, RUNNING, DONE, DEAD = "waiting", "running", "done", "dead"
_BLOCK = 500  # ids in one statement


@dataclass(frozen=True)
class JobRecord:
    """One piece of work; `payload` holds ids only; `due`, `created_at` and `ended_at` are by the
    application's clock, `lease_until` and `announced_at` by the database's; `owner` is the token of
    the one attempt that may write its end."""

    id: int
    kind: str
    key: str
    instance_id: int
    payload: dict[str, Any]
    state: str
    due: datetime
    attempts: int
    owner: str
    lease_until: datetime | None
    error: str
    created_at: datetime
    ended_at: datetime | None
    announced_at: datetime | None


# --- timers ------------------------------------------------------------------------------------


_ADD_TIMER = insert(timer)
_MOVE_TIMER = update(timer).where(timer.c.instance_id == bindparam("case"))
_DROP_TIMER = delete(timer).where(timer.c.instance_id == bindparam("case"))


def set_timer(
    batch: Batch, instance_id: int, due: datetime | None, before: datetime | None
) -> None:
    """The case's one next-due timer, None takes it away; `before` is when the row it has now is
    due, None when it has none."""
    if due is None:
        batch.add(_DROP_TIMER, [{"case": instance_id}])
    elif before is None:
        row = {"instance_id": instance_id, "due": due, "element": "", "attempts": 0}
        batch.add(_ADD_TIMER, [row])
    elif due != before:
        batch.add(_MOVE_TIMER, [{"case": instance_id, "due": due, "attempts": 0}])


def drop_timer(connection: Connection, instance_id: int) -> None:
    """Take the case's timer away."""
    connection.execute(_DROP_TIMER, {"case": instance_id})


def due_timers(connection: Connection, now: datetime, limit: int) -> list[tuple[int, datetime]]:
    """(case, due) of the timers that are due, earliest first; never scans cases."""
    statement = (
        select(timer.c.instance_id, timer.c.due)
        .where(timer.c.due <= now)
        .order_by(timer.c.due, timer.c.instance_id)
        .limit(limit)
    )
    return [(instance_id, due) for instance_id, due in connection.execute(statement)]


def lock_unless_busy(connection: Connection, instance_id: int) -> bool:
    """Lock a case for its timer; False while somebody else works on it (PostgreSQL alone)."""
    statement = select(instance.c.id).where(instance.c.id == instance_id)
    found = connection.execute(statement.with_for_update(skip_locked=True)).one_or_none()
    return found is not None


def timer_of(connection: Connection, instance_id: int) -> tuple[datetime, int] | None:
    """(due, attempts) of the case's timer."""
    row = connection.execute(
        select(timer.c.due, timer.c.attempts).where(timer.c.instance_id == instance_id)
    ).one_or_none()
    return None if row is None else (row.due, row.attempts)


def delay_timer(connection: Connection, instance_id: int, due: datetime, attempts: int) -> None:
    """Try a timer again later."""
    connection.execute(
        update(timer).where(timer.c.instance_id == instance_id).values(due=due, attempts=attempts)
    )


# --- outbox ------------------------------------------------------------------------------------


def add_jobs(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write jobs in the transaction of the step that wants them; rows have the same keys. Gives
    their ids in the order of the rows."""
    if not rows:
        return []
    statement = insert(job).returning(job.c.id, sort_by_parameter_order=True)
    return [int(job_id) for (job_id,) in connection.execute(statement, list(rows))]


def _to_run(now: datetime, database_now: datetime) -> ColumnElement[bool]:
    """Waiting and due, or running with a lease that ran out."""
    return or_(
        and_(job.c.state == WAITING, job.c.due <= now),
        and_(job.c.state == RUNNING, job.c.lease_until <= database_now),
    )


def due_jobs(
    connection: Connection, now: datetime, database_now: datetime, limit: int
) -> list[tuple[int, int]]:
    """(job, case) of what is to be run, earliest first: of each case the one whose turn it is."""
    held = select(job.c.instance_id).where(job.c.state == RUNNING, job.c.lease_until > database_now)
    statement = (
        select(func.min(job.c.id), job.c.instance_id)
        .where(_to_run(now, database_now), job.c.instance_id.not_in(held))
        .group_by(job.c.instance_id)
        .order_by(func.min(job.c.due), job.c.instance_id)
        .limit(limit)
    )
    return [(job_id, case_id) for job_id, case_id in connection.execute(statement)]


def unannounced_jobs(
    connection: Connection, now: datetime, database_now: datetime, before: datetime, limit: int
) -> list[tuple[int, int]]:
    """(job, case) of what is to be run and no runner knows of, or was told of before `before`."""
    known = and_(job.c.state == WAITING, job.c.announced_at > before)
    statement = (
        select(job.c.id, job.c.instance_id)
        .where(_to_run(now, database_now), or_(job.c.announced_at.is_(None), ~known))
        .order_by(job.c.due, job.c.id)
        .limit(limit)
    )
    return [(job_id, case_id) for job_id, case_id in connection.execute(statement)]


def set_announced(connection: Connection, ids: Sequence[int], at: datetime | None) -> None:
    """The runner was told of these jobs; None when it has to be told again."""
    for first in range(0, len(ids), _BLOCK):
        some = ids[first : first + _BLOCK]
        connection.execute(update(job).where(job.c.id.in_(some)).values(announced_at=at))


def turn_of_case(
    connection: Connection, instance_id: int, now: datetime, database_now: datetime
) -> int | None:
    """The job of a case to be run next: the oldest that is due; None while one is running."""
    return _first(connection.execute(_pending(instance_id, now)), database_now)


def lock_turn(
    connection: Connection, instance_id: int, now: datetime, database_now: datetime
) -> int | None:
    """The same, with all due jobs of the case locked, so that two workers can't begin two."""
    statement = _pending(instance_id, now).with_for_update()
    return _first(connection.execute(statement), database_now)


def _pending(instance_id: int, now: datetime) -> Select[tuple[int, str, datetime | None]]:
    due = or_(job.c.state == RUNNING, and_(job.c.state == WAITING, job.c.due <= now))
    columns = select(job.c.id, job.c.state, job.c.lease_until)
    return columns.where(job.c.instance_id == instance_id, due).order_by(job.c.id)


def _first(rows: Iterable[Row[Any]], database_now: datetime) -> int | None:
    found = list(rows)
    if any(row.state == RUNNING and row.lease_until > database_now for row in found):
        return None
    return int(found[0].id) if found else None


def take_job(
    connection: Connection,
    job_id: int,
    *,
    owner: str,
    now: datetime,
    database_now: datetime,
    until: datetime,
) -> JobRecord | None:
    """Take a job by conditional UPDATE; None when another worker has it or it is not due."""
    taken = connection.execute(
        update(job)
        .where(job.c.id == job_id, _to_run(now, database_now))
        .values(state=RUNNING, owner=owner, lease_until=until, attempts=job.c.attempts + 1)
    )
    if taken.rowcount == 0:
        return None
    return job_by_id(connection, job_id)


def job_by_id(connection: Connection, job_id: int) -> JobRecord | None:
    """The job."""
    row = connection.execute(select(job).where(job.c.id == job_id)).one_or_none()
    return None if row is None else JobRecord(**row._mapping)


def end_job(connection: Connection, job_id: int, owner: str, changes: Mapping[str, Any]) -> bool:
    """Write a job's end; False when this attempt lost its lease to another."""
    ended = connection.execute(
        update(job)
        .where(job.c.id == job_id, job.c.owner == owner, job.c.state == RUNNING)
        .values(**changes)
    )
    return ended.rowcount == 1


def take_over(
    connection: Connection, instance_id: int, kind: str, at: datetime
) -> list[dict[str, Any]]:
    """Mark a case's jobs of a kind as done, for a caller that does them in this transaction; their
    payloads, the oldest first. A worker that runs one now can't write its end any more."""
    taken = connection.execute(
        update(job)
        .where(job.c.instance_id == instance_id, job.c.state.in_((WAITING, RUNNING)))
        .where(job.c.kind == kind)
        .values(state=DONE, owner="", ended_at=at)
        .returning(job.c.id, job.c.payload)
    )
    return [dict(row.payload) for row in sorted(taken, key=lambda row: row.id)]


def give_back(connection: Connection, job_id: int, owner: str) -> bool:
    """An attempt that will not be finished never was one; False when the lease is lost."""
    changes = {
        "state": WAITING,
        "owner": "",
        "lease_until": None,
        "announced_at": None,
        "attempts": job.c.attempts - 1,
    }
    return end_job(connection, job_id, owner, changes)


def revive_job(connection: Connection, job_id: int, due: datetime) -> bool:
    """Let a dead job run again from its first attempt; False when it is not dead."""
    revived = connection.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state == DEAD)
        .values(
            state=WAITING,
            attempts=0,
            due=due,
            owner="",
            lease_until=None,
            ended_at=None,
            announced_at=None,
        )
    )
    return revived.rowcount == 1


def drop_jobs(
    connection: Connection, instance_id: int, at: datetime, keys: Sequence[str] | None = None
) -> None:
    """A case that ended early waits for none of its connectors any more, nor for their incidents;
    with `keys` a case that goes on without these."""
    condition = and_(job.c.instance_id == instance_id, job.c.kind == "connector")
    if keys is not None:
        condition = and_(condition, job.c.key.in_(keys))
    dropped = connection.execute(
        update(job)
        .where(condition, job.c.state.in_((WAITING, DEAD)))
        .values(state=DONE, ended_at=at)
        .returning(job.c.id)
    )
    ids = [int(job_id) for (job_id,) in dropped]
    if ids:
        incidents.resolve(connection, instance_id, at, jobs=ids)


def next_due(connection: Connection) -> datetime | None:
    """The earliest instant at which a timer or a waiting job is due."""
    timers = connection.execute(select(func.min(timer.c.due))).scalar()
    jobs = connection.execute(select(func.min(job.c.due)).where(job.c.state == WAITING)).scalar()
    known = [due for due in (timers, jobs) if due is not None]
    return min(known, default=None)


def oldest_lapsed(connection: Connection, database_now: datetime) -> datetime | None:
    """When the lease ran out that ran out first, of those nobody took over."""
    lapsed = and_(job.c.state == RUNNING, job.c.lease_until <= database_now)
    return connection.execute(select(func.min(job.c.lease_until)).where(lapsed)).scalar()


def count_dead(connection: Connection) -> int:
    """How many jobs gave up and wait for an administrator."""
    statement = select(func.count()).select_from(job).where(job.c.state == DEAD)
    return int(connection.execute(statement).scalar_one())
