"""User tasks: the inbox is an indexed select over open ones, whatever the history holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    extract,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from pikflow.permissions import CaseScope
from pikflow.store.base import Id, UtcTime
from pikflow.store.batch import Batch
from pikflow.store.cases import CASE, CaseRecord
from pikflow.store.scope import reasons
from pikflow.store.tables import (
    answers,
    completion,
    deployment,
    draft,
    instance,
    is_open,
    timer,
    user_task,
)

OPEN = "open"


@dataclass(frozen=True)
class TaskRecord:
    """One row of `pik_user_task`; `details` holds form, result, scope, attributes, path, ..."""

    id: str
    instance_id: int
    element: str
    name: str
    kind: str
    lane: str
    role: str
    audience: str
    phase: str
    state: str
    due: date | None
    claimed_by: str
    claimed_name: str
    claimed_at: datetime | None
    follow_up: date | None
    follow_up_note: str
    created_at: datetime
    ended_at: datetime | None
    details: dict[str, Any]
    organisation_id: str
    carrier_id: str
    measure: str


# What a task that has just come up holds beside what its step wrote.
UNTOUCHED: dict[str, Any] = {
    "claimed_by": "",
    "claimed_name": "",
    "claimed_at": None,
    "follow_up": None,
    "follow_up_note": "",
    "ended_at": None,
}

# Statements of a step are built once: building one takes longer than running it.
_TASK = select(*(user_task.c[field.name] for field in fields(TaskRecord)))
_OLDEST_FIRST = _TASK.order_by(user_task.c.created_at, user_task.c.id)
_OF_CASE = _OLDEST_FIRST.where(
    user_task.c.instance_id == bindparam("case"), user_task.c.state == bindparam("wanted")
)
_BY_ID = _TASK.where(user_task.c.id == bindparam("key"))
_ADD = insert(user_task)
_SAVE = update(user_task).where(user_task.c.id == bindparam("key"))


def by_id(connection: Connection, task_id: str) -> TaskRecord | None:
    """The task, open or not."""
    row = connection.execute(_BY_ID, {"key": task_id}).one_or_none()
    return None if row is None else TaskRecord(*row)


_WITH_CASE = (
    _TASK.add_columns(*CASE.selected_columns)
    .join(instance, instance.c.id == user_task.c.instance_id)
    .where(user_task.c.id == bindparam("key"))
)


def with_case(connection: Connection, task_id: str) -> tuple[TaskRecord, CaseRecord] | None:
    """The task, open or not, and the case it belongs to."""
    row = connection.execute(_WITH_CASE, {"key": task_id}).one_or_none()
    if row is None:
        return None
    own = len(_TASK.selected_columns)
    return TaskRecord(*row[:own]), CaseRecord(*row[own:])


@dataclass(frozen=True)
class Standing:
    """What stands open in a case, read in one statement at the beginning of a step.

    `tasks` oldest first; `drafts` the ids of those with a draft; `timer` the instant of the case's
    timer row; `deployment` the id of the newest deployment, for the catalog; `submissions` how
    often the asked result was given; `key_taken` whether the asked key was used before.
    """

    tasks: tuple[TaskRecord, ...]
    drafts: frozenset[str]
    timer: datetime | None
    deployment: int | None
    submissions: int
    key_taken: bool

    def task(self, task_id: str) -> TaskRecord | None:
        """The open task with this id."""
        return next((record for record in self.tasks if record.id == task_id), None)


class _result_of(FunctionElement[str]):  # noqa: N801 - reads like a function in SQL
    """The name under which a task's details say its answers are kept, "" for that of the element.
    Details are JSON text; they hold more than one key, so `values.dump` wraps none of them."""

    type = Text()
    inherit_cache = True


@compiles(_result_of)
def _of_text(element: _result_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **options)}, '$.result')"


@compiles(_result_of, "postgresql")
def _of_json(element: _result_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)}::json ->> 'result'"


def _standing(case: ColumnElement[int], result: ColumnElement[str]) -> Select[Any]:
    """What stands open in a case, with how often a result was given and who used the key."""
    around = (
        draft.c.task_id,
        timer.c.due,
        select(func.max(deployment.c.id)).scalar_subquery(),
        select(func.max(answers.c.version))
        .where(answers.c.instance_id == case, answers.c.result == result)
        .scalar_subquery(),
        select(completion.c.task_id).where(completion.c.key == bindparam("key")).scalar_subquery(),
    )
    return (
        select(*around, *_TASK.selected_columns)
        .select_from(
            instance.outerjoin(timer, timer.c.instance_id == instance.c.id)
            .outerjoin(
                user_task, and_(user_task.c.instance_id == instance.c.id, user_task.c.state == OPEN)
            )
            .outerjoin(draft, draft.c.task_id == user_task.c.id)
        )
        .where(instance.c.id == case)
        .order_by(user_task.c.created_at, user_task.c.id)
    )


_AROUND = 5  # columns before those of the task
_asked = user_task.alias("asked")
_ASKED = select(_asked.c.instance_id).where(_asked.c.id == bindparam("task")).scalar_subquery()
_RESULT = (
    select(func.coalesce(func.nullif(_result_of(_asked.c.details), ""), _asked.c.element))
    .where(_asked.c.id == bindparam("task"))
    .scalar_subquery()
)
_OF_TASK = _standing(_ASKED, _RESULT)
_OF_CASE_AND_RESULT = _standing(bindparam("case", type_=Id), bindparam("result", type_=Text()))


def standing_around(batch: Batch, task_id: str, *, key: str) -> Callable[[], Standing]:
    """Ask what stands open in the case of a task, to be asked after its lock; `submissions` counts
    those of the task's result, `key` is the idempotency key of the page."""
    answer = batch.ask(_OF_TASK, {"task": task_id, "key": key})
    return lambda: _stands(answer())


def standing(batch: Batch, instance_id: int, *, result: str = "", key: str = "") -> Standing:
    """What stands open in a case; to be asked under its lock. `result` is the name under which
    answers are about to be kept, `key` the idempotency key of the page."""
    asked = {"case": instance_id, "result": result, "key": key}
    return _stands(batch.ask(_OF_CASE_AND_RESULT, asked)())


def _stands(rows: Sequence[Sequence[Any]]) -> Standing:
    _, due, newest, submissions, used_by = rows[0][:_AROUND]
    return Standing(
        tasks=tuple(TaskRecord(*row[_AROUND:]) for row in rows if row[_AROUND] is not None),
        drafts=frozenset(row[0] for row in rows if row[0] is not None),
        timer=due,
        deployment=newest,
        submissions=submissions or 0,
        key_taken=used_by is not None,
    )


def named(connection: Connection, text: str) -> list[TaskRecord]:
    """Tasks with this name or element id, open or not, the newest first."""
    statement = _TASK.where(or_(user_task.c.name == text, user_task.c.element == text)).order_by(
        user_task.c.created_at.desc(), user_task.c.id
    )
    return [TaskRecord(*row) for row in connection.execute(statement)]


def all_open(connection: Connection) -> list[TaskRecord]:
    """Every open task, oldest first."""
    statement = _OLDEST_FIRST.where(user_task.c.state == OPEN)
    return [TaskRecord(*row) for row in connection.execute(statement)]


def of_case(connection: Connection, instance_id: int, *, state: str = OPEN) -> list[TaskRecord]:
    """Tasks of one case in one state, oldest first."""
    wanted = {"case": instance_id, "wanted": state}
    return [TaskRecord(*row) for row in connection.execute(_OF_CASE, wanted)]


def of_cases(connection: Connection, ids: Sequence[int]) -> dict[int, list[TaskRecord]]:
    """Open tasks of several cases, by case."""
    found: dict[int, list[TaskRecord]] = {}
    if not ids:
        return found
    statement = _TASK.where(user_task.c.instance_id.in_(ids), user_task.c.state == OPEN).order_by(
        user_task.c.due.is_(None), user_task.c.due, user_task.c.created_at
    )
    for row in connection.execute(statement):
        found.setdefault(row.instance_id, []).append(TaskRecord(*row))
    return found


def add_all(batch: Batch, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert tasks; rows have the same keys."""
    batch.add(_ADD, rows)


def close(batch: Batch, ids: Sequence[str], *, state: str, at: datetime) -> None:
    """Mark tasks as "completed" or "cancelled"."""
    batch.add(_SAVE, [{"key": task_id, "state": state, "ended_at": at} for task_id in ids])


def save(connection: Connection, task_id: str, changes: Mapping[str, Any]) -> None:
    """Write the columns that changed."""
    connection.execute(_SAVE, {"key": task_id, **changes})


# --- figures -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """The open tasks of one step: how many, how many whole days they wait in all and at the most,
    and how many are past their deadline."""

    name: str
    lane: str
    phase: str
    number: int
    days: int
    longest: int
    overdue: int


def waiting(
    connection: Connection, scope: CaseScope, measure: str, now: datetime, today: date
) -> list[Waiting]:
    """The open tasks of the visible cases of a measure, by step."""
    whole = scope.everything or measure in scope.measures
    days = _whole_days(connection, now)
    step = (user_task.c.name, user_task.c.lane, user_task.c.phase)
    late = func.sum(case((user_task.c.urgency < today, 1), else_=0))
    statement = (
        select(*step, func.count(), func.sum(days), func.max(days), late)
        .where(is_open, user_task.c.measure == measure)
        .group_by(*step)
    )
    if not whole:
        statement = statement.where(or_(false(), *reasons(scope, user_task)))
    return [Waiting(*row[:3], *map(int, row[3:])) for row in connection.execute(statement)]


def overdue(connection: Connection, scope: CaseScope, today: date) -> dict[str, int]:
    """How many open tasks of the visible cases are past their deadline, by measure."""
    statement = (
        select(user_task.c.measure, func.count())
        .where(is_open, user_task.c.urgency < today, or_(false(), *reasons(scope, user_task)))
        .group_by(user_task.c.measure)
    )
    return {str(measure): int(number) for measure, number in connection.execute(statement)}


def _whole_days(connection: Connection, now: datetime) -> ColumnElement[int]:
    """For how many whole days a task waits."""
    instant = literal(now, UtcTime)
    if connection.dialect.name == "sqlite":  # julianday counts in fractions of days
        span = func.julianday(instant) - func.julianday(user_task.c.created_at) + 1e-6
    else:
        span = func.floor(extract("epoch", instant - user_task.c.created_at) / 86_400)
    whole = cast(span, Integer)
    return case((whole < 0, 0), else_=whole)


def move_due(connection: Connection, ids: Sequence[int], before: date, after: date) -> int:
    """Another deadline for the open tasks of these cases that had the old one; gives how many."""
    if not ids:
        return 0
    statement = update(user_task).where(
        user_task.c.instance_id.in_(ids), user_task.c.state == OPEN, user_task.c.due == before
    )
    return connection.execute(statement.values(due=after)).rowcount
