"""The engine's commands: each takes a case as it stands and gives a StepResult.

All are pure: the definition, the stored state, the case data and the instant come in, and the
caller's data is not changed. `now` is an aware datetime; nothing reads the clock. A step that
raises has changed nothing.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.task import Task

from pikflow.engine import codec, delivery, views
from pikflow.engine.definition import Definition
from pikflow.engine.model import Node
from pikflow.engine.pruning import prune
from pikflow.engine.results import StepResult
from pikflow.engine.running import run
from pikflow.engine.scripting import store
from pikflow.engine.tokens import begin, cancel_all, end_if_done, is_open
from pikflow.engine.workflow import ROOT, CaseWorkflow, Step
from pikflow.errors import Conflict, EngineFault, Refused
from pikflow.texts import say
from pikflow.values import normalise

LIMIT = 1000  # automatic elements in one step


def start(
    definition: Definition,
    data: Mapping[str, Any],
    now: datetime,
    *,
    element: str = "",
    payload: Mapping[str, Any] | None = None,
    limit: int = LIMIT,
) -> StepResult:
    """Begin a case with `data`; it stands where the first person or event is needed.

    `element` is the start event that was triggered (Definition.triggers) and `payload` what came
    with it, kept under its `pik:result`; without one the case begins where a person begins it.
    Raises EngineFault("start-unknown").
    """
    case = CaseWorkflow(
        definition.process_id, definition.specs, _step(normalise(dict(data)), now, limit)
    )
    if element:
        event = _start_event(definition, element)
        result = event.attributes.get("result", "")
        store(case.tasks[ROOT], result, normalise(dict(payload or {})))
        begin(case, (event.id,))
    else:
        begin(case)
    return _result(case)


def _start_event(definition: Definition, element: str) -> Node:
    node = definition.process.nodes.get(element)
    if node is None or node.kind != "startEvent" or node.parent is not None:
        raise EngineFault(
            "start-unknown",
            f"Der Prozess „{definition.process.label}“ hat kein Startereignis „{element}“.",
            "Prüfen Sie die Kennung.",
        )
    return node


def complete(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    task_id: str,
    answers: Mapping[str, Any],
    now: datetime,
    *,
    limit: int = LIMIT,
) -> StepResult:
    """A person completes a task; `answers` go under its `pik:result`, else by their own names.

    A "children" task goes on with what has come in. Raises Conflict("task-not-open").
    """
    case = _load(definition, state, data, now, limit)
    task = _open(case, task_id, "user", "manual", "children")
    if views.kind_of(task) != "children":
        store(task, task.task_spec.node.attributes.get("result", ""), normalise(dict(answers)))
        task.run()
    else:
        task.complete()
    return _result(case)


def resume(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    task_id: str,
    result: Any,
    now: datetime,
    *,
    limit: int = LIMIT,
) -> StepResult:
    """A connector has answered; its result goes under `pik:result`."""
    case = _load(definition, state, data, now, limit)
    task = _open(case, task_id, "service")
    store(task, task.task_spec.node.attributes.get("result", ""), normalise(result))
    task.complete()
    return _result(case)


def fail(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    task_id: str,
    code: str,
    now: datetime,
    *,
    limit: int = LIMIT,
) -> StepResult:
    """A connector has failed for good: an error event with this code takes over.

    Raises Refused("error-not-caught") when the diagram has none; the task then stays open.
    """
    case = _load(definition, state, data, now, limit)
    task = _open(case, task_id, "service")
    if not delivery.raise_code(task, "error", code):
        raise Refused(
            "error-not-caught",
            say("Für diesen Fehler sieht der Prozess keinen Weg vor."),
            say("Wiederholen Sie den Aufruf, wenn die Ursache behoben ist."),
        )
    return _result(case)


def fire(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    now: datetime,
    *,
    limit: int = LIMIT,
) -> StepResult:
    """Let all timers happen that are due at `now`, the longest due first."""
    case = _load(definition, state, data, now, limit)
    ran = 0
    while delivery.fire_next(case):
        ran = run(case, ran + 1)
    return _result(case)


def send_message(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    name: str,
    payload: Mapping[str, Any] | None,
    now: datetime,
    *,
    key: str | None = None,
    event_id: str = "",
    limit: int = LIMIT,
) -> StepResult:
    """Give a message to the element that waits for it under this key (correlation.key_text), or to
    the one `event_id` names, whatever its key.

    The payload goes under the event's `pik:result`. Raises Conflict("message-not-expected").
    """
    case = _load(definition, state, data, now, limit)
    sent = normalise(dict(payload or {}))
    if not delivery.send_message(case, name, sent, key=key, task_id=event_id):
        raise Conflict(
            "message-not-expected",
            say("Das ist in diesem Vorgang nicht mehr möglich."),
            say("Laden Sie die Seite neu: Der Vorgang ist inzwischen weiter."),
        )
    return _result(case)


def send_signal(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    name: str,
    payload: Mapping[str, Any] | None,
    now: datetime,
    *,
    only: Collection[str] | None = None,
    limit: int = LIMIT,
) -> StepResult:
    """Give a signal to everything in the case that waits for it (of the events `only` names, when
    given); nobody waiting is no fault."""
    case = _load(definition, state, data, now, limit)
    delivery.send_signal(case, name, normalise(dict(payload or {})), only=only)
    return _result(case)


def occur(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    event_id: str,
    payload: Mapping[str, Any] | None,
    now: datetime,
    *,
    limit: int = LIMIT,
) -> StepResult:
    """Let one waiting event happen now, whatever it waits for: a rehearsal does not wait.

    Raises Conflict("event-not-waiting").
    """
    case = _load(definition, state, data, now, limit)
    task = case.find(event_id)
    if task is None or not is_open(task) or not delivery.waits_for(task):
        raise Conflict("event-not-waiting", say("Das ist in diesem Vorgang nicht mehr möglich."))
    delivery.happen(task, normalise(dict(payload or {})))
    return _result(case)


def child_joined(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    task_id: str,
    organisation: str,
    now: datetime,
) -> StepResult:
    """One more child case was opened under a "children" task, by `organisation` (its id)."""
    case = _load(definition, state, data, now, LIMIT)
    pending = _open(case, task_id, "children").internal_data["pending"]
    if organisation not in pending:
        pending.append(organisation)
    return _result(case)


def child_ended(
    definition: Definition,
    state: bytes,
    data: Mapping[str, Any],
    task_id: str,
    entry: Mapping[str, Any],
    now: datetime,
    *,
    limit: int = LIMIT,
) -> StepResult:
    """A child case has ended; `entry` ({organisation: {id, ...}, nummer, outputs ...}) is added
    to the result list. The task completes with the last one, unless it stays open."""
    case = _load(definition, state, data, now, limit)
    task = _open(case, task_id, "children")
    task.task_spec.child_ended(task, normalise(dict(entry)))
    return _result(case)


def cancel(
    definition: Definition, state: bytes, data: Mapping[str, Any], now: datetime
) -> StepResult:
    """End the case from outside: everything open is cancelled, there is no outcome."""
    case = _load(definition, state, data, now, LIMIT)
    case.step.outcome = None
    cancel_all(case)
    end_if_done(case)
    return _result(case)


def _step(data: Mapping[str, Any], now: datetime, limit: int) -> Step:
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    return Step(dict(data), now.astimezone(UTC), limit)


def _load(
    definition: Definition, state: bytes, data: Mapping[str, Any], now: datetime, limit: int
) -> CaseWorkflow:
    case = codec.load(definition, state, _step(data, now, limit))
    case.step.subscribed = views.subscriptions(case)
    return case


def _open(case: CaseWorkflow, task_id: str, *kinds: str) -> Task:
    """The open task of one of these kinds: SpiffWorkflow itself would run any task (B6)."""
    task = case.find(task_id)
    if task is None or views.kind_of(task) not in kinds:
        raise Conflict(
            "task-not-open",
            say("Diese Aufgabe ist nicht mehr offen."),
            say("Laden Sie die Seite neu: Der Vorgang ist inzwischen weiter."),
        )
    return task


def _result(case: CaseWorkflow) -> StepResult:
    run(case)
    prune(case)
    step = case.step
    return StepResult(
        state=codec.dump(case),
        data=step.data,
        open_tasks=views.open_tasks(case),
        waiting=views.waiting(case),
        history=tuple(step.history),
        calls=tuple(c for c in step.calls if _still_open(case, c.task_id)),
        children=tuple(c for c in step.children if _still_open(case, c.task_id)),
        closed_children=tuple(step.closed),
        thrown=tuple(step.thrown),
        subscribed=views.subscriptions(case) != step.subscribed,
        completed=case.completed,
        outcome=step.outcome if case.completed else None,
        error=step.error,
    )


def _still_open(case: CaseWorkflow, task_id: str) -> bool:
    """A call that was cancelled in the step it came up in is none."""
    task = case.find(task_id)
    return task is not None and is_open(task)
