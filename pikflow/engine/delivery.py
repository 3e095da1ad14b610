"""How an event finds what waits for it.

Messages go to the first element that waits for their name and key, signals to all; what is for
other cases is handed out with the step (`Step.thrown`). Errors and escalations go outwards from
scope to scope until a boundary event or an event sub-process takes them; an error nobody takes
ends the case. A message or signal carries what `pik:input` gives, and nothing else of its case.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.engine.correlation import expected_key, thrown_key
from pikflow.engine.faults import ElementFault
from pikflow.engine.model import EventDefinition
from pikflow.engine.results import EngineError, Thrown
from pikflow.engine.scripting import evaluate, store
from pikflow.engine.timers import Due, after
from pikflow.engine.tokens import (
    INSTANCE,
    LISTENER,
    cancel_all,
    end_if_done,
    every_open_task,
    is_open,
    open_tasks,
    silence,
    step_of,
)
from pikflow.engine.workflow import CaseWorkflow

HELD = "held"  # internal key of a conditional event: whether its condition held last
TIMER = "timer"  # internal key: {"at": ISO instant, "every": duration, "times": int}


def listening(case: CaseWorkflow, kind: str) -> list[Task]:
    """The tasks that wait for an event of this kind, outer scopes first."""
    return [task for task in every_open_task(case) if waits_for(task) == kind]


def waits_for(task: Task) -> str:
    """The kind of event the task waits for; "" when it waits for none (or no longer)."""
    event = getattr(task.task_spec, "event", None)
    waits = hasattr(task.task_spec, "happened") and task.has_state(TaskState.WAITING)
    return event.kind if event is not None and waits else ""


def message_of(task: Task) -> str:
    """The name of the message or signal, or the code of the error or escalation."""
    event: EventDefinition = task.task_spec.event
    return event.name or event.reference or ""


def happen(task: Task, payload: Mapping[str, Any] | None = None) -> None:
    """The event a task waits for has occurred; `payload` is stored under its `pik:result`."""
    if payload:
        store(task, task.task_spec.node.attributes.get("result", ""), dict(payload))
    task.task_spec.happened(task)
    if LISTENER in task.internal_data and TIMER in task.internal_data and is_open(task):
        _rearm(task)


def _rearm(task: Task) -> None:
    """A timer that did not interrupt listens again as long as it repeats."""
    following = after(Due.read(task.internal_data[TIMER]), step_of(task).now)
    if following is None:
        silence(task)
    else:
        task.internal_data[TIMER] = following.noted()


def fire_next(case: CaseWorkflow) -> bool:
    """Let the timer that has been due longest happen; False when none is due."""
    now = case.step.now
    waiting = [(due_at(task), n, task) for n, task in enumerate(every_open_task(case))]
    ripe = [entry for entry in waiting if entry[0] is not None and entry[0] <= now]
    if not ripe:
        return False
    happen(min(ripe, key=lambda entry: entry[:2])[2])
    return True


def due_at(task: Task) -> datetime | None:
    """The instant (UTC) a waiting timer fires."""
    noted = task.internal_data.get(TIMER)
    return Due.read(noted).at if noted else None


def settle_conditions(case: CaseWorkflow) -> bool:
    """Let one conditional event happen whose condition has become true; whether one did."""
    for scope in case.scopes():
        for task in open_tasks(scope) if scope.spec.watches else ():
            if waits_for(task) == "conditional" and _turned_true(task):
                happen(task)
                return True
    return False


def _turned_true(task: Task) -> bool:
    """Only a condition that did not hold before lets its event happen (BPMN 2.0, 10.5.5)."""
    before = task.internal_data.get(HELD, False)
    holds = evaluate(task, task.task_spec.event.text) is True
    task.internal_data[HELD] = holds
    return holds and not before


def throw(task: Task, event: EventDefinition) -> None:
    """Deliver what an element throws; nobody waiting for a message or signal is no fault."""
    case, name = task.workflow.top_workflow, event.name or event.reference or ""
    if event.kind == "message":
        payload, key = _payload(task), thrown_key(task)
        if not send_message(case, name, payload, key=key):
            _hand_out(task, Thrown("message", name, payload, key, task.task_spec.node.id))
    elif event.kind == "signal":
        payload = _payload(task)
        _hand_out(task, Thrown("signal", name, payload, None, task.task_spec.node.id))
        send_signal(case, name, payload)
    elif event.kind == "error" and not raise_code(task, "error", name):
        _end_with_error(case, task, name)
    elif event.kind == "escalation":
        raise_code(task, "escalation", name)


def _hand_out(task: Task, thrown: Thrown) -> None:
    step_of(task).thrown.append(thrown)


def _payload(task: Task) -> dict[str, Any]:
    node = task.task_spec.node
    text = node.attributes.get("input", "").strip()
    value = evaluate(task, text) if text else {}
    if not isinstance(value, dict):
        raise ElementFault(
            node,
            "payload",
            f"„{text}“ (pik:input) ergibt keine Namen mit Werten.",
            'Geschrieben wird zum Beispiel {"betrag": antrag.betrag}.',
        )
    return value


def send_message(
    case: CaseWorkflow,
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    task_id: str = "",
) -> bool:
    """Give a message to the first task that waits for its name and key (or to `task_id`, whatever
    its key); whether one did."""
    for task in listening(case, "message"):
        meant = task_id == task.id if task_id else expected_key(task) == key
        if meant and message_of(task) == name:
            happen(task, payload)
            return True
    return False


def send_signal(
    case: CaseWorkflow,
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    only: Collection[str] | None = None,
) -> bool:
    """Give a signal to all that wait for it now (when told, to these ids only); whether any did."""
    takers = [
        task
        for task in listening(case, "signal")
        if message_of(task) == name and (only is None or task.id in only)
    ]
    for task in takers:
        if is_open(task):
            happen(task, payload)
    return bool(takers)


def raise_code(task: Task, kind: str, code: str) -> bool:
    """Carry an error or escalation outwards from `task`; whether somebody took it.

    On each level an exact code goes before a catcher without code.
    """
    holder: Task | None = task
    while holder is not None:
        taker = _taker(_beside(holder, task), kind, code)
        if taker is not None:
            happen(taker)
            return True
        holder = getattr(holder.workflow, "parent_task", None)
    return False


def _beside(holder: Task, source: Task) -> list[Task]:
    """Listeners on the holder's border (its loop's, for an instance), then of its scope."""
    host = holder.parent if INSTANCE in holder.internal_data else holder
    border = [] if holder is source and not is_open(holder) else host.children
    triggers = [t for t in open_tasks(holder.workflow) if hasattr(t.task_spec, "opens")]
    return [*border, *triggers]


def _taker(tasks: list[Task], kind: str, code: str) -> Task | None:
    fitting = [
        task
        for task in tasks
        if is_open(task) and LISTENER in task.internal_data and waits_for(task) == kind
    ]
    exact = [task for task in fitting if message_of(task) == code]
    general = [task for task in fitting if not message_of(task)]
    return next(iter([*exact, *general]), None)


def _end_with_error(case: CaseWorkflow, task: Task, code: str) -> None:
    node = task.task_spec.node
    step_of(task).error = EngineError(node.id, code, node.label)
    cancel_all(case)
    end_if_done(case)
