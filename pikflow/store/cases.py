"""Cases: the row of an instance, its lock, lists and counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, insert, select, true, update
from sqlalchemy.engine import Connection

from pikflow.permissions import CaseScope
from pikflow.store import turns
from pikflow.store.base import new_id
from pikflow.store.batch import Batch
from pikflow.store.scope import visible
from pikflow.store.tables import incident, instance, number, user_task

OPEN = "open"


@dataclass(frozen=True)
class CaseRecord:
    """One row of `pik_process_instance`; `data` is the case data, `waiting` what it listens to."""

    id: int
    number: str
    start_key: str | None
    measure: str
    round_id: int | None
    year: int | None
    definition_id: int
    process: str
    organisation_id: str
    carrier_id: str
    parent_id: int | None
    parent_task: str
    title: str
    state: str
    outcome: str
    phase: str
    amount: Decimal | None
    approved: Decimal | None
    stopped: bool
    version: int
    engine_version: str
    engine_state: bytes
    data: dict[str, Any]
    waiting: list[dict[str, Any]]
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None


# Statements of a step are built once: building one takes longer than running it.
# All columns of a CaseRecord, in its order.
CASE = select(*(instance.c[field.name] for field in fields(CaseRecord)))
_BY_ID = CASE.where(instance.c.id == bindparam("key"))
_LOCK = _BY_ID.with_for_update()
_LOCK_BY_TASK = (
    CASE.join(user_task, user_task.c.instance_id == instance.c.id)
    .where(user_task.c.id == bindparam("key"))
    .with_for_update(of=instance)
)
_ADD = insert(instance)
_SAVE = update(instance).where(instance.c.id == bindparam("key"))


def _record(row: Sequence[Any] | None) -> CaseRecord | None:
    return None if row is None else CaseRecord(*row)


def lock(connection: Connection, instance_id: int) -> CaseRecord | None:
    """The case, locked until the transaction ends (on SQLite the whole database already is)."""
    return _record(connection.execute(_LOCK, {"key": instance_id}).one_or_none())


def lock_by_task(batch: Batch, task_id: str) -> Callable[[], CaseRecord | None]:
    """Ask for the case a task belongs to, locked in the same way; it never changes. The task has
    to be read under the lock: by what is asked after."""
    answer = batch.ask(_LOCK_BY_TASK, {"key": task_id})
    return lambda: next((CaseRecord(*row) for row in answer()), None)


def lock_all(connection: Connection, ids: Sequence[int]) -> list[CaseRecord]:
    """Several cases, locked in the order of their ids so that two commands can't block another."""
    found = (lock(connection, instance_id) for instance_id in sorted(set(ids)))
    return [record for record in found if record is not None]


def by_number(
    connection: Connection, case_number: str, scope: CaseScope | None = None
) -> CaseRecord | None:
    """The case with this number if the scope shows it; without a scope (background work) any."""
    condition = true() if scope is None else visible(scope)
    statement = CASE.where(instance.c.number == case_number, condition)
    return _record(connection.execute(statement).one_or_none())


def by_id(
    connection: Connection, instance_id: int, scope: CaseScope | None = None
) -> CaseRecord | None:
    """The case with this id if the scope shows it; without a scope (background work) any."""
    statement = _BY_ID if scope is None else _BY_ID.where(visible(scope))
    return _record(connection.execute(statement, {"key": instance_id}).one_or_none())


def by_start_key(connection: Connection, start_key: str) -> CaseRecord | None:
    """The case that was started under this key."""
    statement = CASE.where(instance.c.start_key == start_key)
    return _record(connection.execute(statement).one_or_none())


def add(connection: Connection, row: Mapping[str, Any]) -> int:
    """Insert one case, give its id."""
    return new_id(connection.execute(_ADD, dict(row)))


def save(batch: Batch, instance_id: int, changes: Mapping[str, Any]) -> None:
    """Write the columns that changed."""
    batch.add(_SAVE, [{"key": instance_id, **changes}])


def next_number(connection: Connection, prefix: str) -> int:
    """The next running number under a prefix, from 1; gapless, counted in this transaction."""
    count_on = update(number).where(number.c.prefix == prefix).values(last=number.c.last + 1)
    if connection.execute(count_on).rowcount == 0:
        turns.take(connection, f"number {prefix}")
        if connection.execute(count_on).rowcount == 0:
            connection.execute(insert(number).values(prefix=prefix, last=1))
            return 1
    last = connection.execute(select(number.c.last).where(number.c.prefix == prefix)).scalar_one()
    return int(last)


def children(
    connection: Connection, parent_id: int, *, task: str = "", state: str = ""
) -> list[CaseRecord]:
    """Child cases of a case, of one task or in one state only if asked, by id."""
    statement = CASE.where(instance.c.parent_id == parent_id).order_by(instance.c.id)
    if task:
        statement = statement.where(instance.c.parent_task == task)
    if state:
        statement = statement.where(instance.c.state == state)
    return [CaseRecord(*row) for row in connection.execute(statement)]


def approved_elsewhere(
    connection: Connection, round_id: int, organisation_id: str, except_id: int = 0
) -> Decimal:
    """EUR approved for an organisation in a round, in all its cases but one."""
    total = connection.execute(
        select(func.sum(instance.c.approved)).where(
            instance.c.round_id == round_id,
            instance.c.organisation_id == organisation_id,
            instance.c.id != except_id,
        )
    ).scalar()
    return total if total is not None else Decimal(0)


def newest_of(connection: Connection, organisation_id: str) -> CaseRecord | None:
    """The case an organisation got last, child cases included."""
    statement = (
        CASE.where(instance.c.organisation_id == organisation_id)
        .order_by(instance.c.id.desc())
        .limit(1)
    )
    return _record(connection.execute(statement).one_or_none())


def stopped(connection: Connection) -> list[tuple[str, str]]:
    """(number, message) of every case with an open incident."""
    statement = (
        select(instance.c.number, incident.c.message)
        .join(incident, incident.c.instance_id == instance.c.id)
        .where(incident.c.resolved_at.is_(None))
        .order_by(incident.c.id)
    )
    return [(row.number, row.message) for row in connection.execute(statement)]


def owned(
    connection: Connection, organisation_id: str, measure: str, round_id: int | None
) -> list[CaseRecord]:
    """Cases of one organisation in a measure and round, child cases too, newest first."""
    statement = CASE.where(
        instance.c.organisation_id == organisation_id,
        instance.c.measure == measure,
        instance.c.round_id == round_id if round_id else instance.c.round_id.is_(None),
    ).order_by(instance.c.id.desc())
    return [CaseRecord(*row) for row in connection.execute(statement)]


def open_of_measures(
    connection: Connection, measures: Sequence[str], limit: int
) -> list[CaseRecord]:
    """Open cases of these measures that no other case called, oldest first."""
    statement = (
        CASE.where(
            instance.c.ended == 0,
            instance.c.measure.in_(measures),
            instance.c.parent_id.is_(None),
        )
        .order_by(instance.c.id)
        .limit(limit)
    )
    return [CaseRecord(*row) for row in connection.execute(statement)]


def count_open_of_round(connection: Connection, round_id: int) -> int:
    """How many cases of a round are open."""
    found = connection.execute(
        select(func.count()).where(instance.c.round_id == round_id, instance.c.ended == 0)
    ).scalar_one()
    return int(found)


def open_of_round(connection: Connection, round_id: int) -> list[CaseRecord]:
    """Open cases of a round, locked in the order of their ids."""
    ids = connection.execute(
        select(instance.c.id).where(instance.c.round_id == round_id, instance.c.ended == 0)
    ).scalars()
    return lock_all(connection, list(ids))


def keep_data(connection: Connection, instance_id: int, data: Mapping[str, Any]) -> None:
    """Other data for a case that no step leads to; the step it stands at stays as it is."""
    connection.execute(_SAVE, {"key": instance_id, "data": dict(data)})
