"""How a case moves: tokens arrive, leave, are cancelled, and a scope ends without them.

A token is an unfinished task. Listeners (boundary events that have not happened, the triggers of
event sub-processes) are tasks too, but keep no scope alive.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from pikflow.engine.compensable import INNER, remember
from pikflow.engine.faults import ElementFault
from pikflow.engine.results import HistoryEntry
from pikflow.engine.scripting import enclosing
from pikflow.engine.workflow import ROOT, CaseWorkflow, ScopeWorkflow, Step

DEEPEST = 40  # called processes and sub-processes within each other
INSTANCE = "instance"  # internal key of a multi-instance's task: its number from 0
LISTENER = "listener"  # internal key of a task that waits on behalf of another
RACE = "race"  # internal key of the events behind one event-based gateway


def step_of(task: Task) -> Step:
    step: Step = task.workflow.top_workflow.step
    return step


def spawn(spec: Any, parent: Task, **internal: Any) -> Task:
    """A new task of `spec` beneath `parent`; its spec is not told yet."""
    task = Task(parent.workflow, spec, parent, TaskState.FUTURE, id=uuid4().hex)
    task.internal_data.update(internal)
    return task


def arrive(spec: Any, parent: Task, **internal: Any) -> Task:
    """A token reaches `spec`."""
    task = spawn(spec, parent, **internal)
    spec._update(task)
    return task


def leave(task: Task) -> None:
    """Send a token along every flow the finished element chooses."""
    specs, marks = task.workflow.spec.task_specs, task.task_spec.marks(task)
    for way in task.task_spec.chosen(task):
        target = specs[way.target]
        arrive(target, task, **marks, **({"flow": way.id} if target.counts else {}))


def is_open(task: Task) -> bool:
    return bool(task.has_state(TaskState.NOT_FINISHED_MASK))


def open_tasks(workflow: CaseWorkflow | ScopeWorkflow) -> list[Task]:
    """The unfinished tasks of one scope in the order they came up, listeners included."""
    return [task for task in workflow.tasks.values() if is_open(task)]


def every_open_task(case: CaseWorkflow) -> Iterator[Task]:
    for scope in case.scopes():
        yield from open_tasks(scope)


def alive(workflow: CaseWorkflow | ScopeWorkflow) -> Iterator[Task]:
    """The tasks that keep a scope from ending."""
    return (task for task in open_tasks(workflow) if LISTENER not in task.internal_data)


def silence(task: Task) -> None:
    """End a task nobody has to hear about: a listener, a lost race, a merged token."""
    if is_open(task):
        task._set_state(TaskState.CANCELLED)


def silence_listeners(task: Task) -> None:
    """The boundary events of a finished element can no longer happen."""
    for child in task.children:
        if LISTENER in child.internal_data:
            silence(child)


def cancel(task: Task, *, sparing: Task | None = None) -> None:
    """Cancel an element with everything inside it, innermost first; `sparing` stays."""
    if not is_open(task):
        return
    for child in task.children:
        if child is not sparing:
            cancel(child, sparing=sparing)
    inner = task.workflow.top_workflow.subprocesses.pop(task.id, None)
    if inner is not None:
        cancel_all(inner)
    task._set_state(TaskState.CANCELLED)
    task.task_spec.cancelled(task)
    if LISTENER not in task.internal_data and not task.task_spec.silent(task):
        record(task, "cancelled")


def cancel_all(workflow: CaseWorkflow | ScopeWorkflow, *, sparing: Task | None = None) -> None:
    """Cancel everything open in a scope (`sparing` stays); who is just throwing an event there
    sees the cut."""
    workflow.cuts += 1
    for task in open_tasks(workflow):
        if task is not sparing:
            cancel(task, sparing=sparing)


def finish(task: Task) -> None:
    """A completed element: note it, pass the token on, end the scope when it was the last."""
    if not task.task_spec.silent(task):
        record(task, "completed")
    proceed(task)


def proceed(task: Task) -> None:
    """What follows the completion of an element that is noted already."""
    silence_listeners(task)
    remember(task)
    if INSTANCE in task.internal_data:
        task.parent.task_spec.instance_done(task.parent, task)
    else:
        leave(task)
    end_if_done(task.workflow)


def end_if_done(workflow: CaseWorkflow | ScopeWorkflow) -> None:
    """Without tokens a scope has ended; the element that opened it is then complete."""
    if workflow.completed or any(alive(workflow)):
        return
    workflow.completed = True
    for listener in open_tasks(workflow):
        silence(listener)
    if isinstance(workflow, ScopeWorkflow) and is_open(workflow.parent_task):
        task = workflow.parent_task
        workflow.top_workflow.subprocesses.pop(task.id, None)
        if workflow.done:
            task.internal_data[INNER] = workflow.done
        task.complete()


def open_scope(task: Task, key: str) -> bool:
    """Start the sub-process or called process `key` inside `task`; False when it is empty.

    Raises ElementFault("called-process-missing") or ("nesting-limit").
    """
    case = task.workflow.top_workflow
    node = task.task_spec.node
    spec = case.subprocess_specs.get(key)
    if spec is None:
        raise ElementFault(
            node,
            "called-process-missing",
            f"Den aufgerufenen Prozess „{key}“ gibt es hier nicht.",
            "Stellen Sie die Datei mit diesem Prozess mit bereit.",
        )
    scope = ScopeWorkflow(spec, task)
    if scope.depth > DEEPEST:
        raise ElementFault(
            node,
            "nesting-limit",
            f"Hier sind mehr als {DEEPEST} Prozesse ineinander verschachtelt.",
            "Ein Prozess ruft sich wahrscheinlich selbst auf.",
        )
    if not spec.first:
        return False
    case.subprocesses[task.id] = scope
    begin(scope)
    return True


def begin(workflow: CaseWorkflow | ScopeWorkflow, first: tuple[str, ...] = ()) -> None:
    """Put the first tokens (those of the scope unless others are named) and the triggers of event
    sub-processes in place."""
    first = first or workflow.spec.first
    root = workflow.tasks[ROOT]
    specs = workflow.spec.task_specs
    for name in workflow.spec.triggers:
        arrive(specs[name], root, **{LISTENER: True})
    for name in first:
        arrive(specs[name], root)
    if not first:
        end_if_done(workflow)


def record(task: Task, state: Any) -> None:
    """Add one line of history."""
    node, step = task.task_spec.node, step_of(task)
    step.history.append(
        HistoryEntry(
            task_id=str(task.id),
            element=node.id,
            name=node.label,
            kind=node.kind,
            lane=lane_of(task),
            process=node.process,
            phase=phase_of(task),
            state=state,
            at=step.now,
            path=path_of(task),
            place=place_of(task),
        )
    )


def lane_of(task: Task) -> str:
    """The lane that works the element: its `pik:lane`, else the one it is drawn in, else that of
    the nearest call activity around it."""
    nodes = (holder.task_spec.node for holder in enclosing(task))
    return next((lane for n in nodes if (lane := n.attributes.get("lane") or n.lane)), "")


def phase_of(task: Task) -> str:
    return next((h.task_spec.node.phase for h in enclosing(task) if h.task_spec.node.phase), "")


def path_of(task: Task) -> tuple[str, ...]:
    """The ids of the call activities around the task, outermost first."""
    holders = [h.task_spec.node for h in enclosing(task)][1:]
    return tuple(node.id for node in reversed(holders) if node.kind == "callActivity")


def place_of(task: Task) -> str:
    """What stands around the task, outermost first, with the number of each loop's instance."""
    inner, *around = enclosing(task)
    parts = [_numbered(holder) for holder in reversed(around)]
    return "/".join([*parts, _numbered(inner)] if INSTANCE in inner.internal_data else parts)


def _numbered(task: Task) -> str:
    number = task.internal_data.get(INSTANCE)
    return task.task_spec.node.id + (f"#{number + 1}" if number is not None else "")
