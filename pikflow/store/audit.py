"""Everything stored about cases, read in blocks: for `doctor`, which compares it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Select, func, select, text
from sqlalchemy.engine import Connection, Row

from pikflow.store.cases import CASE, CaseRecord
from pikflow.store.tables import (
    answers,
    completion,
    draft,
    file,
    funding_round,
    history,
    incident,
    instance,
    job,
    round_budget,
    subscription,
    timer,
    user_task,
)


@dataclass(frozen=True)
class CaseRows:
    """A case with the rows around it, each the columns named in `_PARTS`."""

    case: CaseRecord
    tasks: Sequence[Row[Any]]
    completions: Sequence[Row[Any]]
    history: Sequence[Row[Any]]
    answers: Sequence[Row[Any]]
    drafts: Sequence[Row[Any]]
    jobs: Sequence[Row[Any]]
    timers: Sequence[Row[Any]]
    subscriptions: Sequence[Row[Any]]
    incidents: Sequence[Row[Any]]
    files: Sequence[Row[Any]]
    children: Sequence[Row[Any]]


def sees_everything(connection: Connection) -> bool:
    """Whether row-level security does not hold for this role of PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return False
    statement = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    return bool(connection.execute(text(statement)).scalar())


def count(connection: Connection) -> int:
    """How many cases there are."""
    return int(connection.execute(select(func.count()).select_from(instance)).scalar_one())


def block(connection: Connection, after: int, limit: int) -> list[CaseRows]:
    """The next cases by id, with all their rows."""
    statement = CASE.where(instance.c.id > after).order_by(instance.c.id).limit(limit)
    found = [CaseRecord(*row) for row in connection.execute(statement)]
    ids = [case.id for case in found]
    parts = {name: _by_case(connection, part, key, ids) for name, (part, key) in _PARTS.items()}
    return [
        CaseRows(case, **{name: rows[case.id] for name, rows in parts.items()}) for case in found
    ]


def _by_case(
    connection: Connection, part: Select[Any], key: Column[int], ids: Sequence[int]
) -> dict[int, list[Row[Any]]]:
    grouped: dict[int, list[Row[Any]]] = defaultdict(list)
    if ids:
        for row in connection.execute(part.add_columns(key.label("case_id")).where(key.in_(ids))):
            grouped[row.case_id].append(row)
    return grouped


_PARTS: dict[str, tuple[Select[Any], Column[int]]] = {
    "tasks": (
        select(user_task.c.id, user_task.c.element, user_task.c.kind, user_task.c.state),
        user_task.c.instance_id,
    ),
    "completions": (select(completion.c.task_id), completion.c.instance_id),
    "history": (
        select(
            history.c.step,
            history.c.task_id,
            history.c.element,
            history.c.kind,
            history.c.state,
            history.c.result,
            history.c.result_version,
        ).order_by(history.c.id),
        history.c.instance_id,
    ),
    "answers": (
        select(answers.c.result, answers.c.version, answers.c.task_id),
        answers.c.instance_id,
    ),
    "drafts": (
        select(draft.c.task_id, user_task.c.state).join(
            user_task, user_task.c.id == draft.c.task_id
        ),
        user_task.c.instance_id,
    ),
    "jobs": (select(job.c.id, job.c.kind, job.c.key, job.c.state), job.c.instance_id),
    "timers": (select(timer.c.due, timer.c.attempts), timer.c.instance_id),
    "subscriptions": (
        select(
            subscription.c.event_id, subscription.c.kind, subscription.c.name, subscription.c.key
        ),
        subscription.c.instance_id,
    ),
    "incidents": (
        select(incident.c.id, incident.c.job_id, incident.c.kind).where(
            incident.c.resolved_at.is_(None)
        ),
        incident.c.instance_id,
    ),
    "files": (select(file.c.id, file.c.size, file.c.sha256), file.c.instance_id),
    "children": (
        select(instance.c.id, instance.c.number, instance.c.state, instance.c.parent_task),
        instance.c.parent_id,
    ),
}


# --- rounds ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spent:
    """What was approved under one budget (EUR); `organisation_id` "" for the whole round."""

    round_name: str
    organisation_id: str
    budget: Decimal
    approved: Decimal


def overspent(connection: Connection) -> list[Spent]:
    """The budgets of rounds, and of applicants in them, that approvals exceed."""
    total = func.sum(instance.c.approved)
    whole = (
        select(funding_round.c.name, funding_round.c.budget, total)
        .join(instance, instance.c.round_id == funding_round.c.id)
        .group_by(funding_round.c.id, funding_round.c.name, funding_round.c.budget)
        .having(total > funding_round.c.budget)
        .order_by(funding_round.c.id)
    )
    shares = (
        select(funding_round.c.name, round_budget.c.organisation_id, round_budget.c.amount, total)
        .join(round_budget, round_budget.c.round_id == funding_round.c.id)
        .join(
            instance,
            (instance.c.round_id == funding_round.c.id)
            & (instance.c.organisation_id == round_budget.c.organisation_id),
        )
        .group_by(
            funding_round.c.id,
            funding_round.c.name,
            round_budget.c.organisation_id,
            round_budget.c.amount,
        )
        .having(total > round_budget.c.amount)
        .order_by(funding_round.c.id, round_budget.c.organisation_id)
    )
    return [
        *(Spent(name, "", budget, spent) for name, budget, spent in connection.execute(whole)),
        *(Spent(*row) for row in connection.execute(shares)),
    ]
