"""Writes what a step of the engine gave, in the step's own transaction.

The only place where state, tasks, timers, history, answers and outbox rows of a case change.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from pikflow import values
from pikflow.engine.definition import Definition
from pikflow.engine.results import OpenTask, StepResult, WaitingEvent
from pikflow.errors import EngineFault, Invalid
from pikflow.expressions import compile_expression, is_expression
from pikflow.services import outbox, outgoing
from pikflow.services.environment import Unit
from pikflow.services.lanes import Owner, workers
from pikflow.services.outbox import Order
from pikflow.store import cases, histories, tasks, work
from pikflow.store.batch import Batch
from pikflow.store.cases import CaseRecord
from pikflow.store.tasks import Standing, TaskRecord

_MOST = 10**15  # EUR; a larger amount is no amount, and no column holds it
APPROVED = "bewilligt_eur"  # the data name whose amount counts against the applicant's budget
ENGINE_VERSION = version("SpiffWorkflow")


@dataclass(frozen=True)
class Deed:
    """What set the step off, for the history.

    `kind` is "task", "message", "signal", "timer", "connector", "child", "started" or
    "cancelled"; `task_id` the engine's id of the task or event a person completed; `result` and
    `result_version` the answers that were given. `answers` and `completion` are the rows to be
    written with the step; the completion's answer gets the state and outcome it led to.
    """

    kind: str
    task_id: str = ""
    reason: str = ""
    result: str = ""
    result_version: int = 0
    answers: Mapping[str, Any] | None = None
    completion: Mapping[str, Any] | None = None


def record(
    unit: Unit,
    case: CaseRecord,
    definition: Definition,
    result: StepResult,
    deed: Deed,
    before: Standing | None = None,
) -> CaseRecord:
    """Write a step; gives the case as it stands now. The caller holds the case's lock; `before`
    is what stood open in it, if the caller has read it under the lock."""
    step = case.version + 1
    data = values.dump(result.data)
    owner = Owner(case.organisation_id, case.carrier_id, case.measure)
    before = before or tasks.standing(unit.batch, case.id)
    changes = _changes(unit, case, definition, result, step)
    due = None if result.completed else result.next_due
    batch = unit.batch
    opened, ended = _write_tasks(batch, unit, case, result, owner, before)
    _write_deed(batch, deed, changes)
    histories.append(batch, _history(unit, case, result, deed, step, data))
    if due != before.timer:
        work.set_timer(batch, case.id, due, before.timer)
    histories.drop_drafts(batch, [key for key in ended if key in before.drafts])
    cases.save(batch, case.id, {**changes, "data": data})
    _write_jobs(unit, case, result)
    outgoing.write(unit, case, result, step)
    if result.completed:
        _end(unit, case, result)
    for task in opened:
        unit.tell(
            unit.environment.signals.task_opened,
            number=case.number,
            task_id=task.id,
            element=task.element,
            lane=task.lane,
        )
    return replace(case, **changes)


# --- tasks -------------------------------------------------------------------------------------


def _write_tasks(
    batch: Batch, unit: Unit, case: CaseRecord, result: StepResult, owner: Owner, before: Standing
) -> tuple[list[OpenTask], list[str]]:
    known = {task.id for task in before.tasks}
    wanted = {task.id: task for task in result.open_tasks if task.kind != "service"}
    opened = [task for key, task in wanted.items() if key not in known]
    tasks.add_all(batch, [_task_row(unit, case, task, owner) for task in opened])
    gone = known - wanted.keys()
    done = {e.task_id for e in result.history if e.state == "completed"} & gone
    tasks.close(batch, sorted(done), state="completed", at=unit.now)
    tasks.close(batch, sorted(gone - done), state="cancelled", at=unit.now)
    return opened, sorted(gone)


def _write_deed(batch: Batch, deed: Deed, changes: Mapping[str, Any]) -> None:
    """The answers a person gave, and that it was done: a second click finds it."""
    if deed.answers is not None:
        histories.add_answers(batch, deed.answers)
    if deed.completion is not None:
        led_to = {"state": changes["state"], "outcome": changes["outcome"]}
        answer = {**deed.completion["answer"], **led_to}
        histories.add_completion(batch, {**deed.completion, "answer": answer})


def open_after(
    unit: Unit, case: CaseRecord, result: StepResult, before: Standing
) -> list[TaskRecord]:
    """The open tasks a step left behind, oldest first."""
    owner = Owner(case.organisation_id, case.carrier_id, case.measure)
    known = {task.id: task for task in before.tasks}
    found = [
        known.get(task.id) or TaskRecord(**_task_row(unit, case, task, owner), **tasks.UNTOUCHED)
        for task in result.open_tasks
        if task.kind != "service"
    ]
    return sorted(found, key=lambda task: (task.created_at, task.id))


def _task_row(unit: Unit, case: CaseRecord, task: OpenTask, owner: Owner) -> dict[str, Any]:
    found = workers(unit, task.lane, owner)
    return {
        "id": task.id,
        "instance_id": case.id,
        "element": task.element,
        "name": task.name or task.element,
        "kind": task.kind,
        "lane": task.lane,
        "role": found.role,
        "audience": found.audience,
        "phase": task.phase,
        "state": "open",
        "due": task.due,
        "created_at": unit.now,
        "details": {
            "process": task.process,
            "form": task.form,
            "result": task.result,
            "scope": dict(task.scope),
            "attributes": dict(task.attributes),
            "documentation": task.documentation,
            "path": list(task.path),
        },
        "organisation_id": owner.organisation,
        "carrier_id": owner.carrier,
        "measure": owner.measure,
    }


# --- history -----------------------------------------------------------------------------------


def _history(
    unit: Unit, case: CaseRecord, result: StepResult, deed: Deed, step: int, data: str
) -> list[dict[str, Any]]:
    rows = [
        _row(
            unit,
            case,
            step,
            kind=entry.kind,
            person=entry.task_id == deed.task_id and entry.state == "completed",
            deed=deed,
            task_id=entry.task_id,
            element=entry.element,
            name=entry.name,
            lane=entry.lane,
            process=entry.process,
            path="/".join(entry.path),
            phase=entry.phase,
            state=entry.state,
        )
        for entry in result.history
    ]
    if deed.kind in ("started", "cancelled"):
        rows.insert(0, _row(unit, case, step, kind=deed.kind, person=True, deed=deed))
    if not rows:
        rows.append(_row(unit, case, step, kind=deed.kind, person=False, deed=deed))
    rows[-1]["snapshot"] = _snapshot(result.state, data)
    return rows


def _row(
    unit: Unit, case: CaseRecord, step: int, *, kind: str, person: bool, deed: Deed, **more: Any
) -> dict[str, Any]:
    actor = unit.actor if person else None
    return {
        "instance_id": case.id,
        "step": step,
        "kind": kind,
        "at": unit.now,
        "task_id": more.get("task_id", ""),
        "element": more.get("element", ""),
        "name": more.get("name", ""),
        "lane": more.get("lane", ""),
        "process": more.get("process", case.process),
        "path": more.get("path", ""),
        "phase": more.get("phase", ""),
        "state": more.get("state", "completed"),
        "actor_id": actor.id if actor else "",
        "actor_name": actor.name if actor else "",
        "organisation_id": actor.organisation.id if actor else "",
        "organisation_name": actor.organisation.name if actor else "",
        "reason": deed.reason if person else "",
        "result": deed.result if person else "",
        "result_version": deed.result_version if person else 0,
        "snapshot": None,
    }


def _snapshot(state: bytes, data: str) -> bytes:
    """State and data after the step, small enough to keep one per step (about 1 KB)."""
    return zlib.compress(len(state).to_bytes(4, "big") + state + data.encode(), 1)


def note(
    unit: Unit, case: CaseRecord, kind: str, *, name: str = "", reason: str = "", task_id: str = ""
) -> None:
    """Append something that happened without a step: claimed, assigned, reminded, noted, ..."""
    row = _row(
        unit, case, case.version, kind=kind, person=True, deed=Deed(kind, reason=reason),
        name=name, task_id=task_id,
    )  # fmt: skip
    histories.append(unit.batch, [row])


# --- the case's own row ------------------------------------------------------------------------


def _changes(
    unit: Unit, case: CaseRecord, definition: Definition, result: StepResult, step: int
) -> dict[str, Any]:
    attributes = definition.process.attributes
    ended = result.completed
    return {
        "version": step,
        "engine_version": ENGINE_VERSION,
        "engine_state": result.state,
        "data": result.data,
        "waiting": [] if ended else [_waiting(e) for e in result.waiting if outgoing.is_offer(e)],
        "updated_at": unit.now,
        "start_key": None if ended and _leaves_room(definition, result) else case.start_key,
        "ended_at": unit.now if ended else None,
        "state": ("cancelled" if result.outcome is None and not result.error else "completed")
        if ended
        else "open",
        "outcome": _outcome(result) if ended else "",
        "phase": phase_of(result) or case.phase,
        "amount": _amount(attributes.get("amount", ""), result.data, case.amount),
        "approved": _money(result.data.get(APPROVED)),
        "title": title_of(attributes.get("title", ""), result.data) or case.title,
        "stopped": case.stopped,
    }


def _leaves_room(definition: Definition, result: StepResult) -> bool:
    """Whether the end that was reached (`pik:again`) lets the applicant begin once more."""
    nodes = definition.process.nodes
    ends = [nodes[e.element] for e in result.history if e.element in nodes and e.kind == "endEvent"]
    return bool(ends) and ends[-1].attributes.get("again") == "true"


def _outcome(result: StepResult) -> str:
    if result.error is not None:
        return result.error.message or result.error.code
    return result.outcome or ""


def phase_of(result: StepResult) -> str:
    """The phase a case stands in: that of what is open, else of what happened last."""
    phases = (
        [task.phase for task in result.open_tasks]
        + [event.phase for event in result.waiting if not event.attached_to]
        + [entry.phase for entry in reversed(result.history)]
    )
    return next((phase for phase in phases if phase), "")


def _amount(text: str, data: Mapping[str, Any], before: Decimal | None) -> Decimal | None:
    if not text:
        return before
    value = _money(evaluated(text, data))
    return before if value is None else value


def title_of(text: str, data: Mapping[str, Any]) -> str:
    """`pik:title`: an expression that gives a text, or the text itself."""
    if not text:
        return ""
    value = evaluated(text, data) if is_expression(text) else text
    return value if isinstance(value, str) else text


def evaluated(text: str, data: Mapping[str, Any]) -> Any:
    """An expression over case data; None when it can't be evaluated on this data."""
    try:
        return compile_expression(text).evaluate(data)
    except (Invalid, EngineFault):
        return None


def _money(value: Any) -> Decimal | None:
    """A number a column of EUR can hold; None for anything else."""
    return value if isinstance(value, Decimal) and abs(value) < _MOST else None


def _waiting(event: WaitingEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "element": event.element,
        "name": event.name,
        "message": event.message,
        "attributes": dict(event.attributes),
        "lane": event.attributes["lane"],
        "scope": dict(event.scope),
        "process": event.process,
    }


# --- background work ---------------------------------------------------------------------------


def _write_jobs(unit: Unit, case: CaseRecord, result: StepResult) -> None:
    gone = [e.task_id for e in result.history if e.kind == "serviceTask" and e.state == "cancelled"]
    if gone:
        keys = [_connector_key(case, task_id) for task_id in gone]
        work.drop_jobs(unit.connection, case.id, unit.now, keys)
    orders = [
        Order(
            "connector",
            _connector_key(case, call.task_id),
            case.id,
            {
                "task": call.task_id,
                "element": call.element,
                "connector": call.connector,
                "input": call.input,
            },
        )
        for call in result.calls
    ]
    outbox.add(unit, orders)


def _connector_key(case: CaseRecord, task_id: str) -> str:
    return f"{case.id}:connector:{task_id}"


def _end(unit: Unit, case: CaseRecord, result: StepResult) -> None:
    work.drop_jobs(unit.connection, case.id, unit.now)
    if case.parent_id is not None:
        key, payload = f"{case.parent_id}:child:{case.id}", {"child": Decimal(case.id)}
        with unit.beyond():
            outbox.add(unit, [Order("child", key, case.parent_id, payload)])
    unit.tell(
        unit.environment.signals.case_ended,
        number=case.number,
        state="completed",
        outcome=_outcome(result),
        actor_id=unit.actor.id if unit.actor else "",
    )
