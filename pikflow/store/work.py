"""Background work: timers, the outbox, incidents. The row is the truth, any engine is transport."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from pikflow.store.base import new_id
from pikflow.store.tables import incident, instance, job, timer

WAITING, RUNNING, DONE, DEAD = "waiting", "running", "done", "dead"


@dataclass(frozen=True)
class JobRecord:
    """One side effect to run; `payload` holds ids only, `due` is by the application's clock,
    `lease_until` by the database's."""

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


# --- timers ------------------------------------------------------------------------------------


def set_timer(
    connection: Connection, instance_id: int, due: datetime | None, element: str = ""
) -> None:
    """The case's one next-due timer; None takes it away."""
    connection.execute(delete(timer).where(timer.c.instance_id == instance_id))
    if due is not None:
        connection.execute(
            insert(timer).values(instance_id=instance_id, due=due, element=element, attempts=0)
        )


def due_timers(connection: Connection, now: datetime, limit: int) -> list[tuple[int, datetime]]:
    """(case, due) of the timers that are due, earliest first; never scans cases."""
    statement = (
        select(timer.c.instance_id, timer.c.due)
        .where(timer.c.due <= now)
        .order_by(timer.c.due, timer.c.instance_id)
        .limit(limit)
    )
    return [(instance_id, due) for instance_id, due in connection.execute(statement)]


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


def add_jobs(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write jobs in the transaction of the step that wants them; rows have the same keys."""
    if rows:
        connection.execute(insert(job), list(rows))


def due_jobs(
    connection: Connection, now: datetime, database_now: datetime, limit: int
) -> list[int]:
    """Ids of jobs to run: waiting and due, or running with a lease that ran out."""
    statement = (
        select(job.c.id)
        .where(
            or_(
                (job.c.state == WAITING) & (job.c.due <= now),
                (job.c.state == RUNNING) & (job.c.lease_until <= database_now),
            )
        )
        .order_by(job.c.due, job.c.id)
        .limit(limit)
    )
    return [job_id for (job_id,) in connection.execute(statement)]


def take_job(
    connection: Connection, job_id: int, *, owner: str, database_now: datetime, until: datetime
) -> JobRecord | None:
    """Take a job by conditional UPDATE; None when another worker has it."""
    taken = connection.execute(
        update(job)
        .where(
            job.c.id == job_id,
            or_(
                job.c.state == WAITING,
                (job.c.state == RUNNING) & (job.c.lease_until <= database_now),
            ),
        )
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
    """Write a job's end; False when this worker lost its lease to another."""
    ended = connection.execute(
        update(job)
        .where(job.c.id == job_id, job.c.owner == owner, job.c.state == RUNNING)
        .values(**changes)
    )
    return ended.rowcount == 1


def revive_job(connection: Connection, job_id: int, due: datetime) -> bool:
    """Let a dead job run again from its first attempt; False when it is not dead."""
    revived = connection.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state == DEAD)
        .values(state=WAITING, attempts=0, due=due, owner="", lease_until=None)
    )
    return revived.rowcount == 1


def drop_jobs(connection: Connection, instance_id: int, at: datetime) -> None:
    """A case that ended early waits for none of its connectors any more."""
    connection.execute(
        update(job)
        .where(job.c.instance_id == instance_id, job.c.kind == "connector", job.c.state == WAITING)
        .values(state=DONE, ended_at=at)
    )


def next_due(connection: Connection) -> datetime | None:
    """The earliest instant at which a timer or a waiting job is due."""
    timers = connection.execute(select(func.min(timer.c.due))).scalar()
    jobs = connection.execute(select(func.min(job.c.due)).where(job.c.state == WAITING)).scalar()
    known = [due for due in (timers, jobs) if due is not None]
    return min(known, default=None)


# --- incidents ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class IncidentRecord:
    """Something that keeps a case from going on."""

    id: int
    number: str
    kind: str
    code: str
    message: str
    attempts: int
    at: datetime
    job_id: int | None
    instance_id: int


def add_incident(connection: Connection, row: Mapping[str, Any]) -> int:
    """Note an incident and mark its case as stopped."""
    connection.execute(
        update(instance).where(instance.c.id == row["instance_id"]).values(stopped=True)
    )
    return new_id(connection.execute(insert(incident).values(**row)))


def open_incidents(connection: Connection, limit: int = 200) -> list[IncidentRecord]:
    """Incidents nobody resolved, newest first."""
    statement = (
        select(
            incident.c.id,
            instance.c.number,
            incident.c.kind,
            incident.c.code,
            incident.c.message,
            incident.c.attempts,
            incident.c.at,
            incident.c.job_id,
            incident.c.instance_id,
        )
        .join(instance, instance.c.id == incident.c.instance_id)
        .where(incident.c.resolved_at.is_(None))
        .order_by(incident.c.id.desc())
        .limit(limit)
    )
    return [IncidentRecord(**row._mapping) for row in connection.execute(statement)]


def resolve_incidents(connection: Connection, instance_id: int, at: datetime) -> None:
    """The case goes on: its incidents are resolved."""
    connection.execute(
        update(incident)
        .where(incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None))
        .values(resolved_at=at)
    )
    connection.execute(update(instance).where(instance.c.id == instance_id).values(stopped=False))
