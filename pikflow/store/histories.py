"""What happened to a case: history, answers and completions. Rows are only ever appended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.engine import Connection

from pikflow.store.batch import Batch
from pikflow.store.tables import answers, completion, draft, history


@dataclass(frozen=True)
class HistoryRecord:
    """One thing that happened; `step` is the row version it led to."""

    id: int
    instance_id: int
    step: int
    task_id: str
    element: str
    kind: str
    name: str
    lane: str
    process: str
    path: str
    phase: str
    state: str
    at: datetime
    actor_id: str
    actor_name: str
    organisation_id: str
    organisation_name: str
    reason: str
    result: str
    result_version: int


_COLUMNS = [history.c[field.name] for field in fields(HistoryRecord)]


_APPEND = insert(history).inline()


def append(batch: Batch, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert history rows; rows have the same keys."""
    batch.add(_APPEND, rows)


def of_case(connection: Connection, instance_id: int) -> list[HistoryRecord]:
    """The history of one case, oldest first."""
    statement = select(*_COLUMNS).where(history.c.instance_id == instance_id)
    rows = connection.execute(statement).all()
    return [HistoryRecord(*row) for row in sorted(rows, key=lambda row: row.id)]


# Each looks at the newest row of one element, however long the history is.
_DONE = (
    select(history.c.name)
    .where(
        history.c.instance_id == bindparam("case"),
        history.c.element == bindparam("wanted"),
        history.c.actor_id == bindparam("actor"),
        history.c.id > bindparam("after"),
        history.c.state == "completed",
    )
    .order_by(history.c.id.desc())
    .limit(1)
)
_LAST_CALL = (
    select(history.c.id)
    .where(
        history.c.instance_id == bindparam("case"),
        history.c.element == bindparam("wanted"),
        history.c.actor_id == "",  # no person completes a call activity
        history.c.path == bindparam("around"),
    )
    .order_by(history.c.id.desc())
    .limit(1)
)


def completed_by(
    connection: Connection,
    instance_id: int,
    actor_id: str,
    elements: Sequence[str],
    *,
    after: int = 0,
) -> list[str]:
    """The names of those elements this person completed in the case, called processes included;
    `after` is the id of the history row from which on it counts."""
    asked = {"case": instance_id, "actor": actor_id, "after": after}
    names = (connection.execute(_DONE, {**asked, "wanted": one}).scalar() for one in elements)
    return list(dict.fromkeys(name for name in names if name is not None))


def last_call(connection: Connection, instance_id: int, path: Sequence[str]) -> int:
    """The id of the row in which the call at the end of `path` (element ids of call activities,
    outermost first) ended the last time, 0 when it did not end before."""
    if not path:
        return 0
    asked = {"case": instance_id, "wanted": path[-1], "around": "/".join(path[:-1])}
    return int(connection.execute(_LAST_CALL, asked).scalar() or 0)


def last_seen(connection: Connection, instance_id: int, element: str) -> datetime | None:
    """When the element was completed last in the case, None if never."""
    return connection.execute(
        select(func.max(history.c.at)).where(
            history.c.instance_id == instance_id,
            history.c.element == element,
            history.c.state == "completed",
        )
    ).scalar()


_STEP_OF_OTHERS = (
    select(*_COLUMNS)
    .where(
        history.c.instance_id == bindparam("case"),
        history.c.step > bindparam("after"),
        history.c.actor_id.not_in(["", bindparam("actor")]),
    )
    .order_by(history.c.step.desc(), history.c.id.desc())
    .limit(1)
)


def steps_of_others(
    connection: Connection, instance_id: int, after_step: int, actor_id: str
) -> HistoryRecord | None:
    """The last step another person took after a row version; background steps have no person."""
    asked = {"case": instance_id, "after": after_step, "actor": actor_id}
    row = connection.execute(_STEP_OF_OTHERS, asked).one_or_none()
    return None if row is None else HistoryRecord(*row)


def count_of_kind(
    connection: Connection, ids: Sequence[int], kind: str
) -> dict[int, tuple[int, datetime]]:
    """How often, and when last, something of this kind happened, by case."""
    if not ids:
        return {}
    statement = (
        select(history.c.instance_id, func.count(), func.max(history.c.at))
        .where(history.c.instance_id.in_(ids), history.c.kind == kind)
        .group_by(history.c.instance_id)
    )
    return {case: (int(times), at) for case, times, at in connection.execute(statement)}


# --- answers -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswersRecord:
    """One submission of a form; versions of a result count from 1."""

    id: int
    instance_id: int
    result: str
    version: int
    task_id: str
    element: str
    name: str
    form: str
    values: dict[str, Any]
    actor_id: str
    actor_name: str
    office: str
    at: datetime


_ADD_ANSWERS = insert(answers).inline()


def add_answers(batch: Batch, row: Mapping[str, Any]) -> None:
    """Append a submission; the row holds its version."""
    batch.add(_ADD_ANSWERS, [row])


def answers_of(connection: Connection, instance_id: int) -> list[AnswersRecord]:
    """All submissions of a case, oldest first."""
    statement = select(answers).where(answers.c.instance_id == instance_id).order_by(answers.c.id)
    return [AnswersRecord(**row._mapping) for row in connection.execute(statement)]


# --- completions -------------------------------------------------------------------------------


@dataclass(frozen=True)
class CompletionRecord:
    """That a task was completed, by whom, under which key, and what was answered."""

    task_id: str
    key: str
    instance_id: int
    actor_id: str
    at: datetime
    answer: dict[str, Any]


_COMPLETION = select(*(completion.c[field.name] for field in fields(CompletionRecord)))
_COMPLETION_OF = _COMPLETION.where(completion.c.task_id == bindparam("wanted"))
_COMPLETION_BY_KEY = _COMPLETION.where(completion.c.key == bindparam("wanted"))
_ADD_COMPLETION = insert(completion)


def completion_of(connection: Connection, task_id: str) -> CompletionRecord | None:
    """The completion of a task."""
    row = connection.execute(_COMPLETION_OF, {"wanted": task_id}).one_or_none()
    return None if row is None else CompletionRecord(*row)


def completion_by_key(connection: Connection, key: str) -> CompletionRecord | None:
    """The completion under an idempotency key."""
    row = connection.execute(_COMPLETION_BY_KEY, {"wanted": key}).one_or_none()
    return None if row is None else CompletionRecord(*row)


def add_completion(batch: Batch, row: Mapping[str, Any]) -> None:
    """Note a completion; a second one of the same task or key violates the table."""
    batch.add(_ADD_COMPLETION, [row])


# --- drafts ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DraftRecord:
    """Unfinished answers of a task, shared by those who may work it."""

    task_id: str
    values: dict[str, Any]
    actor_id: str
    saved_at: datetime
    version: int


def draft_of(connection: Connection, task_id: str) -> DraftRecord | None:
    """The draft of a task."""
    row = connection.execute(select(draft).where(draft.c.task_id == task_id)).one_or_none()
    return None if row is None else DraftRecord(**row._mapping)


def save_draft(connection: Connection, row: Mapping[str, Any]) -> int:
    """Write a task's draft, give its version."""
    known = draft_of(connection, row["task_id"])
    if known is None:
        connection.execute(insert(draft).values(**row, version=1))
        return 1
    connection.execute(
        draft.update()
        .where(draft.c.task_id == row["task_id"])
        .values(**row, version=known.version + 1)
    )
    return known.version + 1


_DROP_DRAFT = draft.delete().where(draft.c.task_id == bindparam("task"))


def drop_drafts(batch: Batch, ids: Sequence[str]) -> None:
    """Remove drafts of tasks that ended."""
    batch.add(_DROP_DRAFT, [{"task": task_id} for task_id in ids])
