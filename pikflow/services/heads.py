"""Small views that several pages share: the head of a case, its open tasks, child rows."""

from collections.abc import Sequence
from datetime import date

from pikflow import permissions
from pikflow.identity import Organisation
from pikflow.services import access
from pikflow.services.environment import Unit
from pikflow.services.views import CaseHead, ChildRow, StoredFile, TaskSummary
from pikflow.store import cases, files, histories, organisations, tasks
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import TaskRecord


def days_until(due: date | None, today: date) -> int | None:
    """Days from today to a deadline, negative when it has passed."""
    return None if due is None else (due - today).days


def measure_name(unit: Unit, slug: str) -> str:
    """The name of a measure, its slug when the catalog no longer holds it."""
    measure = unit.catalog.measures.get(slug)
    return unit.pick(measure.name, slug) if measure else slug


def head(unit: Unit, case: CaseRecord) -> CaseHead:
    """The head of a case."""
    measure = unit.catalog.measures.get(case.measure)
    record = unit.environment.deployments.record(unit.connection, case.definition_id)
    parent = cases.by_id(unit.connection, case.parent_id) if case.parent_id else None
    open_tasks = tasks.of_case(unit.connection, case.id) if case.state == "open" else []
    dues = [task.due for task in open_tasks if task.due]
    line = unit.line(case.organisation_id)
    visible = parent is not None and access.may_see(unit, parent)
    return CaseHead(
        number=case.number,
        title=case.title,
        measure=case.measure,
        measure_name=measure_name(unit, case.measure),
        provisional=bool(measure and measure.provisional),
        year=case.year,
        organisation=line[0] if line else Organisation(case.organisation_id, "", ""),
        phase=case.phase,
        state=case.state,
        outcome=case.outcome,
        amount=case.amount,
        version=case.version,
        started_at=case.started_at,
        ended_at=case.ended_at,
        next_due=min(dues, default=None),
        process=case.process,
        process_version=record.version if record else 0,
        stopped=case.stopped,
        parent_number=parent.number if parent and visible else "",
        parent_visible=visible,
    )


def task_summaries(
    unit: Unit, case: CaseRecord, open_tasks: Sequence[TaskRecord]
) -> tuple[TaskSummary, ...]:
    """Open tasks of a case, the earliest deadline first."""
    rows = [
        TaskSummary(
            id=task.id,
            element=task.element,
            name=task.name,
            kind=task.kind,
            lane=task.lane,
            phase=task.phase,
            since=task.created_at,
            due=task.due,
            days=days_until(task.due, unit.today),
            holder=task.claimed_name,
            responsible=access.responsible(unit, task),
            mine=permissions.may(
                unit.actor, "task.work", unit.catalog, access.facts_of(unit, case, task)
            ),
        )
        for task in open_tasks
    ]
    return tuple(sorted(rows, key=lambda row: (row.due is None, row.due or date.max, row.since)))


def with_whom(unit: Unit, task: TaskRecord) -> str:
    """The person who has a task, else the organisation that works it."""
    return task.claimed_name or access.responsible(unit, task)


def child_rows(unit: Unit, case: CaseRecord, task_id: str = "") -> tuple[ChildRow, ...]:
    """The child cases of a case (of one task), by name of their organisation."""
    found = cases.children(unit.connection, case.id, task=task_id)
    ids = [child.id for child in found]
    owners = organisations.by_ids(unit.connection, [child.organisation_id for child in found])
    open_tasks = tasks.of_cases(unit.connection, ids)
    reminded = histories.count_of_kind(unit.connection, ids, "reminded")
    rows = []
    for child in found:
        waiting = open_tasks.get(child.id, [])
        times, last = reminded.get(child.id, (0, None))
        rows.append(
            ChildRow(
                number=child.number,
                organisation=owners[child.organisation_id],
                state=child.state,
                outcome=child.outcome,
                since=child.started_at,
                ended_at=child.ended_at,
                due=min((t.due for t in waiting if t.due), default=None),
                reminders=times,
                reminded_at=last,
                task=waiting[0].name if waiting else "",
                visible=access.may_see(unit, child),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.state != "open", row.organisation.name)))


def case_files(unit: Unit, case: CaseRecord) -> tuple[StoredFile, ...]:
    """The files of a case, oldest first."""
    return tuple(
        StoredFile(
            row.id, row.name, row.kind, row.size, row.sha256, row.at, row.actor_name, case.number
        )
        for row in files.of_case(unit.connection, case.id)
    )
