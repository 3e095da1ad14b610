"""Incidents: what keeps a case from going on, until somebody or something resolves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from pikflow.store.base import new_id
from pikflow.store.tables import incident, instance


@dataclass(frozen=True)
class IncidentRecord:
    """Something that keeps a case from going on; `job_id` is None for a timer's."""

    id: int
    number: str
    kind: str
    code: str
    message: str
    attempts: int
    at: datetime
    job_id: int | None
    instance_id: int


def add(connection: Connection, row: Mapping[str, Any]) -> int:
    """Note an incident and mark its case as stopped."""
    connection.execute(
        update(instance).where(instance.c.id == row["instance_id"]).values(stopped=True)
    )
    return new_id(connection.execute(insert(incident).values(**row)))


def open_ones(
    connection: Connection, *, limit: int = 200, incident_id: int | None = None
) -> list[IncidentRecord]:
    """Incidents nobody resolved, newest first, or the one with this id."""
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
    if incident_id is not None:
        statement = statement.where(incident.c.id == incident_id)
    return [IncidentRecord(**row._mapping) for row in connection.execute(statement)]


def resolve(
    connection: Connection,
    instance_id: int,
    at: datetime,
    *,
    jobs: Sequence[int] | None = None,
) -> None:
    """Resolve the incidents of these jobs of a case, or without `jobs` that of its timer; the case
    is no longer stopped once none is left."""
    mine = incident.c.job_id.is_(None) if jobs is None else incident.c.job_id.in_(jobs)
    unresolved = (incident.c.instance_id == instance_id) & incident.c.resolved_at.is_(None)
    connection.execute(update(incident).where(unresolved, mine).values(resolved_at=at))
    if connection.execute(select(incident.c.id).where(unresolved).limit(1)).first() is None:
        connection.execute(
            update(instance).where(instance.c.id == instance_id).values(stopped=False)
        )
